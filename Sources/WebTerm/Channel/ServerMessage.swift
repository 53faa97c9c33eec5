// What the server says in a text message.

/// A text message of the subprotocol `webterm.v1`, server to page.
enum ServerMessage: Equatable {
  /// What a page needs to know when it is attached.
  struct Welcome: Equatable {
    let terminal: String
    let output: Int
    let input: Int
    let room: Int
    let isResumed: Bool
    let missed: Int
    let window: Int
    /// The viewer's number in the terminal.
    let viewer: Int
    /// How often another viewer than the one before has attached.
    let turn: Int
    /// The highest output offset that was ever sent to anybody: questions before it are old ones.
    let seen: Int
    /// How long the terminal outlives its channel, in seconds.
    let detached: Int
    /// How many bytes of the binary messages that follow paint the screen as it was before the
    /// output.
    let screen: Int
    /// Which size the screen had from which output byte on.
    let sizes: [[Int]]
    /// How long nothing may be done from now on, in seconds; nil where that is for ever.
    var idle: Int? = nil
  }

  case welcome(Welcome)
  case input(Int, room: Int)
  case pong(id: Int, input: Int, room: Int)
  case exit(RemoteEnd)
  case error(ChannelError)
  /// Words for the visitor that are not the host's.
  case notice(String)
  /// So many bytes are missed; output goes on at an offset, and so many bytes before paint the
  /// screen as it is there.
  case skip(Int, missed: Int, screen: Int)
  /// Come back after so many milliseconds.
  case goaway(retry: Int)

  /// The message's JSON.
  var json: String { JSONText.object(fields).text }

  private var fields: [(String, JSONText)] {
    switch self {
    case .welcome(let welcome): welcome.fields
    case .input(let input, let room):
      [("type", .string("input")), ("input", .number(input)), ("room", .number(room))]
    case .pong(let id, let input, let room):
      [
        ("type", .string("pong")), ("id", .number(id)), ("input", .number(input)),
        ("room", .number(room)),
      ]
    case .exit(.exited(let code, nil)): [("type", .string("exit")), ("code", .number(Int(code)))]
    case .exit(.exited(let code, let reason?)):
      [("type", .string("exit")), ("code", .number(Int(code))), ("reason", .string(reason))]
    case .exit(.hostKeyChanged):
      ServerMessage.exit(
        .exited(code: 255, reason: "The host's key is not the one that is known here.")
      ).fields
    case .exit(.closed(let reason)): [("type", .string("exit")), ("reason", .string(reason))]
    case .exit(.signalled(let name)): [("type", .string("exit")), ("signal", .string(name))]
    case .exit(.failed(let message)): Self.error(.spawn(message)).fields
    case .error(let error):
      [
        ("type", .string("error")), ("code", .string(error.word)),
        ("message", .string(error.message)),
      ]
    case .notice(let words):
      [("type", .string("notice")), ("kind", .string("warning")), ("message", .string(words))]
    case .skip(let output, let missed, let screen):
      [
        ("type", .string("skip")), ("output", .number(output)), ("missed", .number(missed)),
        ("screen", .number(screen)),
      ]
    case .goaway(let retry): [("type", .string("goaway")), ("retry", .number(retry))]
    }
  }
}

extension ServerMessage.Welcome {
  fileprivate var fields: [(String, JSONText)] {
    [
      ("type", .string("welcome")), ("terminal", .string(terminal)), ("output", .number(output)),
      ("input", .number(input)), ("room", .number(room)), ("resumed", .boolean(isResumed)),
      ("missed", .number(missed)), ("window", .number(window)),
      ("viewer", .number(viewer)), ("turn", .number(turn)), ("seen", .number(seen)),
      ("detached", .number(detached)), ("screen", .number(screen)),
      ("sizes", .array(sizes.map { .array($0.map { .number($0) }) })),
    ] + (idle.map { [("idle", .number($0))] } ?? [])
  }
}

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
      case .unknownViewer: .message("a viewer that this terminal never had")
      case .beyondOutput: .message("a resume beyond what was sent")
      case .elsewhere: .elsewhere
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
    case .limit: "limit"
    case .spawn: "spawn"
    case .stopping: "stopping"
    }
  }

  var message: String {
    switch self {
    case .hello: "The page did not say hello in time."
    case .message(let reason): "The server did not understand the page: \(reason)."
    case .forbidden(let message), .limit(let message), .spawn(let message): message
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
    case .limit: .tooMany
    case .spawn: .couldNotStart
    case .stopping: .goingAway
    }
  }
}
