// When a quiet channel is asked whether it is still there, and when it is given up.

import EventLoop

/// The liveness of a channel, by what was heard of it.
struct Heartbeat {
  /// What is to be done now.
  enum Action: Equatable {
    case wait
    case ping
    case giveUp
  }

  /// A channel on which nothing went either way for so long is asked, in nanoseconds. nginx closes a tunnel that is
  /// silent for 60 s; pages see a dead server by missing these.
  private static let quiet: Int64 = 18 * second
  /// A channel of which nothing was heard for so long is gone, in nanoseconds.
  private static let patience: Int64 = 45 * second
  /// Deadlines are put off to the clock's next full second: thousands of quiet channels are then asked in a
  /// few turns of the loop instead of in a turn each.
  private static let second: Int64 = 1_000_000_000

  private var heard: MonotonicInstant
  private var asked: MonotonicInstant

  init(now: MonotonicInstant) {
    heard = now
    asked = now
  }

  /// Something has come from the peer.
  mutating func heard(at now: MonotonicInstant) {
    heard = now
  }

  var nextDeadline: MonotonicInstant {
    min(
      Self.atFullSecond(max(heard, asked).advanced(byNanoseconds: Self.quiet)),
      heard.advanced(byNanoseconds: Self.patience))
  }

  private static func atFullSecond(_ instant: MonotonicInstant) -> MonotonicInstant {
    MonotonicInstant(nanoseconds: (instant.nanoseconds + second - 1) / second * second)
  }

  /// Says what is due, and starts the next wait.
  mutating func tick(now: MonotonicInstant) -> Action {
    guard now >= nextDeadline else { return .wait }
    guard now < heard.advanced(byNanoseconds: Self.patience) else { return .giveUp }
    asked = now
    return .ping
  }
}
