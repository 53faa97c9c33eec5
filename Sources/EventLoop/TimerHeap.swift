// Thousands of deadlines and the nearest of them. It has no clock and makes no calls.

/// A binary heap of deadlines, each of which can be set anew or taken back where it lies.
///
/// Every timer has a slot for life; `position` says where in the heap it lies, so that setting one
/// anew costs O(log n) and needs neither a search nor an allocation.
struct TimerHeap {
  typealias Instant = MonotonicInstant

  private var deadlines: [Instant] = []
  private var position: [Int] = []
  private var heap: [Int] = []
  private var free: [Int] = []

  private static let notSet = -1

  /// The nearest deadline.
  var nextDeadline: Instant? { heap.first.map { deadlines[$0] } }

  /// A new slot, not set.
  mutating func insert(now: Instant) -> Int {
    if let slot = free.popLast() { return slot }
    deadlines.append(now)
    position.append(Self.notSet)
    return deadlines.count - 1
  }

  /// Gives a slot back; its number may be handed out again.
  mutating func remove(_ slot: Int) {
    set(slot, to: nil)
    free.append(slot)
  }

  /// Sets or takes back a slot's deadline.
  mutating func set(_ slot: Int, to deadline: Instant?) {
    guard let deadline else {
      unset(slot)
      return
    }
    deadlines[slot] = deadline
    if position[slot] == Self.notSet {
      position[slot] = heap.count
      heap.append(slot)
    }
    settle(position[slot])
  }

  /// Takes out one slot whose deadline is not after `now`, the earliest first.
  mutating func popDue(now: Instant) -> Int? {
    guard let slot = heap.first, deadlines[slot] <= now else { return nil }
    unset(slot)
    return slot
  }

  private mutating func unset(_ slot: Int) {
    let hole = position[slot]
    guard hole != Self.notSet else { return }
    position[slot] = Self.notSet
    let last = heap.removeLast()
    guard last != slot else { return }
    heap[hole] = last
    position[last] = hole
    settle(hole)
  }

  /// Moves the entry at `index` up or down until its parent is earlier and its children are later.
  private mutating func settle(_ index: Int) {
    var index = index
    while index > 0, isEarlier(index, (index - 1) / 2) {
      swap(index, (index - 1) / 2)
      index = (index - 1) / 2
    }
    while true {
      var earliest = index
      for child in [2 * index + 1, 2 * index + 2] where child < heap.count {
        if isEarlier(child, earliest) { earliest = child }
      }
      if earliest == index { return }
      swap(index, earliest)
      index = earliest
    }
  }

  private func isEarlier(_ a: Int, _ b: Int) -> Bool { deadlines[heap[a]] < deadlines[heap[b]] }

  private mutating func swap(_ a: Int, _ b: Int) {
    heap.swapAt(a, b)
    position[heap[a]] = a
    position[heap[b]] = b
  }
}
