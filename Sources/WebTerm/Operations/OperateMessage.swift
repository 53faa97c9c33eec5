// What an operator's page may ask for.

/// A text message of the subprotocol `webterm.operate.v1`, page to server.
struct OperateMessage: Equatable {
  enum Act: Equatable {
    /// A message for those who look at a terminal; nil is all of them.
    case tell(String, to: String?)
    /// The end of a terminal, and why.
    case end(String, reason: String)
    /// A type that this server does not know: a newer page's.
    case unknown
  }

  /// The page's number for its question, which the answer repeats.
  let request: Int
  let act: Act

  /// Reads a message; nil where it is none, or a field is missing or out of range.
  init?(_ bytes: [UInt8]) {
    guard let fields = try? Fields(bytes), let type = fields.type else { return nil }
    switch type {
    case "message":
      guard let text = fields.text, OperatorText.isValid(text) else { return nil }
      act = .tell(text, to: fields.terminal)
    case "end":
      guard let terminal = fields.terminal, let reason = fields.reason, OperatorText.isValid(reason)
      else { return nil }
      act = .end(terminal, reason: reason)
    default:
      (act, request) = (.unknown, 0)
      return
    }
    guard let number = fields.request else { return nil }
    request = number
  }

  private struct Fields {
    var type, terminal, text, reason: String?
    var request: Int?

    init(_ bytes: [UInt8]) throws(JSONScanner.Problem) {
      var scanner = JSONScanner(bytes)
      try scanner.object { (scanner, key) throws(JSONScanner.Problem) in
        switch key {
        case "type": type = try scanner.string()
        case "terminal": terminal = try scanner.string()
        case "text": text = try scanner.string()
        case "reason": reason = try scanner.string()
        case "request": request = try scanner.integer()
        default: try scanner.skipValue()
        }
      }
      try scanner.end()
    }
  }
}
