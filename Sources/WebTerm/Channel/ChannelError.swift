// Why a channel ends before its terminal does.

/// Why a channel ends before its terminal does: a word for the page, a sentence for the visitor, a
/// close code.
enum ChannelError: Equatable {
  case hello
  case message(String)
  case forbidden(String)
  case unknownTerminal
  case idle
  case session
  case elsewhere
  /// An operator has ended the terminal, for that reason.
  case ended(String)
  case limit(String)
  case spawn(String)
  case stopping

  init(_ refusal: Refusal) {
    self =
      switch refusal {
      case .forbidden(let message): .forbidden(message)
      case .unknownTerminal: .unknownTerminal
      case .limit(let message): .limit(message)
      case .spawn(let message): .spawn(message)
      case .stopping: .stopping
      }
  }

  init(_ problem: ReturnProblem) {
    self =
      switch problem {
      case .unknownViewer, .beyondOutput: .message(problem.message)
      case .tooMany: .limit(problem.message)
      }
  }

  var word: String {
    switch self {
    case .hello: "hello"
    case .message: "message"
    case .forbidden: "forbidden"
    case .unknownTerminal: "unknown-terminal"
    case .idle: "idle"
    case .session: "session"
    case .elsewhere: "elsewhere"
    case .ended: "ended"
    case .limit: "limit"
    case .spawn: "spawn"
    case .stopping: "stopping"
    }
  }

  var message: String {
    switch self {
    case .hello: "The page did not say hello in time."
    case .message(let reason): "The server did not understand the page: \(reason)."
    case .forbidden(let message), .limit(let message), .spawn(let message),
      .ended(let message):
      message
    case .unknownTerminal: "This terminal has ended."
    case .session: "The terminal has reached its longest life and was closed."
    case .idle: "The terminal was closed because nothing was typed for a long time."
    case .elsewhere: "The terminal was opened in another window."
    case .stopping: "The server is stopping."
    }
  }

  var closeCode: CloseCode {
    switch self {
    case .hello: .helloMissing
    case .message: .badMessage
    case .forbidden: .notAllowed
    case .unknownTerminal: .unknownTerminal
    case .idle, .session: .idle
    case .elsewhere: .attachedElsewhere
    case .ended: .normal
    case .limit: .tooMany
    case .spawn: .couldNotStart
    case .stopping: .goingAway
    }
  }
}
