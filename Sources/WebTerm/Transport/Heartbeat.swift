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

  /// A channel on which nothing went either way for so long is asked, in nanoseconds. nginx closes
  /// a tunnel that is silent for 60 s; pages see a dead server by missing these.
  private static let quiet: Int64 = 18 * second
  /// A channel of which nothing was heard for so long is gone, in nanoseconds,
  private static let timeout: Int64 = 45 * second
  /// where it was asked at least so long ago.
  private static let answerTimeout: Int64 = 26 * second
  /// Who comes so much too late to ask was away, in nanoseconds: whatever was to be heard may have
  /// been lost meanwhile.
  private static let tolerance: Int64 = second
  /// Deadlines are put off to the clock's next full second: thousands of quiet channels are then
  /// asked in a few turns of the loop instead of in a turn each.
  private static let second: Int64 = 1_000_000_000

  private var heard: MonotonicInstant
  private var asked: MonotonicInstant
  /// When it was asked first of what was not answered yet.
  private var unanswered: MonotonicInstant?

  init(now: MonotonicInstant) {
    heard = now
    asked = now
  }

  /// Something has come from the peer.
  mutating func heard(at now: MonotonicInstant) {
    heard = now
    unanswered = nil
  }

  var nextDeadline: MonotonicInstant {
    let question = Self.atFullSecond(max(heard, asked).advanced(byNanoseconds: Self.quiet))
    return end.map { min(question, $0) } ?? question
  }

  /// When it is given up, if nothing is heard; nil where nothing was asked.
  private var end: MonotonicInstant? {
    unanswered.map {
      max(
        $0.advanced(byNanoseconds: Self.answerTimeout),
        heard.advanced(byNanoseconds: Self.timeout))
    }
  }

  private static func atFullSecond(_ instant: MonotonicInstant) -> MonotonicInstant {
    MonotonicInstant(nanoseconds: (instant.nanoseconds + second - 1) / second * second)
  }

  /// Says what is due, and starts the next wait.
  mutating func tick(now: MonotonicInstant) -> Action {
    let due = nextDeadline
    guard now >= due else { return .wait }
    let wasAway = now > due.advanced(byNanoseconds: Self.tolerance)
    if !wasAway, let end, now >= end { return .giveUp }
    asked = now
    if wasAway || unanswered == nil { unanswered = now }
    return .ping
  }
}
