// Finds request heads in a stream of bytes. Strict: whatever two parsers could read in two ways is
// refused, since a proxy in front of us is such a second parser.

/// An incremental parser of HTTP/1 request heads (RFC 9112).
///
/// Feed it bytes in whatever pieces they arrive; the result does not depend on where they were cut.
/// A request with a body is refused, but for a short one by POST below one path.
struct RequestParser {
  /// Why a request cannot be read on. The connection is closed after the answer.
  enum Problem: Error, Equatable {
    /// What breaks the grammar, in a few words.
    case malformed(String)
    case versionNotSupported
    case targetTooLong
    case fieldsTooLarge
    case bodyRefused
  }

  /// What one piece of bytes led to.
  enum Progress: Equatable {
    /// All bytes were used and more are needed.
    case incomplete
    /// A head is complete, with its body; `used` bytes belong to it, the rest to whatever follows.
    case complete(RequestHead, used: Int)
  }

  /// The longest request line, in bytes without its line end (RFC 9112 recommends 8,000 or more).
  static let longestRequestLine = 8192
  /// The longest field line, in bytes without its line end.
  static let longestFieldLine = 8192
  /// The most field lines.
  static let mostFields = 100
  /// The most bytes of all field lines together.
  static let largestFieldSection = 32768
  /// The most bytes of a body.
  static let longestBody = 256

  /// Fields of which there may be one. Host has a rule of its own.
  private static let onlyOnce = [
    "origin", "authorization", "sec-websocket-key", "sec-websocket-version",
  ]

  private struct RequestLine {
    let method: String
    let target: String
    let minorVersion: Int
  }

  /// Below which path a request may have a body; nil where none may.
  private let bodiesBelow: String?
  private var line: [UInt8] = []
  private var endsWithCarriageReturn = false
  private var requestLine: RequestLine?
  private var fields: [RequestHead.Field] = []
  private var fieldBytes = 0
  private var emptyLines = 0
  /// A head whose body has not come yet, and how many bytes of that are missing.
  private var awaiting: (head: RequestHead, left: Int)?

  /// - Parameter bodiesBelow: The beginning of those paths to which something may be posted; nil
  ///   where nothing may be.
  init(bodiesBelow: String? = nil) {
    self.bodiesBelow = bodiesBelow
  }

  /// Whether no byte of a request has come yet.
  var isIdle: Bool {
    requestLine == nil && line.isEmpty && !endsWithCarriageReturn && awaiting == nil
  }

  /// Reads on.
  ///
  /// - Throws: A ``Problem``; the parser is of no use afterwards.
  mutating func consume(_ bytes: Span<UInt8>) throws(Problem) -> Progress {
    for index in bytes.indices {
      if let head = try consume(bytes[index]) { return .complete(head, used: index + 1) }
    }
    return .incomplete
  }

  private mutating func consume(_ byte: UInt8) throws(Problem) -> RequestHead? {
    if awaiting != nil { return takeBody(byte) }
    switch byte {
    case UInt8(ascii: "\n"):
      guard endsWithCarriageReturn else { throw .malformed("a line feed without carriage return") }
      endsWithCarriageReturn = false
      return try endLine()
    case _ where endsWithCarriageReturn:
      throw .malformed("a carriage return without line feed")
    case UInt8(ascii: "\r"):
      endsWithCarriageReturn = true
      return nil
    default:
      try append(byte)
      return nil
    }
  }

  private mutating func append(_ byte: UInt8) throws(Problem) {
    line.append(byte)
    if requestLine == nil {
      guard line.count <= Self.longestRequestLine else { throw .targetTooLong }
      return
    }
    fieldBytes += 1
    guard line.count <= Self.longestFieldLine, fieldBytes <= Self.largestFieldSection else {
      throw .fieldsTooLarge
    }
  }

  private mutating func endLine() throws(Problem) -> RequestHead? {
    defer { line.removeAll(keepingCapacity: true) }
    guard let requestLine else {
      if line.isEmpty {
        // A client may send one empty line too many after its last request (RFC 9112, 2.2).
        emptyLines += 1
        guard emptyLines == 1 else { throw .malformed("no request line") }
      } else {
        self.requestLine = try Self.parseRequestLine(line)
      }
      return nil
    }
    guard line.isEmpty else {
      guard fields.count < Self.mostFields else { throw .fieldsTooLarge }
      fields.append(try Self.parseField(line))
      return nil
    }
    let (head, length) = try assemble(requestLine, fields)
    self = RequestParser(bodiesBelow: bodiesBelow)
    guard length > 0 else { return head }
    awaiting = (head, length)
    return nil
  }

  private mutating func takeBody(_ byte: UInt8) -> RequestHead? {
    awaiting?.head.body.append(byte)
    awaiting?.left -= 1
    guard let (head, left) = awaiting, left == 0 else { return nil }
    awaiting = nil
    return head
  }

  // MARK: Lines

