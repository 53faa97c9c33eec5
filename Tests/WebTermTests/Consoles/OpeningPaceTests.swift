import EventLoop
import Testing

@testable import WebTerm

/// Lines of a few hosts, which take their time until they are up or fail.
@Suite("The pace at which lines are opened") struct OpeningPaceTests {
  @Test(
    "no second has more than 50 and no host more than 2, and every line has its turn",
    arguments: (0..<20).map { _ in UInt64.random(in: .min ... .max) })
  func randomLines(seed: UInt64) throws {
    var random = SplitMix(state: seed)
    var pace = OpeningPace<Int>()
    let hosts = Int.random(in: 1...60, using: &random)
    let lines = Int.random(in: 1...400, using: &random)
    let hostOf = (0..<lines).map { _ in "host \(Int.random(in: 0..<hosts, using: &random))" }
    var opened: [Int64] = []
    var settles: [(at: Int64, line: Int)] = []
    var left = Set(0..<lines)
    var asked = Set<Int>()
    var now: Int64 = 1_000_000_000
    while !left.isEmpty {
      for line in left where !asked.contains(line) && Bool.random(using: &random) {
        pace.ask(line, at: hostOf[line])
        asked.insert(line)
      }
      for (_, line) in settles.filter({ $0.at <= now }) { pace.settled(line) }
      settles.removeAll { $0.at <= now }
      while let line = pace.take(now: MonotonicInstant(nanoseconds: now)) {
        opened.append(now)
        #expect(settles.count { hostOf[$0.line] == hostOf[line] } < 2, "seed \(seed)")
        settles.append((now + Int64.random(in: 0...300_000_000, using: &random), line))
        // Some fail and come again.
        if Int.random(in: 0..<4, using: &random) == 0 {
          asked.remove(line)
        } else {
          left.remove(line)
        }
      }
      let next = [pace.nextDeadline?.nanoseconds, settles.map(\.at).min()].compactMap(\.self).min()
      now = max(now + 1, next ?? now + 50_000_000)
      try #require(now < 1_000_000_000_000, "seed \(seed)")
    }
    for (index, time) in opened.enumerated() {
      let within = opened[index...].prefix { $0 - time <= 1_000_000_000 }.count
      #expect(within <= 50, "seed \(seed)")
    }
  }

  @Test("a line that is forgotten gives its turn to the next one of its host")
  func forgotten() {
    var pace = OpeningPace<Int>()
    // Each time when another one may be opened.
    var time = MonotonicInstant(nanoseconds: 5)
    var now: MonotonicInstant {
      time = time + OpeningPace<Int>.pause
      return time
    }
    for line in 0..<5 { pace.ask(line, at: "h") }
    pace.forget(2)
    #expect(pace.take(now: now) == 0)
    #expect(pace.take(now: now) == 1)
    #expect(pace.take(now: now) == nil)
    #expect(pace.nextDeadline == nil)
    pace.forget(0)
    #expect(pace.take(now: now) == 3)
    #expect(pace.take(now: now) == nil)
    pace.settled(1)
    pace.settled(1)
    #expect(pace.take(now: now) == 4)
    #expect(pace.count == 0)
  }
}

@Suite("When a line is opened again") struct LineBackoffTests {
  @Test(
    "waits double to a minute, and five quick failures make it rest",
    arguments: (0..<50).map { _ in UInt64.random(in: .min ... .max) })
  func randomFailures(seed: UInt64) {
    var random = SplitMix(state: seed)
    var backoff = LineBackoff()
    var now = MonotonicInstant(nanoseconds: 1)
    var (wait, quick) = (1.0, 0)
    for _ in 0..<200 {
      switch Int.random(in: 0..<8, using: &random) {
      case 0:
        backoff.forget()
        (wait, quick) = (1, 0)
      case 1...3:
        // Up, and down at once.
        backoff.up(at: now)
        now = now + .milliseconds(Int.random(in: 0...1000, using: &random))
        quick += 1
      case 4:
        backoff.up(at: now)
        now = now + .milliseconds(Int.random(in: 1001...100_000, using: &random))
        (wait, quick) = (1, 0)
      default: break  // Refused.
      }
      let again = backoff.ended(at: now, random: .random(in: 0..<1, using: &random))
      let seconds = (again - now) / .seconds(1)
      let most = quick >= 5 ? 600 : wait
      #expect(seconds <= most && seconds >= most * 0.75 - 0.001, "seed \(seed)")
      #expect(backoff.isResting == (quick >= 5), "seed \(seed)")
      wait = min(60, wait * 2)
      now = again
    }
  }
}
