// How much is told to how many directories at a time.

import EventLoop
import Testing

@testable import WebTerm

/// A directory that reads at once, and counts.
private final class Reader: NewsReader {
  let visitor: Visitor
  let hub: NewsHub
  var position: Int
  var looked = 0
  var entries = 0
  var lists = 0
  var swept: Int?

  init(_ visitor: Visitor, _ hub: NewsHub) {
    (self.visitor, self.hub) = (visitor, hub)
    position = hub.journalEnd
    swept = 0
    hub.add(self)
  }

  func hearOfTargets() { lists += 1 }
  func lacks(before end: Int) -> Bool { swept != nil || position < end }
  func end() {}

  func tell(atMost most: Int) -> Int {
    defer { hub.goOn(with: self) }
    guard let after = swept else {
      let events = hub.events(position..<hub.journalEnd)
      position = hub.journalEnd
      for each in events {
        if let terminal = each.terminal, hub.entry(terminal, for: visitor) != nil { entries += 1 }
      }
      looked += events.count
      return events.count
    }
    let page = hub.registry.opened.page(after: after, atMost: most)
    swept = page.count < most ? nil : page.last?.number
    entries += page.count { hub.entry($0, for: visitor) != nil }
    looked += page.count
    return page.count
  }
}

@Suite("news hub") struct NewsHubTests {
  private final class Bench {
    let fixture: TerminalFixture
    let hub: NewsHub
    let terminals: [Terminal]

    init(_ count: Int) throws {
      fixture = try TerminalFixture {
        ($0.limits.terminals, $0.limits.perVisitor, $0.limits.perAddress) = (10_000, 10_000, 10_000)
        $0.limits.openPerMinute = 1_000_000
      }
      let fixture = fixture
      hub = NewsHub(registry: fixture.registry, rights: fixture.rights, reactor: fixture.reactor)
      terminals = try (0..<count).map { _ in try fixture.open(ObserverRecorder()) }
    }

    func turn() throws { try fixture.reactor.turn(until: .now) }
  }

  @Test(
    "a turn tells all readers together of a bounded number of terminals, and an entry is made once")
  func budget() throws {
    let bench = try Bench(500)
    let readers = (0..<20).map { _ in Reader(bench.fixture.visitor, bench.hub) }
    var looked = 0
    while readers.contains(where: { $0.swept != nil }) {
      try bench.turn()
      let now = readers.reduce(0) { $0 + $1.looked }
      #expect(now - looked <= NewsHub.perTurn)
      looked = now
    }
    #expect(readers.allSatisfy { $0.entries == 500 })
    // Once for all of them; on a slow machine again for each second that it takes.
    #expect(bench.hub.made < 5000)
  }

  @Test("other targets are told to a few directories at a time")
  func lists() throws {
    let bench = try Bench(10)
    let readers = (0..<50).map { _ in Reader(bench.fixture.visitor, bench.hub) }
    bench.hub.tellOfTargets()
    bench.hub.tellOfTargets()
    var (ticks, time) = (0, bench.fixture.reactor.now)
    while readers.contains(where: { $0.lists == 0 }) {
      let before = readers.reduce(0) { $0 + $1.lists }
      time = time + .milliseconds(300)
      bench.hub.timerFired(now: time)
      ticks += 1
      #expect(readers.reduce(0) { $0 + $1.lists } - before <= NewsHub.listsPerTick)
    }
    #expect(ticks >= 50 / NewsHub.listsPerTick && readers.allSatisfy { $0.lists == 1 })
  }

  @Test("what happens is kept once, however many read, and no more of it than the journal has")
  func journal() throws {
    let bench = try Bench(1)
    let readers = (0..<3).map { _ in Reader(bench.fixture.visitor, bench.hub) }
    while readers.contains(where: { $0.swept != nil }) { try bench.turn() }
    for _ in 0..<5000 { bench.hub.tell(bench.terminals[0], isOver: false) }
    #expect(bench.hub.journalEnd - bench.hub.journalStart <= NewsHub.journalLimit)
    #expect(bench.hub.events(bench.hub.journalStart..<bench.hub.journalEnd).count == 1)
  }
}