  private static func parseRequestLine(_ line: [UInt8]) throws(Problem) -> RequestLine {
    let parts = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    guard parts.count == 3 else { throw .malformed("the request line needs three parts") }
    guard !parts[0].isEmpty, parts[0].allSatisfy(isTokenByte) else {
      throw .malformed("the method is not a token")
    }
    guard !parts[1].isEmpty, parts[1].allSatisfy({ (0x21...0x7e).contains($0) }) else {
      throw .malformed("the request target has a byte that is not allowed")
    }
    let version = String(decoding: parts[2], as: UTF8.self)
    let minorVersion: Int
    switch version {
    case "HTTP/1.1": minorVersion = 1
    case "HTTP/1.0": minorVersion = 0
    default:
      guard version.hasPrefix("HTTP/"), version.utf8.count == 8 else {
        throw .malformed("the protocol version")
      }
      throw .versionNotSupported
    }
    return RequestLine(
      method: String(decoding: parts[0], as: UTF8.self),
      target: String(decoding: parts[1], as: UTF8.self), minorVersion: minorVersion)
  }

  private static func parseField(_ line: [UInt8]) throws(Problem) -> RequestHead.Field {
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
      throw .malformed("a field line without colon")
    }
    // A name that is a token has no white space before the colon, and a folded line has no name.
    let name = line[..<colon]
    guard !name.isEmpty, name.allSatisfy(isTokenByte) else {
      throw .malformed("a field name that is not a token")
    }
    let value = line[(colon + 1)...]
    guard value.allSatisfy({ $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7f) }) else {
      throw .malformed("a control character in a field value")
    }
    return RequestHead.Field(
      name: String(decoding: name, as: UTF8.self).asciiLowercased,
      value: String(decoding: value, as: UTF8.self).trimmingBlanks())
  }

  /// A byte that may stand in a token (RFC 9110, section 5.6.2).
  private static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default:
      "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }

  // MARK: The whole

  /// The head, and how long its body is.
  private func assemble(
    _ line: RequestLine, _ fields: [RequestHead.Field]
  ) throws(Problem) -> (RequestHead, Int) {
    let length = try Self.bodyLength(fields)
    try Self.refuseRepeated(fields)
    let hosts = fields.filter { $0.name == "host" }
    guard hosts.count == 1 || (hosts.isEmpty && line.minorVersion == 0) else {
      throw .malformed("exactly one Host is needed")
    }
    var target = line.target
    var authority = hosts.first?.value
    for scheme in ["http://", "https://"] where target.asciiLowercased.hasPrefix(scheme) {
      // Absolute form: its authority takes the place of Host (RFC 9112, section 3.2.2).
      let rest = target.dropFirst(scheme.count)
      let slash = rest.firstIndex(of: "/") ?? rest.endIndex
      authority = String(rest[..<slash])
      target = slash == rest.endIndex ? "/" : String(rest[slash...])
    }
    guard target.hasPrefix("/") || target == "*" else {
      throw .malformed("the request target is not a path")
    }
    guard authority.map(Self.isAuthority) != false else {
      throw .malformed("the Host is neither HOST nor HOST:PORT")
    }
    let head = RequestHead(
      method: line.method, target: target, minorVersion: line.minorVersion, authority: authority,
      fields: fields)
    guard length > 0 else { return (head, 0) }
    guard line.method == "POST", length <= Self.longestBody,
      let bodiesBelow, target.utf8.starts(with: bodiesBelow.utf8)
    else { throw .bodyRefused }
    return (head, length)
  }

  /// What decides something is said once: of two values, another parser might believe the other.
  private static func refuseRepeated(_ fields: [RequestHead.Field]) throws(Problem) {
    for name in onlyOnce where fields.count(where: { $0.name == name }) > 1 {
      throw .malformed("more than one \(name)")
    }
  }

  /// Whether a text is a host with or without a port (RFC 9110, section 7.2), and nothing beside:
  /// no user, no path. Empty is a target without authority.
  private static func isAuthority(_ text: String) -> Bool {
    var rest = text.utf8[...]
    if rest.first == UInt8(ascii: "[") {
      guard let end = rest.firstIndex(of: UInt8(ascii: "]")) else { return false }
      let address = rest[rest.index(after: rest.startIndex)..<end]
      guard !address.isEmpty, address.allSatisfy({ $0.hexValue != nil || ":.".utf8.contains($0) })
      else { return false }
      rest = rest[rest.index(after: end)...]
    } else {
      rest = rest.drop { isTokenByte($0) && !"!#$%&'*+^`|".utf8.contains($0) }
    }
    guard rest.first == UInt8(ascii: ":") else { return rest.isEmpty }
    let port = rest.dropFirst()
    return port.count <= 5 && port.allSatisfy { (0x30...0x39).contains($0) }
  }

  /// How long the body is that the fields speak of.
  private static func bodyLength(_ fields: [RequestHead.Field]) throws(Problem) -> Int {
    let lengths = fields.filter { $0.name == "content-length" }
    let hasCoding = fields.contains { $0.name == "transfer-encoding" }
    guard lengths.count <= 1 else { throw .malformed("more than one Content-Length") }
    guard let length = lengths.first?.value else {
      if hasCoding { throw .bodyRefused }
      return 0
    }
    guard !hasCoding else { throw .malformed("both Content-Length and Transfer-Encoding") }
    guard !length.isEmpty, length.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      throw .malformed("the Content-Length is not a number")
    }
    // What is too long for a number is too long for a body.
    guard let length = Int(length) else { throw .bodyRefused }
    return length
  }
}
