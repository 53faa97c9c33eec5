// How much is told to how many operators at a time, and what they know then.

import EventLoop
import Testing

@testable import WebTerm

/// An operator that reads at once, or later, and remembers.
private final class Reader: OperateReader {
  let visitor: Visitor
  let hub: OperateHub
  private(set) var position: Int
  private var whole: Int? = 0
  var isBusy = false
  var looked = 0
  var isEnded = false
  /// What it was told last of each terminal.
  var known: [Int: [UInt8]] = [:]
  var toldOften: [Int: Int] = [:]

  init(_ visitor: Visitor, _ hub: OperateHub) {
    (self.visitor, self.hub) = (visitor, hub)
    position = hub.journal.end
    hub.add(self)
  }

  var isSwept: Bool { whole == nil }

  func lacks(before end: Int) -> Bool { !isBusy && (whole != nil || position < end) }
  func end() { isEnded = true }

  func tell(atMost most: Int) -> Int {
    guard !isBusy else { return 0 }
    defer { hub.goOn(with: self) }
    if position < hub.journal.start { whole = 0 }
    guard let number = whole else {
      let (changes, next) = hub.changes(after: position, atMost: most)
      position = next
      for (number, terminal) in changes { know(number, terminal) }
      return changes.count
    }
    if number == 0 { (position, known) = (hub.journal.end, [:]) }
    let page = hub.registry.opened.page(after: number, atMost: most)
    whole = page.count < most ? nil : page.last?.number
    for terminal in page { know(terminal.number, terminal) }
    return page.count
  }

  private func know(_ number: Int, _ terminal: Terminal?) {
    looked += 1
    toldOften[number, default: 0] += 1
    known[number] = terminal.map { hub.entry($0) }
  }
}

@Suite("operators' hub") struct OperateHubTests {
  private final class Bench {
    let fixture: TerminalFixture
    let hub: OperateHub
    let looker = ObserverRecorder()
    var terminals: [Terminal] = []

    init(_ count: Int) throws {
      fixture = try TerminalFixture {
        ($0.limits.terminals, $0.limits.perVisitor, $0.limits.perAddress) = (
          30_000, 30_000, 30_000
        )
        $0.limits.openPerMinute = 1_000_000
      }
      hub = OperateHub(registry: fixture.registry, reactor: fixture.reactor)
      fixture.registry.events.add(hub)
      terminals = try (0..<count).map { _ in try fixture.open(looker) }
    }

    func reader() -> Reader { Reader(fixture.visitor, hub) }

    func turn() throws { try fixture.reactor.turn(until: .now) }

    /// A fifth of a second goes by, or as long as that.
    func pass(_ time: Duration = OperateHub.pause) {
      hub.timerFired(now: fixture.reactor.now + time)
    }

    func settle(_ readers: Reader...) throws {
      pass()
      for _ in 0..<10 { try turn() }
      while readers.contains(where: { !$0.isSwept }) { try turn() }
    }
  }

  @Test(
    "a turn tells all operators together of a bounded number of terminals, and an entry is made once"
  )
  func budget() throws {
    let bench = try Bench(500)
    let readers = (0..<20).map { _ in bench.reader() }
    var looked = 0
    while readers.contains(where: { !$0.isSwept }) {
      try bench.turn()
      let now = readers.reduce(0) { $0 + $1.looked }
      #expect(now - looked <= OperateHub.rowsPerTurn)
      looked = now
    }
    #expect(readers.allSatisfy { $0.known.count == 500 })
    // Once for all of them; on a slow machine again for each second that it takes.
    #expect(bench.hub.made < 5000)
  }

  @Test("what happens is told a fifth of a second later, each terminal once, and what is over too")
  func changes() throws {
    let bench = try Bench(3)
    let reader = bench.reader()
    try bench.settle(reader)
    reader.toldOften = [:]
    for _ in 0..<50 { bench.hub.heard(.sending(to: 2), of: bench.terminals[1]) }
    bench.terminals[0].terminate(.closedByVisitor)
    try bench.turn()
    #expect(reader.toldOften.isEmpty)
    try bench.settle(reader)
    let (over, changed) = (bench.terminals[0].number, bench.terminals[1].number)
    #expect(reader.toldOften == [over: 1, changed: 1])
    #expect(reader.known.count == 2 && reader.known[over] == nil)
  }

  @Test("bytes and viewers make no event, and are told when figures are compared")
  func figures() throws {
    let bench = try Bench(1200)
    let reader = bench.reader()
    try bench.settle(reader)
    reader.toldOften = [:]
    let chosen = Set((0..<20).map { _ in Int.random(in: 0..<1200) })
    for index in chosen { bench.fixture.remotes[index].produce(Array("hello".utf8)) }
    bench.pass(OperateHub.comparison)
    for _ in 0..<5 { try bench.turn() }
    try bench.settle(reader)
    #expect(Set(reader.toldOften.keys) == Set(chosen.map { bench.terminals[$0].number }))
    for index in chosen {
      let json = String(
        decoding: reader.known[bench.terminals[index].number] ?? [], as: UTF8.self)
      #expect(json.contains(#""output":5,"#))
    }
  }

  @Test("an operator that does not read makes nothing grow, and hears at last how it is")
  func stalled() throws {
    let bench = try Bench(50)
    let (stalled, quick) = (bench.reader(), bench.reader())
    try bench.settle(stalled, quick)
    stalled.isBusy = true
    // A storm: each is one that was never there before.
    for _ in 0..<25_000 {
      try bench.fixture.open(bench.looker).terminate(.closedByVisitor)
      #expect(bench.hub.journal.end - bench.hub.journal.start <= ChangeJournal.most)
    }
    bench.terminals[7].terminate(.closedByVisitor)
    try bench.settle(quick)
    stalled.isBusy = false
    bench.hub.goOn(with: stalled)
    while !stalled.isSwept || stalled.lacks(before: bench.hub.journal.end) { try bench.turn() }
    #expect(stalled.known.count == 49 && Set(stalled.known.keys) == Set(quick.known.keys))
  }

  @Test("who operates no more is shown out, and without an operator nothing is kept")
  func revoked() throws {
    let bench = try Bench(5)
    let reader = bench.reader()
    try bench.settle(reader)
    bench.hub.endRevoked { _ in true }
    #expect(!reader.isEnded)
    bench.hub.endRevoked { _ in false }
    #expect(reader.isEnded)
    bench.hub.remove(reader)
    let end = bench.hub.journal.end
    bench.terminals[0].terminate(.closedByVisitor)
    #expect(bench.hub.journal.end == end && bench.hub.journal.start == end)
  }
}
