// The fields of a page's message, and what message they make.

/// The fields of all messages, as far as they are there. A field is looked at only by the messages
/// that have it.
struct ClientMessageFields {
  /// A field, as far as it is what it should be.
  enum Field<Value> {
    case absent
    case mistyped
    case value(Value)

    var value: Value? { if case .value(let value) = self { value } else { nil } }
  }

  var type: String?
  var cols: Int?
  var rows: Int?
  var output: Int?
  var id: Int?
  var to: Int?
  var viewer: Int?
  var wish = Field<String>.absent
  var force = Field<Bool>.absent
  var sees = Field<Bool>.absent
  var text = Field<String>.absent
  var name = Field<String>.absent
  var role = Field<String>.absent
  var seconds: Int?
  var label = Field<String>.absent
  var uses = Field<Int>.absent
  var link = Field<String>.absent
  var resume: (terminal: String?, output: Int?, viewer: Int?)?
  /// Whether `resume` is there and is none.
  var isResumeMistyped = false

  init(_ text: [UInt8]) throws(JSONScanner.Problem) {
    var scanner = JSONScanner(text)
    var fields = ClientMessageFields()
    try scanner.object { (scanner, key) throws(JSONScanner.Problem) in
      try fields.read(key, from: &scanner)
    }
    try scanner.end()
    self = fields
  }

  private init() {}

  private mutating func read(
    _ key: String, from scanner: inout JSONScanner
  ) throws(JSONScanner.Problem) {
    switch key {
    case "type":
      type = try scanner.string()
    case "cols": cols = try integer(from: &scanner)
    case "rows": rows = try integer(from: &scanner)
    case "output": output = try integer(from: &scanner)
    case "id": id = try integer(from: &scanner)
    case "to": to = try integer(from: &scanner)
    case "viewer": viewer = try integer(from: &scanner)
    case "seconds": seconds = try integer(from: &scanner)
    case "as": wish = try string(from: &scanner)
    case "text": text = try string(from: &scanner)
    case "name": name = try string(from: &scanner)
    case "role": role = try string(from: &scanner)
    case "label": label = try string(from: &scanner)
    case "link": link = try string(from: &scanner)
    case "uses":
      uses = try field(from: &scanner) { (scanner) throws(JSONScanner.Problem) in
        try scanner.integer()
      }
    case "force":
      force = try field(from: &scanner) { (scanner) throws(JSONScanner.Problem) in
        try scanner.boolean()
      }
    case "sees":
      sees = try field(from: &scanner) { (scanner) throws(JSONScanner.Problem) in
        try scanner.boolean()
      }
    case "resume":
      var attempt = scanner
      do {
        resume = try Self.readResume(&attempt)
        scanner = attempt
      } catch {
        isResumeMistyped = true
        try scanner.skipValue()
      }
    default:
      try scanner.skipValue()
    }
  }

  /// A number that is none of ours may still stand in a message of an unknown type: nil.
  private func integer(from scanner: inout JSONScanner) throws(JSONScanner.Problem) -> Int? {
    var attempt = scanner
    do {
      let number = try attempt.integer()
      scanner = attempt
      return number
    } catch {
      try scanner.skipValue()
      return nil
    }
  }

  private func string(
    from scanner: inout JSONScanner
  ) throws(JSONScanner.Problem) -> Field<String> {
    try field(from: &scanner) { (scanner) throws(JSONScanner.Problem) in try scanner.string() }
  }

  /// What is of another type than ours may still stand in a message of an unknown type.
  private func field<Value>(
    from scanner: inout JSONScanner,
    _ read: (inout JSONScanner) throws(JSONScanner.Problem) -> Value
  ) throws(JSONScanner.Problem) -> Field<Value> {
    var attempt = scanner
    do {
      let value = try read(&attempt)
      scanner = attempt
      return .value(value)
    } catch {
      try scanner.skipValue()
      return .mistyped
    }
  }

