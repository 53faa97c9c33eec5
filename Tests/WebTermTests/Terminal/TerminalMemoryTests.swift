import EventLoop
import Testing

@testable import WebTerm

/// Terminals that share less memory than they would take.
@Suite("Memory of terminals") struct TerminalMemoryTests {
  let observer = ObserverRecorder()
  let flood = [UInt8](repeating: 7, count: 100_000)
  /// Room for the logs, and for the screens of what has left them.
  private static let limit = 1 << 18 + 32768

  private func fixture() throws -> TerminalFixture {
    try TerminalFixture {
      $0.limits.memory = Self.limit
      $0.limits.perVisitor = 100
      $0.terminal.history = 1 << 18
    }
  }

  private func openDetached(_ fixture: TerminalFixture) throws -> Terminal {
    let terminal = try fixture.open(observer)
    try terminal.detach()
    return terminal
  }

  /// Lets a remote say all that it has left, as far as it is read.
  private func goOn(_ fixture: TerminalFixture, _ index: Int) throws {
    try fixture.reactor.turn(until: .now)
    fixture.remotes[index].produce([])
  }

  @Test(
    "a program for whose output there is no memory waits, and goes on when another terminal is over"
  )
  func waits() throws {
    let fixture = try fixture()
    let first = try openDetached(fixture)
    let second = try openDetached(fixture)
    fixture.remotes[0].produce(Array(repeating: flood, count: 3).flatMap(\.self))
    fixture.remotes[1].produce(flood)
    // A terminal's first kilobyte is granted in any case.
    #expect(fixture.registry.budget.used <= Self.limit + 2048)
    #expect(!fixture.remotes[1].isReading && !fixture.remotes[1].isHungUp)
    #expect(second.relay.produced < flood.count && second.relay.end == nil)
    first.terminate(.administrator)
    try goOn(fixture, 1)
    while second.relay.produced < flood.count, fixture.remotes[1].isReading { try goOn(fixture, 1) }
    #expect(second.relay.produced == flood.count)
    _ = second.attach(observer, from: 0, size: TerminalFixture.size)
    #expect(try second.sendAll() == flood)
  }

  @Test(
    "it goes on, too, when others' history was seen, and when the limit is raised",
    arguments: [true, false])
  func goesOn(_ isSeen: Bool) throws {
    let fixture = try fixture()
    let first = try openDetached(fixture)
    let second = try openDetached(fixture)
    fixture.remotes[0].produce(Array(repeating: flood, count: 3).flatMap(\.self))
    fixture.remotes[1].produce(flood)
    #expect(second.relay.produced < flood.count)
    if isSeen {
      _ = first.attach(observer, from: 0, size: TerminalFixture.size)
      let seen = try first.sendAll().count
      #expect(try first.acknowledge(seen))
    } else {
      fixture.registry.budget.limit = 1 << 20
    }
    for _ in 0..<10 { try goOn(fixture, 1) }
    #expect(second.relay.produced == flood.count)
  }

  @Test(
    "who is seen goes on with what was seen of its own, though another one waits before it",
    arguments: [Duration.zero, .milliseconds(20)])
  func seenGoesOn(_ pause: Duration) throws {
    let fixture = try fixture()
    let first = try openDetached(fixture)
    let second = try fixture.open(observer)
    fixture.remotes[0].produce(Array(repeating: flood, count: 3).flatMap(\.self))
    #expect(first.relay.produced < 3 * flood.count && !fixture.remotes[0].isReading)
    let greeting = Array(flood.prefix(10_000))
    fixture.remotes[1].produce(greeting)
    var seen: [UInt8] = []
    for _ in 0..<100 where seen.count < greeting.count {
      seen += try second.sendAll()
      // After a while others' history is searched anew, and then this one's own goes, too.
      let later = fixture.reactor.now + pause
      while fixture.reactor.now < later { try fixture.reactor.turn(until: later) }
      #expect(try second.acknowledge(second.viewer().output.sent))
      #expect(fixture.remotes[1].isReading)
      try goOn(fixture, 1)
    }
    #expect(seen == greeting)
    #expect(fixture.registry.budget.used <= Self.limit + 4096)
  }

  @Test("a terminal over while it waits leaves nothing behind")
  func leaves() throws {
    let fixture = try fixture()
    let first = try openDetached(fixture)
    let second = try openDetached(fixture)
    let third = try openDetached(fixture)
    fixture.remotes[0].produce(Array(repeating: flood, count: 3).flatMap(\.self))
    fixture.remotes[1].produce(flood)
    fixture.remotes[2].produce(flood)
    second.terminate(.closedByVisitor)
    first.terminate(.closedByVisitor)
    for _ in 0..<10 { try goOn(fixture, 2) }
    #expect(third.relay.produced == flood.count)
    third.terminate(.closedByVisitor)
    #expect(fixture.registry.budget.used == 0)
  }

