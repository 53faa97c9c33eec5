// What a page may say in a text message.

/// A text message of the subprotocol `webterm.v1`, page to server.
enum ClientMessage: Equatable {
  /// Where a page wants to go on in a terminal that lives already.
  struct Resume: Equatable {
    let terminal: String
    /// The offset of the output byte that it wants next; 0 is all that history holds.
    let output: Int
    /// The viewer that it was, by number; nil for a new one.
    var viewer: Int?
  }

  /// How a page begins.
  struct Hello: Equatable {
    /// Its window.
    let size: TerminalSize
    /// What it would like to be.
    var wish = Role.type
    var resume: Resume?
  }

  case hello(Hello)
  case resize(TerminalSize)
  case acknowledge(output: Int)
  case ping(id: Int)
  case close
  /// A break on the line.
  case `break`
  /// The page says that what is typed here goes to so many terminals at once from now on; 0 is to
  /// this one alone again.
  case sending(to: Int)
  /// Asks for the keyboard; with force it is taken.
  case control(force: Bool)
  /// Hands the keyboard over to a viewer.
  case give(viewer: Int)
  /// Says not now to a viewer that asks.
  case deny(viewer: Int)
  /// Types no more.
  case release
  /// The page came into sight, or went out of it.
  case sees(Bool)
  /// A line to everybody at the terminal.
  case note(String)
  /// A type that this server does not know: a newer page's.
  case unknown

  /// What rights it hangs on; nil for one that does nothing.
  var kind: MessageKind? {
    switch self {
    case .hello: .hello
    case .resize: .resize
    case .acknowledge: .acknowledge
    case .ping: .ping
    case .close: .close
    case .break: .break
    case .sending: .sending
    case .control(let force): force ? .force : .control
    case .give: .give
    case .deny: .deny
    case .release: .release
    case .sees: .sees
    case .note: .note
    case .unknown: nil
    }
  }

  /// Not JSON, or a field is missing, of the wrong type or out of range.
  struct Problem: Error, Equatable {
    /// What is wrong, in a few words.
    let reason: String
  }

  /// Reads a message.
  ///
  /// - Throws: ``Problem``.
  init(_ text: [UInt8]) throws(Problem) {
    let fields: Fields
    do {
      fields = try Fields(text)
    } catch {
      throw Problem(reason: "the message is not a JSON object with fields of the right types")
    }
    self = try fields.message()
  }

  /// The longest line to everybody, in characters.
  static let longestNote = 1000

  /// A field, as far as it is what it should be.
  private enum Field<Value> {
    case absent
    case mistyped
    case value(Value)

    var value: Value? { if case .value(let value) = self { value } else { nil } }
  }

  /// The fields of all messages, as far as they are there. A field is looked at only by the
  /// messages that have it.
  private struct Fields {
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
    var resume: (terminal: String?, output: Int?, viewer: Int?)?
    /// Whether `resume` is there and is none.
    var isResumeMistyped = false

    init(_ text: [UInt8]) throws(JSONScanner.Problem) {
      var scanner = JSONScanner(text)
      var fields = Fields()
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
      case "as":
        wish = try field(from: &scanner) { (scanner) throws(JSONScanner.Problem) in
          try scanner.string()
        }
      case "force":
        force = try field(from: &scanner) { (scanner) throws(JSONScanner.Problem) in
          try scanner.boolean()
        }
      case "sees":
        sees = try field(from: &scanner) { (scanner) throws(JSONScanner.Problem) in
          try scanner.boolean()
        }
      case "text":
        text = try field(from: &scanner) { (scanner) throws(JSONScanner.Problem) in
          try scanner.string()
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

    func message() throws(Problem) -> ClientMessage {
      guard let type else { throw Problem(reason: "the message has no type") }
      switch type {
      case "hello":
        return .hello(Hello(size: try size(), wish: try role(), resume: try resumption()))
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
      default: return .unknown
      }
    }

    private func size() throws(Problem) -> TerminalSize {
      guard
        let size = TerminalSize(columns: try number(cols, "cols"), rows: try number(rows, "rows"))
      else {
        throw Problem(reason: "cols and rows must be 1 to 1000")
      }
      return size
    }

    private func role() throws(Problem) -> Role {
      if case .absent = wish { return .type }
      guard let role = wish.value.flatMap(Role.init(rawValue:)) else {
        throw Problem(reason: "as must be type or watch")
      }
      return role
    }

    private func flag(
      _ field: Field<Bool>, _ key: String, or absent: Bool?
    ) throws(Problem) -> Bool {
      if case .absent = field, let absent { return absent }
      guard let value = field.value else {
        throw Problem(reason: "\(key) must be true or false")
      }
      return value
    }

    private func note() throws(Problem) -> String {
      guard let text = text.value, !text.isEmpty,
        text.unicodeScalars.count <= ClientMessage.longestNote
      else {
        throw Problem(reason: "text must have 1 to \(ClientMessage.longestNote) characters")
      }
      return text
    }

    private func resumption() throws(Problem) -> Resume? {
      guard !isResumeMistyped else {
        throw Problem(reason: "resume needs terminal and output, and viewer is a number")
      }
      guard let resume else { return nil }
      guard let terminal = resume.terminal, let output = resume.output, output >= 0 else {
        throw Problem(reason: "resume needs terminal and output")
      }
      return Resume(terminal: terminal, output: output, viewer: resume.viewer)
    }

    private func number(_ field: Int?, _ key: String) throws(Problem) -> Int {
      guard let field else { throw Problem(reason: "\(key) must be a whole number") }
      return field
    }

    private func natural(_ field: Int?, _ key: String) throws(Problem) -> Int {
      let number = try number(field, key)
      guard number >= 0 else { throw Problem(reason: "\(key) must not be negative") }
      return number
    }
  }
}
