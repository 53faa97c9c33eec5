// Timers and whom they tell. It has no clock and calls nobody.

/// The timers of a reactor, by slot.
struct TimerTable {
  typealias Instant = MonotonicInstant

  private var heap = TimerHeap()
  private var handlers: [(any TimerHandler)?] = []

  /// The nearest deadline.
  var nextDeadline: Instant? { heap.nextDeadline }

  /// A new timer, not set.
  mutating func insert(_ handler: any TimerHandler, now: Instant) -> Int {
    let slot = heap.insert(now: now)
    if slot == handlers.count { handlers.append(nil) }
    handlers[slot] = handler
    return slot
  }

  /// Sets or takes back a timer's deadline.
  mutating func set(_ slot: Int, to deadline: Instant?) {
    heap.set(slot, to: deadline)
  }

  /// Gives a timer up.
  ///
  /// - Returns: Whose it was; nil where it was given up before. The caller lets go of the handler when the table
  ///   is not in use any more: what then ends may set another timer.
  mutating func remove(_ slot: Int) -> (any TimerHandler)? {
    guard let handler = handlers[slot].take() else { return nil }
    heap.remove(slot)
    return handler
  }

  /// Takes back one timer whose deadline is not after `now`, the earliest first, and says whose it is.
  mutating func popDue(now: Instant) -> (any TimerHandler)? {
    heap.popDue(now: now).flatMap { handlers[$0] }
  }
}