  private static func readResume(
    _ scanner: inout JSONScanner
  ) throws(JSONScanner.Problem) -> (terminal: String?, output: Int?, viewer: Int?) {
    var resume: (terminal: String?, output: Int?, viewer: Int?) = (nil, nil, nil)
    try scanner.object { (scanner, key) throws(JSONScanner.Problem) in
      switch key {
      case "terminal": resume.terminal = try scanner.string()
      case "output": resume.output = try scanner.integer()
      case "viewer": resume.viewer = try scanner.integer()
      default: try scanner.skipValue()
      }
    }
    return resume
  }

  func message() throws(ClientMessage.Problem) -> ClientMessage {
    guard let type else { throw ClientMessage.Problem(reason: "the message has no type") }
    switch type {
    case "hello":
      return .hello(
        ClientMessage.Hello(
          size: try size(), wish: try wished(), name: try guest(), resume: try resumption()))
    case "resize": return .resize(try size())
    case "ack": return .acknowledge(output: try natural(output, "output"))
    case "ping": return .ping(id: try number(id, "id"))
    case "close": return .close
    case "break": return .break
    case "sending": return .sending(to: try natural(to, "to"))
    case "control": return .control(force: try flag(force, "force", or: false))
    case "give": return .give(viewer: try number(viewer, "viewer"))
    case "deny": return .deny(viewer: try number(viewer, "viewer"))
    case "release": return .release
    case "sees": return .sees(try flag(sees, "sees", or: nil))
    case "note": return .note(try note())
    case "share": return .share(try sharing())
    case "unshare": return .unshare(link: try sharedLink())
    case "links": return .links
    default: return .unknown
    }
  }

  private func size() throws(ClientMessage.Problem) -> TerminalSize {
    guard
      let size = TerminalSize(columns: try number(cols, "cols"), rows: try number(rows, "rows"))
    else {
      throw ClientMessage.Problem(reason: "cols and rows must be 1 to 1000")
    }
    return size
  }

  private func wished() throws(ClientMessage.Problem) -> Role {
    if case .absent = wish { return .type }
    guard let role = wish.value.flatMap(Role.init(rawValue:)) else {
      throw ClientMessage.Problem(reason: "as must be type or watch")
    }
    return role
  }

  private func flag(
    _ field: Field<Bool>, _ key: String, or absent: Bool?
  ) throws(ClientMessage.Problem) -> Bool {
    if case .absent = field, let absent { return absent }
    guard let value = field.value else {
      throw ClientMessage.Problem(reason: "\(key) must be true or false")
    }
    return value
  }

  private func note() throws(ClientMessage.Problem) -> String {
    guard let text = text.value, !text.isEmpty,
      text.unicodeScalars.count <= ClientMessage.longestNote
    else {
      throw ClientMessage.Problem(
        reason: "text must have 1 to \(ClientMessage.longestNote) characters")
    }
    return text
  }

  private func resumption() throws(ClientMessage.Problem) -> ClientMessage.Resume? {
    guard !isResumeMistyped else {
      throw ClientMessage.Problem(
        reason: "resume needs terminal and output, and viewer is a number")
    }
    guard let resume else { return nil }
    guard let terminal = resume.terminal, let output = resume.output, output >= 0 else {
      throw ClientMessage.Problem(reason: "resume needs terminal and output")
    }
    return ClientMessage.Resume(terminal: terminal, output: output, viewer: resume.viewer)
  }

  func number(_ field: Int?, _ key: String) throws(ClientMessage.Problem) -> Int {
    guard let field else { throw ClientMessage.Problem(reason: "\(key) must be a whole number") }
    return field
  }

  private func natural(_ field: Int?, _ key: String) throws(ClientMessage.Problem) -> Int {
    let number = try number(field, key)
    guard number >= 0 else { throw ClientMessage.Problem(reason: "\(key) must not be negative") }
    return number
  }
}
