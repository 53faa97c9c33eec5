// What the administrator can ask for, as one line.

/// A command of `webtermd ctl`.
package enum ControlCommand: Equatable {
  case list
  case end(String)
  case drain

  /// Reads a line; nil for anything else.
  init?(_ line: String) {
    let parts = line.split(separator: " ").map(String.init)
    switch (parts.first, parts.count) {
    case ("list", 1): self = .list
    case ("drain", 1): self = .drain
    case ("end", 2): self = .end(parts[1])
    default: return nil
    }
  }

  /// The line that asks for it.
  package var line: String {
    switch self {
    case .list: "list\n"
    case .end(let terminal): "end \(terminal)\n"
    case .drain: "drain\n"
    }
  }
}
