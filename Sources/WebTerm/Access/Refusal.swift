// Why somebody does not get a terminal.

/// Why somebody does not get what a channel asked for.
enum Refusal: Error, Equatable {
  case forbidden(String)
  case unknownTerminal
  case limit(String)
  case spawn(String)
  case stopping

  /// For a counter.
  var word: String {
    switch self {
    case .forbidden: "forbidden"
    case .unknownTerminal: "unknown-terminal"
    case .limit: "limit"
    case .spawn: "spawn"
    case .stopping: "stopping"
    }
  }
}