  @Test("what is booked is what is held, though the log that asks is relieved itself")
  func booking() throws {
    let fixture = try fixture()
    var terminals: [Terminal] = []
    for index in 0..<4 {
      let terminal = try openDetached(fixture)
      terminals.append(terminal)
      for _ in 0..<30 {
        let offset = terminal.relay.produced
        fixture.remotes[index].produce([UInt8](repeating: 1, count: 12_000))
        _ = try fixture.look(at: terminal, from: offset)
        try fixture.reactor.turn(until: .now + .milliseconds(1))
      }
      #expect(fixture.registry.budget.used <= Self.limit + 4096)
    }
    for terminal in terminals { terminal.terminate(.closedByVisitor) }
    #expect(fixture.registry.budget.used == 0)
  }
}

@Suite("Memory budget") struct MemoryBudgetTests {
  let observer = ObserverRecorder()

  /// Two terminals without a viewer: the first has said so much that there is no memory for the
  /// second.
  private func full() throws -> (TerminalFixture, Terminal, Terminal) {
    let fixture = try TerminalFixture {
      $0.limits.memory = 1 << 17
      $0.terminal.history = 1 << 18
    }
    let terminals = try (0..<2).map { _ in
      let terminal = try fixture.open(observer)
      try terminal.detach()
      return terminal
    }
    fixture.remotes[0].produce([UInt8](repeating: 7, count: 1 << 18))
    return (fixture, terminals[0], terminals[1])
  }

  @Test("what was refused while relief rests is asked again without anything else happening")
  func reliefRests() throws {
    let (fixture, first, second) = try full()
    // It begins to rest when this was not granted.
    #expect(!fixture.registry.budget.grants(1 << 17))
    // Nothing that waits hears that there is history now.
    _ = try fixture.look(at: first)
    fixture.remotes[1].produce([UInt8](repeating: 1, count: 2000))
    let patience = MonotonicInstant.now + .seconds(300)
    while second.produced < 2000 {
      try #require(MonotonicInstant.now < patience)
      try fixture.reactor.turn(until: .now)
      if fixture.remotes[1].isReading { fixture.remotes[1].produce([]) }
    }
    #expect(!first.isAttached)
  }

  @Test("a search among many terminals takes several turns, and goes on by itself until it is done")
  func reliefInTurns() throws {
    let fixture = try TerminalFixture {
      ($0.limits.terminals, $0.limits.perVisitor, $0.limits.perAddress) = (10_000, 10_000, 10_000)
      ($0.limits.openPerMinute, $0.limits.memory) = (1_000_000, 1 << 18)
      $0.terminal.history = 1 << 18
    }
    // Those that were not touched for the longest time have nothing to give.
    let count = 3 * TerminalRegistry.relievedPerTurn
    for _ in 0..<count { try fixture.open(observer).detach() }
    let rich = try fixture.open(observer)
    try rich.detach()
    try fixture.produce([UInt8](repeating: 7, count: 100_000), count)
    _ = try fixture.look(at: rich)
    let used = fixture.registry.budget.used
    #expect(!fixture.registry.budget.grants(1 << 18 - used + 50_000))
    #expect(fixture.registry.budget.used == used)
    let patience = MonotonicInstant.now + .seconds(300)
    while fixture.registry.budget.used >= used - 50_000 {
      try #require(MonotonicInstant.now < patience, "it goes on by itself")
      try fixture.reactor.turn(until: .now)
    }
  }

  @Test("the longest untouched terminal gives its history first, whichever was opened first")
  func order() throws {
    let seed = UInt64.random(in: 0...(.max))
    var random = SplitMix(state: seed)
    let fixture = try TerminalFixture {
      ($0.limits.memory, $0.terminal.history) = (1 << 24, 1 << 18)
    }
    var terminals: [Terminal] = []
    for index in 0..<20 {
      let terminal = try fixture.open(observer)
      try terminal.detach()
      try fixture.produce([UInt8](repeating: 7, count: 20_000), index)
      _ = try fixture.look(at: terminal)
      terminals.append(terminal)
    }
    for _ in 0..<100 {
      let index = Int.random(in: 0..<20, using: &random)
      #expect(terminals[index].types([1]))
      terminals.append(terminals.remove(at: index))
    }
    let budget = fixture.registry.budget
    _ = fixture.registry.relieve(to: budget.used / 2)
    let left = terminals.map { $0.relay.droppableHistory > 0 }
    #expect(left == left.sorted { !$0 && $1 }, "seed \(seed)")
    #expect(Set(left).count == 2)
  }
}
