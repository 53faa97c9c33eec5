// When a line that has ended is opened again. There is no clock here: the time and the random
// number are passed in.

import EventLoop

/// How long one line waits before it is opened again.
struct LineBackoff {
  typealias Instant = MonotonicInstant

  /// The first wait, and the longest: each is twice the one before.
  static let first: Duration = .seconds(1)
  static let longest: Duration = .seconds(60)
  /// By so much of itself a wait may be shorter: lines that ended together do not come together.
  static let jitter = 0.25
  /// A line that was up and ends within so long has failed quickly.
  static let quick: Duration = .seconds(1)
  /// So many quick failures in a row, and it is tried seldom: so often.
  static let mostQuick = 5
  static let rest: Duration = .seconds(600)

  private var next = LineBackoff.first
  private var quickFailures = 0
  private var upSince: Instant?

  /// Whether it fails as soon as it is up, and is tried seldom.
  var isResting: Bool { quickFailures >= Self.mostQuick }

  /// The line is up.
  mutating func up(at now: Instant) { upSince = now }

  /// The line has ended, or could not be opened.
  ///
  /// - Parameters:
  ///   - now: The time.
  ///   - random: From 0 up to 1.
  /// - Returns: When it is to be opened again.
  mutating func ended(at now: Instant, random: Double) -> Instant {
    if let upSince {
      if now - upSince <= Self.quick {
        quickFailures += 1
      } else {
        self = Self()
      }
    }
    upSince = nil
    let wait = isResting ? Self.rest : next
    next = min(next * 2, Self.longest)
    return now + wait * (1 - Self.jitter * random)
  }

  /// A person wants it now: what has failed so far counts no more.
  mutating func forget() { self = Self() }
}
