// From lines to a head: what must be said once, whom the request is for, and how long its body is.

extension RequestHead {
  /// Fields of which there may be one. Host has a rule of its own.
  private static let onlyOnce = [
    "origin", "authorization", "sec-websocket-key", "sec-websocket-version",
  ]

  /// Puts a head together.
  ///
  /// - Throws: ``RequestProblem`` where two parsers could read it in two ways.
  init(_ line: RequestLine, _ fields: [Field]) throws(RequestProblem) {
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
    self.init(
      method: line.method, target: target, minorVersion: line.minorVersion, authority: authority,
      fields: fields)
  }

  /// What decides something is said once: of two values, another parser might believe the other.
  private static func refuseRepeated(_ fields: [Field]) throws(RequestProblem) {
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
      rest = rest.drop { $0.isTokenByte && !"!#$%&'*+^`|".utf8.contains($0) }
    }
    guard rest.first == UInt8(ascii: ":") else { return rest.isEmpty }
    let port = rest.dropFirst()
    return port.count <= 5 && port.allSatisfy { (0x30...0x39).contains($0) }
  }

  /// How long the body is that the fields speak of, in bytes.
  ///
  /// - Throws: ``RequestProblem`` where they leave that open.
  static func bodyLength(_ fields: [Field]) throws(RequestProblem) -> Int {
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
