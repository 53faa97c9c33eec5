// How much is told to how many directories at a time.

import EventLoop
import Testing

@testable import WebTerm

/// A directory that reads at once, and counts.
private final class Reader: NewsReader {
  let visitor: Visitor
  let desk: NewsDesk
  var position: Int
  var looked = 0
  var entries = 0
  var lists = 0
  var swept: Int?

  init(_ visitor: Visitor, _ desk: NewsDesk) {
    (self.visitor, self.desk) = (visitor, desk)
    position = desk.journalEnd
    swept = 0
    desk.add(self)
  }

  func hearOfTargets() { lists += 1 }
  func lacks(before end: Int) -> Bool { swept != nil || position < end }
  func end() {}

  func tell(atMost most: Int) -> Int {
    defer { desk.goOn(with: self) }
    guard let after = swept else {
      let events = desk.events(position..<desk.journalEnd)
      position = desk.journalEnd
      for each in events {
        if let terminal = each.terminal, desk.entry(terminal, for: visitor) != nil { entries += 1 }
      }
      looked += events.count
      return events.count
    }
    let page = desk.registry.opened.page(after: after, atMost: most)
    swept = page.count < most ? nil : page.last?.number
    entries += page.count { desk.entry($0, for: visitor) != nil }
    looked += page.count
    return page.count
  }
}

@Suite("news desk") struct NewsDeskTests {
  private final class Bench {
    let fixture: TerminalFixture
    let desk: NewsDesk
    let terminals: [Terminal]

    init(_ count: Int) throws {
      fixture = try TerminalFixture {
        ($0.limits.terminals, $0.limits.perVisitor, $0.limits.perAddress) = (10_000, 10_000, 10_000)
        $0.limits.openPerMinute = 1_000_000
      }
      let fixture = fixture
      desk = NewsDesk(registry: fixture.registry, rights: fixture.rights, reactor: fixture.reactor)
      terminals = try (0..<count).map { _ in try fixture.open(ObserverRecorder()) }
    }

    func turn() throws { try fixture.reactor.turn(until: .now) }
  }

  @Test(
    "a turn tells all readers together of a bounded number of terminals, and an entry is made once")
  func budget() throws {
    let bench = try Bench(500)
    let readers = (0..<20).map { _ in Reader(bench.fixture.visitor, bench.desk) }
    var looked = 0
    while readers.contains(where: { $0.swept != nil }) {
      try bench.turn()
      let now = readers.reduce(0) { $0 + $1.looked }
      #expect(now - looked <= NewsDesk.perTurn)
      looked = now
    }
    #expect(readers.allSatisfy { $0.entries == 500 })
    // Once for all of them; on a slow machine again for each second that it takes.
    #expect(bench.desk.made < 5000)
  }

  @Test("other targets are told to a few directories at a time")
  func lists() throws {
    let bench = try Bench(10)
    let readers = (0..<50).map { _ in Reader(bench.fixture.visitor, bench.desk) }
    bench.desk.tellOfTargets()
    bench.desk.tellOfTargets()
    var (ticks, time) = (0, bench.fixture.reactor.now)
    while readers.contains(where: { $0.lists == 0 }) {
      let before = readers.reduce(0) { $0 + $1.lists }
      time = time + .milliseconds(300)
      bench.desk.timerFired(now: time)
      ticks += 1
      #expect(readers.reduce(0) { $0 + $1.lists } - before <= NewsDesk.listsPerTick)
    }
    #expect(ticks >= 50 / NewsDesk.listsPerTick && readers.allSatisfy { $0.lists == 1 })
  }

  @Test("what happens is kept once, however many read, and no more of it than the journal has")
  func journal() throws {
    let bench = try Bench(1)
    let readers = (0..<3).map { _ in Reader(bench.fixture.visitor, bench.desk) }
    while readers.contains(where: { $0.swept != nil }) { try bench.turn() }
    for _ in 0..<5000 { bench.desk.tell(bench.terminals[0], isOver: false) }
    #expect(bench.desk.journalEnd - bench.desk.journalStart <= NewsDesk.journalLimit)
    #expect(bench.desk.events(bench.desk.journalStart..<bench.desk.journalEnd).count == 1)
  }
}
