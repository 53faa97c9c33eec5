// Timers and whom they tell. It has no clock and makes no calls.

/// The timers of a reactor, by slot.
///
/// A slot is given out again, so that a timer carries which of its owners it belongs to: one that
/// was given up moves no other one.
struct TimerTable {
  typealias Instant = MonotonicInstant

  /// A timer's place.
  struct Place: Equatable {
    let slot: Int
    fileprivate let generation: UInt32
  }

  private var heap = TimerHeap()
  private var handlers: [(any TimerHandler)?] = []
  private var generations: [UInt32] = []

  /// The nearest deadline.
  var nextDeadline: Instant? { heap.nextDeadline }

  /// A new timer, not set.
  mutating func insert(_ handler: any TimerHandler, now: Instant) -> Place {
    let slot = heap.insert(now: now)
    if slot == handlers.count {
      handlers.append(nil)
      generations.append(0)
    }
    handlers[slot] = handler
    return Place(slot: slot, generation: generations[slot])
  }

  /// Sets or takes back a timer's deadline; nothing happens where it was given up.
  mutating func set(_ place: Place, to deadline: Instant?) {
    guard generations[place.slot] == place.generation else { return }
    heap.set(place.slot, to: deadline)
  }

  /// Gives a timer up.
  ///
  /// - Returns: Whose it was; nil where it was given up before. The caller lets go of the handler
  ///   when the table is not in use any more: what then ends may set another timer.
  mutating func remove(_ place: Place) -> (any TimerHandler)? {
    let slot = place.slot
    guard generations[slot] == place.generation, let handler = handlers[slot].take() else {
      return nil
    }
    generations[slot] &+= 1
    heap.remove(slot)
    return handler
  }

  /// Takes back one timer whose deadline is not after `now`, the earliest first, and says whose it
  /// is.
  mutating func popDue(now: Instant) -> (any TimerHandler)? {
    heap.popDue(now: now).flatMap { handlers[$0] }
  }
}
