// How many lines strangers get. Time is an argument.

import EventLoop
import Testing

@testable import WebTerm

@Suite("Lines of strangers") struct LineLimiterTests {
  private let now = MonotonicInstant.now

  @Test("an address gets a few lines a minute, and a count of the rest")
  func oneAddress() {
    var limiter = LineLimiter()
    let written = (0..<1000).count { _ in limiter.admits("x", from: .ipv4(1), now: now) }
    #expect(written == 10)
    let (counts, none) = (limiter.takeCounts(), limiter.takeCounts())
    #expect(counts == [LineLimiter.Count(event: "x", lines: 990, address: .ipv4(1))])
    #expect(none.isEmpty)
    let others = [
      limiter.admits("y", from: .ipv4(1), now: now), limiter.admits("x", from: .ipv4(2), now: now),
      limiter.admits("x", from: .ipv4(1), now: now + .seconds(7)),
    ]
    #expect(others == [true, true, true], "another event, another address, later")
  }

  @Test("many addresses get no more than one address's share for each, and a bound for all")
  func manyAddresses() {
    var limiter = LineLimiter()
    let seed = UInt64.random(in: 0 ... .max)
    var random = SplitMix(state: seed)
    var written = 0
    for step in 0..<50_000 {
      let address = AddressKey.ipv6(network: random.next())
      // A minute in all.
      if limiter.admits("x", from: address, now: now + .microseconds(1200 * step)) { written += 1 }
    }
    #expect((60...121).contains(written), "seed \(seed)")
    let counts = limiter.takeCounts()
    #expect(counts == [LineLimiter.Count(event: "x", lines: 50_000 - written)])
    #expect(limiter.size <= 1001)
  }
}
