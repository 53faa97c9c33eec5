// What the administrator can ask for, as one line.

/// A command of `webtermd ctl`.
package enum ControlCommand: Equatable {
  /// How terminals are listed.
  package enum View: String {
    case terminals = "list"
    /// As operators see them.
    case operators = "who"
  }

  case list(View)
  /// A message for those who look at a terminal; nil is at all of them.
  case message(terminal: String?, text: String)
  case end(String, reason: String?)
  case drain

  /// What stands for all terminals where an ID could.
  private static let all = "*"

  /// A message as it stands on a command line: for a terminal, where it begins with an ID and goes
  /// on, else for all.
  ///
  /// - Parameter arguments: What stands behind the command.
  /// - Returns: Nil where that cannot be said (``OperatorText``).
  package static func message(_ arguments: [String]) -> ControlCommand? {
    let id = arguments.count > 1 ? arguments.first.flatMap { TerminalID($0)?.description } : nil
    let text = arguments.dropFirst(id == nil ? 0 : 1).joined(separator: " ")
    return OperatorText.isValid(text) ? .message(terminal: id, text: text) : nil
  }

  /// Reads a line; nil for anything else.
  init?(_ line: String) {
    let parts = line.split(separator: " ", maxSplits: 2).map(String.init)
    switch (parts.first, parts.count) {
    case ("list", 1): self = .list(.terminals)
    case ("who", 1): self = .list(.operators)
    case ("drain", 1): self = .drain
    case ("end", 2): self = .end(parts[1], reason: nil)
    case ("end", 3) where OperatorText.isValid(parts[2]): self = .end(parts[1], reason: parts[2])
    case ("message", 3) where OperatorText.isValid(parts[2]):
      self = .message(terminal: parts[1] == Self.all ? nil : parts[1], text: parts[2])
    default: return nil
    }
  }

  /// The line that asks for it.
  package var line: String {
    switch self {
    case .list(let view): "\(view.rawValue)\n"
    case .message(let terminal, let text): "message \(terminal ?? Self.all) \(text)\n"
    case .end(let terminal, nil): "end \(terminal)\n"
    case .end(let terminal, let reason?): "end \(terminal) \(reason)\n"
    case .drain: "drain\n"
    }
  }
}
