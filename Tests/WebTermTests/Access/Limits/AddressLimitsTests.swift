import EventLoop
import Testing

@testable import WebTerm

@Suite("Limits of addresses") struct AddressLimitsTests {
  let now = MonotonicInstant.now

  @Test("a bucket gives so many at once and so many per minute")
  func bucket() {
    var bucket = TokenBucket(now: now)
    let atOnce = (0..<31).map { _ in bucket.take(perMinute: 30, now: now) }
    #expect(atOnce == Array(repeating: true, count: 30) + [false])
    let later = [1900, 2000, 2001].map { bucket.take(perMinute: 30, now: now + .milliseconds($0)) }
    #expect(later == [false, true, false])
    // Another rate counts at once, for those who are known, too.
    let isTaken = bucket.take(perMinute: 6000, now: now + .milliseconds(2011))
    #expect(isTaken)
  }

  @Test("an address with nothing open is forgotten when its minute does not matter any more")
  func forgetting() {
    var limits = AddressLimits()
    for index in 0..<10_000 {
      let address = AddressKey.ipv4(UInt32(index))
      let time = now + .seconds(index)
      let mayOpen = limits.mayOpen(address, perMinute: 30, now: time)
      #expect(mayOpen)
      limits.terminalOpened(by: address, now: time)
      limits.terminalClosed(by: address)
    }
    #expect(limits.count <= 64)
  }

  @Test("an IPv6 network counts as one address")
  func network() {
    let keys = ["2001:db8::1", "2001:db8::ffff:2", "2001:db8:0:1::1"].map {
      AddressKey(SocketAddress.Host($0))
    }
    #expect(keys[0] == keys[1] && keys[0] != keys[2])
  }
}

@Suite("Connection census") struct ConnectionCensusTests {
  @Test("an address has so many connections, and a connection counts for its latest address")
  func counts() {
    final class Someone {}
    let all = (0..<4).map { _ in Someone() }
    let names = all.map { ObjectIdentifier($0) }
    let census = ConnectionCensus()
    #expect(census.admit(names[0], for: .ipv4(1), atMost: 2))
    #expect(census.admit(names[0], for: .ipv4(1), atMost: 2))
    #expect(census.admit(names[1], for: .ipv4(1), atMost: 2))
    #expect(!census.admit(names[2], for: .ipv4(1), atMost: 2))
    #expect(census.admit(names[2], for: .local, atMost: 0))
    #expect(census.admit(names[1], for: .ipv4(2), atMost: 2))
    #expect(census.count(of: .ipv4(1)) == 1 && census.count(of: .ipv4(2)) == 1)
    census.forget(names[1])
    census.forget(names[1])
    #expect(census.count(of: .ipv4(2)) == 0)
    withExtendedLifetime(all) {}
  }
}
