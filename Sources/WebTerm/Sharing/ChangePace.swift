// When a list that changes is told: at once, but not too often.

import EventLoop

/// Says when changes are told: the first at once, what follows together.
struct ChangePace {
  typealias Instant = MonotonicInstant

  /// The shortest time between two tellings.
  let interval: Duration
  /// When there is something to tell; nil while there is nothing.
  private(set) var nextDeadline: Instant?
  private var lastTold: Instant?

  /// - Parameter interval: The shortest time between two tellings; by default as long as `viewers`
  ///   takes (twice a second).
  init(interval: Duration = .milliseconds(500)) {
    self.interval = interval
  }

  /// Something is different.
  mutating func changed(now: Instant) {
    guard nextDeadline == nil else { return }
    nextDeadline = max(now, lastTold.map { $0 + interval } ?? now)
  }

  /// - Returns: True where it is to be told now; it counts as told then.
  mutating func tick(now: Instant) -> Bool {
    guard let deadline = nextDeadline, deadline <= now else { return false }
    nextDeadline = nil
    lastTold = now
    return true
  }
}
