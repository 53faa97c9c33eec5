// A timer for a deadline that moves with every message.

import EventLoop

/// Set where the next deadline is earlier than what it is set to. A later one is found when the
/// timer fires, so that a deadline that each message moves costs nothing.
struct DeadlineTimer {
  private var timer: Reactor.Timer?
  private var setTo: MonotonicInstant?

  /// Sees to it that the handler is told no later than at a deadline.
  mutating func set(
    to deadline: MonotonicInstant?, on reactor: Reactor, for handler: any TimerHandler
  ) {
    guard let deadline, setTo.map({ deadline < $0 }) != false else { return }
    setTo = deadline
    reactor.set(&timer, to: deadline, handler: handler)
  }

  /// It has told its handler, and is not set any more.
  mutating func fired() {
    setTo = nil
  }

  /// Gives the timer up.
  mutating func remove(from reactor: Reactor) {
    setTo = nil
    reactor.remove(&timer)
  }
}
