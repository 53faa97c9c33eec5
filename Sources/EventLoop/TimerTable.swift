// Timers and whom they tell. It has no clock and makes no calls.

/// The timers of a reactor, by slot.
///
/// A slot is given out again, so that a timer carries which of its owners it belongs to: one that
/// was given up moves no other one.
struct TimerTable {
  typealias Instant = MonotonicInstant

  /// A timer's slot, and which of its owners it belongs to.
  struct Key: Equatable {
    let slot: Int
    fileprivate let generation: UInt32
  }

  private var heap = TimerHeap()
  private var handlers: [(any TimerHandler)?] = []
  private var generations: [UInt32] = []

  /// The nearest deadline.
  var nextDeadline: Instant? { heap.nextDeadline }

  /// A new timer, not set.
  mutating func insert(_ handler: any TimerHandler, now: Instant) -> Key {
    let slot = heap.insert(now: now)
    if slot == handlers.count {
      handlers.append(nil)
      generations.append(0)
    }
    handlers[slot] = handler
    return Key(slot: slot, generation: generations[slot])
  }

  /// Sets or takes back a timer's deadline; nothing happens where it was given up.
  mutating func set(_ key: Key, to deadline: Instant?) {
    guard generations[key.slot] == key.generation else { return }
    heap.set(key.slot, to: deadline)
  }

  /// Gives a timer up.
  ///
  /// - Returns: Whose it was; nil where it was given up before. The caller lets go of the handler
  ///   when the table is not in use any more: what then ends may set another timer.
  mutating func remove(_ key: Key) -> (any TimerHandler)? {
    let slot = key.slot
    guard generations[slot] == key.generation, let handler = handlers[slot].take() else {
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
