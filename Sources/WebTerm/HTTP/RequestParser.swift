// Finds request heads in a stream of bytes. Strict: whatever two parsers could read in two ways is
// refused, since a proxy in front of us is such a second parser.

/// An incremental parser of HTTP/1 request heads (RFC 9112).
///
/// Feed it bytes in whatever pieces they arrive; the result does not depend on where they were cut.
/// A request with a body is refused, but for a short one by POST below one path.
struct RequestParser {
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
  /// - Throws: A ``RequestProblem``; the parser is of no use afterwards.
  mutating func consume(_ bytes: Span<UInt8>) throws(RequestProblem) -> Progress {
    for index in bytes.indices {
      if let head = try consume(bytes[index]) { return .complete(head, used: index + 1) }
    }
    return .incomplete
  }

  private mutating func consume(_ byte: UInt8) throws(RequestProblem) -> RequestHead? {
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

  private mutating func append(_ byte: UInt8) throws(RequestProblem) {
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

  private mutating func endLine() throws(RequestProblem) -> RequestHead? {
    defer { line.removeAll(keepingCapacity: true) }
    guard let requestLine else {
      if line.isEmpty {
        // A client may send one empty line too many after its last request (RFC 9112, 2.2).
        emptyLines += 1
        guard emptyLines == 1 else { throw .malformed("no request line") }
      } else {
        self.requestLine = try RequestLine(line)
      }
      return nil
    }
    guard line.isEmpty else {
      guard fields.count < Self.mostFields else { throw .fieldsTooLarge }
      fields.append(try RequestHead.Field(line))
      return nil
    }
    let length = try RequestHead.bodyLength(fields)
    let head = try RequestHead(requestLine, fields)
    guard length == 0 || mayHaveBody(head, length) else { throw .bodyRefused }
    self = RequestParser(bodiesBelow: bodiesBelow)
    guard length > 0 else { return head }
    awaiting = (head, length)
    return nil
  }

  private func mayHaveBody(_ head: RequestHead, _ length: Int) -> Bool {
    guard head.method == "POST", length <= Self.longestBody, let bodiesBelow else { return false }
    return head.target.utf8.starts(with: bodiesBelow.utf8)
  }

  private mutating func takeBody(_ byte: UInt8) -> RequestHead? {
    awaiting?.head.body.append(byte)
    awaiting?.left -= 1
    guard let (head, left) = awaiting, left == 0 else { return nil }
    awaiting = nil
    return head
  }
}
