// The report for collectors: in pieces, in order, and with nothing lost while it is made.

import EventLoop
import Testing

@testable import WebTerm

@Suite("metrics") struct MetricsReportTests {
  private final class Bench {
    let fixture: TerminalFixture
    let terminals: [Terminal]

    init(_ count: Int) throws {
      fixture = try TerminalFixture {
        ($0.limits.terminals, $0.limits.perVisitor, $0.limits.perAddress) = (10_000, 10_000, 10_000)
        $0.limits.openPerMinute = 1_000_000
        guard count > 0 else { return }
        $0.targets = (0..<count).map {
          Target(name: "t\(9999 - $0)", host: "h", rules: TerminalFixture.destination.target.rules)
        }
      }
      let fixture = fixture
      terminals = try fixture.targets.prefix(count).map { target in
        let destination = Destination(
          target: target, method: .ssh, user: TerminalFixture.destination.user, port: 22)
        return try fixture.registry.open(
          destination, by: Holder(visitor: fixture.visitor, address: .local),
          size: TerminalFixture.size, observer: ObserverRecorder()
        ).terminal
      }
    }

    var sources: MetricsReport.Sources {
      get throws {
        MetricsReport.Sources(
          instance: "a", metrics: Metrics(), registry: fixture.registry, visitors: 1,
          writers: [try WriterThread()], reactor: fixture.reactor)
      }
    }
  }

  @Test("a report is made in pieces, whose number grows with the terminals and not their size")
  func pieces() throws {
    let bench = try Bench(1000)
    try bench.terminals[5].detach()
    var report = MetricsReport(try bench.sources)
    var pieces = 1
    while !report.goOn() { pieces += 1 }
    // Twice so many terminals and lines as a piece has.
    #expect(pieces >= 2 * (1000 / MetricsReport.piece))
    let lines = String(decoding: report.bytes, as: UTF8.self).split(separator: "\n").map(
      String.init)
    let targets = lines.filter { $0.hasPrefix("webtermd_target_terminals{") }
    #expect(targets.count == 1000 && targets == targets.sorted())
    #expect(
      targets.last == #"webtermd_target_terminals{method="ssh",state="detached",target="t9994"} 1"#)
    #expect(lines.contains("webtermd_terminals 1000"))
    #expect(lines.contains("webtermd_terminals_attached 999"))
    #expect(lines.contains { $0.hasPrefix("process_open_fds ") })
    #expect(lines.contains { $0.hasPrefix("webtermd_loop_turn_seconds_count ") })
  }

  @Test("what is over while it is made is counted once")
  func overMeanwhile() throws {
    let bench = try Bench(300)
    for remote in bench.fixture.remotes { remote.produce([1, 2]) }
    var report = MetricsReport(try bench.sources)
    let listener = EventRecorder { terminal, event in
      if case .over = event { report.isOver(terminal) }
    }
    bench.fixture.registry.events.add(listener)
    defer { withExtendedLifetime(listener) {} }
    _ = report.goOn()
    // One that was counted, and one that was not yet.
    bench.terminals[0].terminate(.closedByVisitor)
    bench.terminals[299].terminate(.closedByVisitor)
    while !report.goOn() {}
    #expect(
      String(decoding: report.bytes, as: UTF8.self).contains("\nwebtermd_output_bytes_total 600\n"))
  }

  @Test("a terminal that is opened and over before the first was counted ends nothing")
  func overBeforeTheFirst() throws {
    let bench = try Bench(0)
    var report = MetricsReport(try bench.sources)
    let listener = EventRecorder { terminal, event in
      if case .over = event { report.isOver(terminal) }
    }
    bench.fixture.registry.events.add(listener)
    defer { withExtendedLifetime(listener) {} }
    try bench.fixture.open(ObserverRecorder()).terminate(.closedByVisitor)
    while !report.goOn() {}
    #expect(String(decoding: report.bytes, as: UTF8.self).contains("\nwebtermd_terminals 0\n"))
  }

  @Test("who asks while a report is made is told that one")
  func shared() throws {
    let bench = try Bench(300)
    let sources = try bench.sources
    var made = 0
    let scrapes = Scrapes(reactor: bench.fixture.reactor) {
      made += 1
      return sources
    }
    var told: [[UInt8]] = []
    for _ in 0..<50 { scrapes.ask { told.append($0) } }
    while told.isEmpty { try bench.fixture.reactor.turn(until: .now) }
    #expect(told.count == 50 && made == 1 && Set(told).count == 1)
    scrapes.ask { told.append($0) }
    while told.count == 50 { try bench.fixture.reactor.turn(until: .now) }
    #expect(made == 2)
  }
}
