// A terminal in words and figures: for the log, the audit log, the administrator, the directory and
// the metrics.

import EventLoop

/// What is told of a terminal, the same everywhere.
struct TerminalSummary {
  let terminal: String
  /// The visitor's number, in the logs.
  let visitor: Int
  /// As whom the visitor has logged in; nil where that is not asked for.
  let login: String?
  /// What a guest calls itself, behind the link's label; nil for others.
  let guest: String?
  let address: String
  let destination: Destination
  let isAttached: Bool
  /// Its age in seconds.
  let seconds: Int
  /// Bytes that the host has sent.
  let output: Int
  /// Bytes that visitors have typed.
  let input: Int
  /// How it ended, in a few words; nil while it has not.
  let end: String?
  /// Whether its end is one that an administrator should know of.
  let isAlarming: Bool

  /// - Parameters:
  ///   - terminal: The terminal.
  ///   - person: Of whom at it something is told; nil for its owner.
  ///   - now: The time.
  init(_ terminal: Terminal, of person: Person? = nil, now: MonotonicInstant) {
    self.terminal = terminal.id.description
    let holder = person?.holder ?? terminal.holder
    visitor = holder.visitor.number
    login = holder.visitor.login?.name.text
    guest = person.flatMap { $0.isGuest ? $0.who : nil }
    address = "\(holder.address)"
    destination = terminal.destination
    isAttached = terminal.isAttached
    seconds = Int((now - terminal.opened).components.seconds)
    output = terminal.relay.produced
    input = terminal.relay.received
    end = terminal.relay.end?.words ?? terminal.endReason?.text
    isAlarming = if case .hostKeyChanged = terminal.relay.end { true } else { false }
  }

  var target: String { destination.target.name }

  /// What a page calls the target.
  var title: String { destination.target.title ?? target }

  /// Who it belongs to, for people.
  var who: String { login ?? "visitor \(visitor)" }

  /// What tells it from others, in the logs' order.
  var identity: [(name: String, value: String)] {
    [("terminal", terminal), ("visitor", "\(visitor)")]
      + (login.map { [("login", $0)] } ?? []) + (guest.map { [("guest", $0)] } ?? [])
      + [("address", address)] + destination.fields
  }

  /// What its visitor's directory says of it.
  var placeFields: [(String, JSONText)] {
    [
      ("id", .string(terminal)),
      ("target", .string(target)),
      ("title", .string(title)),
      ("name", .string(destination.name)),
      ("method", .string(destination.method.rawValue)),
      ("user", .string(destination.user.text)),
      ("port", .number(Int(destination.port))),
      ("output", .number(output)),
      ("attached", .boolean(isAttached)),
    ]
  }

  /// What it came to.
  var figures: [(name: String, value: Int)] {
    [("seconds", seconds), ("output", output), ("input", input)]
  }
}

extension Destination {
  /// For the logs.
  var fields: [(name: String, value: String)] {
    [
      ("target", target.name), ("method", method.rawValue), ("user", user.text),
      ("port", "\(port)"),
    ]
  }
}

extension RemoteEnd {
  /// How it ended, in a few words.
  var words: String {
    switch self {
    case .exited(let code, nil): "exit \(code)"
    case .exited(let code, let reason?): "exit \(code): \(reason)"
    case .closed(let reason): reason
    case .signalled(let name): name
    case .hostKeyChanged(let found): "the host's key has changed, found \(found)"
    case .failed(let message): message
    }
  }
}
