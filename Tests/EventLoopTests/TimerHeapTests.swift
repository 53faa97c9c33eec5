import Testing

@testable import EventLoop

@Suite("Timer heap") struct TimerHeapTests {
  let start = MonotonicInstant.now

  @Test("deadlines come out in order, whatever order they were set in")
  func order() {
    var heap = TimerHeap()
    var generator = SeededGenerator(seed: 1)
    let delays = (0..<1000).map { _ in Int.random(in: 0..<10_000, using: &generator) }
    var delayOf: [Int: Int] = [:]
    for delay in delays {
      let slot = heap.insert(now: start)
      heap.set(slot, to: start + .microseconds(delay))
      delayOf[slot] = delay
    }
    var seen: [Int] = []
    while let slot = heap.popDue(now: start + .seconds(1)) { seen.append(delayOf[slot] ?? -1) }
    #expect(seen == delays.sorted())
    #expect(heap.nextDeadline == nil)
  }

  @Test("a timer that was given up moves none that came after it")
  func givenUp() {
    final class Handler: TimerHandler {
      func timerFired(now: MonotonicInstant) {}
    }
    var table = TimerTable()
    let (first, second) = (Handler(), Handler())
    let old = table.insert(first, now: start)
    #expect(table.remove(old) === first && table.remove(old) == nil)
    let new = table.insert(second, now: start)
    #expect(new.slot == old.slot && new != old)
    table.set(new, to: start + .seconds(1))
    table.set(old, to: nil)
    #expect(table.remove(old) == nil)
    #expect(table.nextDeadline == start + .seconds(1))
    #expect(table.popDue(now: start + .seconds(2)) === second)
    #expect(table.remove(new) === second)
  }

  @Test("setting anew moves a deadline both ways")
  func setAnew() {
    var heap = TimerHeap()
    let slots = (0..<3).map { _ in heap.insert(now: start) }
    for (index, slot) in slots.enumerated() { heap.set(slot, to: start + .seconds(index + 1)) }
    heap.set(slots[0], to: start + .seconds(9))
    #expect(heap.nextDeadline == start + .seconds(2))
    heap.set(slots[0], to: start)
    #expect(heap.nextDeadline == start)
  }

  @Test("one taken back does not fire, and its slot serves again")
  func takenBack() {
    var heap = TimerHeap()
    let slot = heap.insert(now: start)
    heap.set(slot, to: start)
    heap.set(slot, to: nil)
    #expect(heap.popDue(now: start + .seconds(1)) == nil)
    heap.remove(slot)
    #expect(heap.insert(now: start) == slot)
  }

  @Test("random setting, moving and taking back agrees with a sorted list")
  func model() {
    var heap = TimerHeap()
    var generator = SeededGenerator(seed: 7)
    let slots = (0..<50).map { _ in heap.insert(now: start) }
    var model: [Int: Int] = [:]
    for step in 0..<5000 {
      let slot = slots.randomElement(using: &generator) ?? 0
      if Int.random(in: 0..<4, using: &generator) == 0 {
        heap.set(slot, to: nil)
        model[slot] = nil
      } else {
        let delay = Int.random(in: 0..<1000, using: &generator)
        heap.set(slot, to: start + .milliseconds(delay))
        model[slot] = delay
      }
      let expected = model.values.min().map { start + .milliseconds($0) }
      #expect(heap.nextDeadline == expected, "step \(step)")
    }
  }
}

/// The same numbers in every run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
