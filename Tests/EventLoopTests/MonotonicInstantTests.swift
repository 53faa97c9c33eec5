import EventLoop
import Testing

@Suite("Monotonic instants") struct MonotonicInstantTests {
  private let start = MonotonicInstant(nanoseconds: 1_000)

  @Test("a duration leads to the instant from which it is measured back")
  func thereAndBack() {
    let later = start + .milliseconds(1500)
    #expect(later.nanoseconds == 1_500_001_000)
    #expect(later - start == .milliseconds(1500))
    #expect(start - later == .milliseconds(-1500))
    #expect(start < later)
  }

  @Test("what is longer than the clock's word ends at its end")
  func saturates() {
    #expect((start + .seconds(Int64.max)).nanoseconds == .max)
    #expect((start + .seconds(Int64.min)).nanoseconds == .min + 1_000)
    #expect(MonotonicInstant(nanoseconds: .max - 1).advanced(byNanoseconds: 2).nanoseconds == .max)
    #expect(Duration.seconds(300 * 365 * 86_400).nanoseconds == .max)
  }

  @Test("the clock goes on")
  func clock() {
    let first = MonotonicInstant.now
    #expect(first <= .now)
    #expect(first.nanoseconds > 0)
  }
}
