// When a quiet channel is asked whether it is still there, and when it is given up.

/// The liveness of a channel, by what was heard of it.
struct Heartbeat {
  typealias Instant = ContinuousClock.Instant

  /// What is to be done now.
  enum Action: Equatable {
    case wait
    case ping
    case giveUp
  }

  /// A channel on which nothing went either way for so long is asked. nginx closes a tunnel that is
  /// silent for 60 s; pages see a dead server by missing these.
  static let quiet: Duration = .seconds(15)
  /// A channel of which nothing was heard for so long is gone.
  static let patience: Duration = .seconds(45)

  private var heard: Instant
  private var asked: Instant

  init(now: Instant) {
    heard = now
    asked = now
  }

  /// Something has come from the peer.
  mutating func heard(at now: Instant) {
    heard = now
  }

  var nextDeadline: Instant {
    min(max(heard, asked) + Self.quiet, heard + Self.patience)
  }

  /// Says what is due, and starts the next wait.
  mutating func tick(now: Instant) -> Action {
    guard now >= nextDeadline else { return .wait }
    guard now < heard + Self.patience else { return .giveUp }
    asked = now
    return .ping
  }
}
