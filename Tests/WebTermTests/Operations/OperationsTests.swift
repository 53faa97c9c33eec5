// Messages to one and to all, and ends, with what is written down of them.

import EventLoop
import Testing

@testable import WebTerm

@Suite("operations") struct OperationsTests {
  private final class Bench {
    let fixture: TerminalFixture
    let operations: Operations
    let looker = ObserverRecorder()
    var terminals: [Terminal] = []
    var reports: [(event: String, fields: [Log.Field])] = []
    let actor = Operator.login(RightsTests.login("olga").name, .local)

    init(_ count: Int) throws {
      fixture = try TerminalFixture {
        ($0.limits.terminals, $0.limits.perVisitor, $0.limits.perAddress) = (10_000, 10_000, 10_000)
        $0.limits.openPerMinute = 1_000_000
      }
      operations = Operations(registry: fixture.registry, reactor: fixture.reactor)
      operations.report = { [unowned self] in reports.append(($0, $1)) }
      terminals = try (0..<count).map { _ in try fixture.open(looker) }
    }

    func turn() throws { try fixture.reactor.turn(until: .now) }
  }

  @Test("a message goes to those who look at one terminal, and is written down with its words")
  func one() throws {
    let bench = try Bench(2)
    let id = "\(bench.terminals[0].id)"
    #expect(bench.operations.tell("power goes", to: id, by: bench.actor) == nil)
    #expect(bench.looker.notices == ["power goes"])
    let report = try #require(bench.reports.first)
    let fields = Dictionary(report.fields.map { ($0.name, $0.value) }) { $1 }
    #expect(report.event == "operator message" && fields["terminal"] == id)
    #expect(fields["by"] == "olga" && fields["text"] == "power goes" && fields["target"] == "t")
    #expect(bench.operations.tell("x", to: "a-1", by: .shell) == "there is no terminal a-1")
    #expect(bench.reports.count == 1)
  }

  @Test("a message to all reaches each of them once, some in each turn")
  func all() throws {
    let count = Int.random(in: 700...1100)
    let bench = try Bench(count)
    #expect(bench.operations.tell("first", to: nil, by: .shell) == nil)
    #expect(bench.operations.tell("second", to: nil, by: .shell) == nil)
    // One that comes later has not to be told.
    let late = ObserverRecorder()
    _ = try bench.fixture.open(late)
    // One that goes meanwhile stands in nothing's way.
    bench.terminals[count / 2].terminate(.closedByVisitor)
    var told = 0
    for _ in 0..<40 {
      try bench.turn()
      let now = bench.looker.notices.count
      #expect(now - told <= Operations.toldPerTurn, "of \(count)")
      told = now
    }
    #expect(bench.looker.notices.count { $0 == "first" } == count - 1)
    #expect(bench.looker.notices.count { $0 == "second" } == count - 1 && late.notices.isEmpty)
  }

  @Test("a number of terminals that fills turns exactly is told to its end, and none is no matter")
  func exact() throws {
    for count in [0, 1, Operations.toldPerTurn, 2 * Operations.toldPerTurn] {
      let bench = try Bench(count)
      #expect(bench.operations.tell("x", to: nil, by: .shell) == nil)
      for _ in 0..<5 { try bench.turn() }
      #expect(bench.looker.notices.count == count)
    }
  }

  @Test("so many messages to all wait at most")
  func waiting() throws {
    let bench = try Bench(1)
    for _ in 0..<Operations.mostWaiting {
      #expect(bench.operations.tell("x", to: nil, by: .shell) == nil)
    }
    #expect(bench.operations.tell("x", to: nil, by: .shell) != nil)
    for _ in 0..<20 { try bench.turn() }
    #expect(bench.looker.notices.count == Operations.mostWaiting)
    #expect(bench.operations.tell("x", to: nil, by: .shell) == nil)
  }

  @Test("an end says why and by whom")
  func ends() throws {
    let bench = try Bench(1)
    let id = "\(bench.terminals[0].id)"
    #expect(bench.operations.end(id, reason: "the rack moves", by: bench.actor) == nil)
    #expect(bench.looker.endReason == .operator(reason: "the rack moves", by: bench.actor))
    #expect(bench.fixture.registry.count == 0)
    #expect(bench.operations.end(id, reason: "again", by: bench.actor) != nil)
  }

  @Test("pages are told in words of the protocol, and a page that was ended is closed by 1000")
  func pages() throws {
    let fixture = try TerminalFixture()
    let operations = Operations(registry: fixture.registry, reactor: fixture.reactor)
    let (page, watcher) = (try ChannelPage(fixture), try ChannelPage(fixture))
    try page.hello()
    let id = try #require(page.last("welcome").terminal)
    try watcher.hello(resume: #""terminal":"\#(id)","output":0"#)
    #expect(operations.tell("a \"b\" <é>", to: id, by: .shell) == nil)
    #expect(operations.end(id, reason: "the rack moves", by: .shell) == nil)
    for each in [page, watcher] {
      try each.read()
      #expect(
        each.events.contains(
          .text(#"{"type":"notice","kind":"operator","message":"a \"b\" \u003cé>"}"#)))
      #expect(
        Array(each.events.suffix(2)) == [
          .text(#"{"type":"error","code":"ended","message":"the rack moves"}"#), .close(1000),
        ])
    }
  }
}
