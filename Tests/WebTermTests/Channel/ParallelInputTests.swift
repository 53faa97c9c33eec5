// What the server sees of input that goes to several terminals.

import EventLoop
import Testing

@testable import WebTerm

@Suite("parallel input") struct ParallelInputTests {
  private final class Bench {
    let fixture: TerminalFixture
    let parallel: ParallelInput
    var told: [(terminal: Terminal, number: Int)] = []
    private var listener: EventRecorder!

    init() throws {
      fixture = try TerminalFixture()
      parallel = ParallelInput(registry: fixture.registry, reactor: fixture.reactor)
      listener = EventRecorder { [unowned self] terminal, event in
        if case .sending(let number) = event { told.append((terminal, number)) }
      }
      fixture.registry.events.add(listener)
    }

    func open(_ count: Int, by visitor: Visitor? = nil) throws -> [Terminal] {
      try (0..<count).map { _ in try fixture.open(ObserverRecorder(), by: visitor) }
    }

    func type(_ text: String, in terminals: [Terminal]) {
      let bytes = Array(text.utf8)
      for terminal in terminals { parallel.came(bytes.span, for: terminal) }
    }

    /// So much later the timer fires.
    func look(after time: Duration = .seconds(1)) {
      parallel.timerFired(now: fixture.reactor.now + time)
    }

    var numbers: [Int] { told.map(\.number) }
  }

  @Test("the same input in several terminals is told once for each, until it is typed alone")
  func told() throws {
    let bench = try Bench()
    let terminals = try bench.open(4)
    for key in ["l", "s", "\r"] { bench.type(key, in: Array(terminals.prefix(3))) }
    bench.type("w", in: [terminals[3]])
    bench.look()
    #expect(bench.numbers == [3, 3, 3])
    #expect(!bench.told.contains { $0.terminal === terminals[3] })
    bench.type("again", in: Array(terminals.prefix(3)))
    bench.look()
    #expect(bench.told.count == 3)
    bench.type("x", in: [terminals[0]])
    bench.look()
    #expect(bench.numbers == [3, 3, 3, 0] && bench.told[3].terminal === terminals[0])
  }

  @Test("others' input is another's, and what is too young is looked at later")
  func others() throws {
    let bench = try Bench()
    let own = try bench.open(1)
    let stranger = bench.fixture.visitors.welcome(isSecure: false, now: bench.fixture.reactor.now)
    bench.type("reload", in: own + (try bench.open(1, by: stranger)))
    bench.look()
    let more = try bench.open(1)
    bench.type("y", in: own + more)
    bench.look(after: .milliseconds(100))
    #expect(bench.told.isEmpty)
    bench.look()
    #expect(bench.numbers == [2, 2])
  }

  @Test("a page's word ends what was seen, and is nothing by itself")
  func claims() throws {
    let bench = try Bench()
    let terminals = try bench.open(2)
    for terminal in terminals { bench.parallel.ended(terminal) }
    bench.look()
    #expect(bench.told.isEmpty)
    bench.type("y", in: terminals)
    for terminal in terminals { bench.parallel.ended(terminal) }
    bench.look()
    bench.look()
    #expect(bench.numbers == [2, 2, 0, 0])
  }

  @Test(
    "what emulators say by themselves does not count", arguments: ["\u{1b}[?1;2c", "\u{1b}[12;1R"])
  func answers(_ text: String) throws {
    let bench = try Bench()
    bench.type(text, in: try bench.open(2))
    bench.look()
    #expect(bench.told.isEmpty)
  }

  @Test("however much is typed, a second has one line for a terminal")
  func bounded() throws {
    let bench = try Bench()
    let terminals = try bench.open(3)
    for number in 0..<10_000 {
      bench.type("\(number)", in: number % 2 == 0 ? terminals : [terminals[0]])
    }
    bench.look()
    #expect(bench.told.count == 3)
  }
}
