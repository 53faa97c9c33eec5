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
  static let quiet: Duration = .seconds(18)
  /// A channel of which nothing was heard for so long is gone.
  static let patience: Duration = .seconds(45)

  /// Deadlines are put off to the next of these, up to a second later: thousands of quiet channels are then
  /// asked in a few turns of the loop instead of in a turn each.
  private static let beat: Duration = .seconds(1)
  private static let firstBeat = Instant.now

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
    min(Self.onBeat(max(heard, asked) + Self.quiet), heard + Self.patience)
  }

  private static func onBeat(_ instant: Instant) -> Instant {
    let beats = Int((firstBeat.duration(to: instant) / beat).rounded(.up))
    return firstBeat + beat * beats
  }

  /// Says what is due, and starts the next wait.
  mutating func tick(now: Instant) -> Action {
    guard now >= nextDeadline else { return .wait }
    guard now < heard + Self.patience else { return .giveUp }
    asked = now
    return .ping
  }
}
