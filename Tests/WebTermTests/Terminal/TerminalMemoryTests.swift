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
    "who is seen goes on with what was seen of its own, though somebody waits before it",
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
      #expect(try second.acknowledge(second.place().sent))
      #expect(fixture.remotes[1].isReading)
      try goOn(fixture, 1)
    }
    #expect(seen == greeting)
    #expect(fixture.registry.budget.used <= Self.limit + 4096)
  }

  @Test("a terminal over while it waits leaves nobody behind")
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

  @Test("what is booked is what is held, though whoever asks is relieved itself")
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

/// What waits for memory, and what can give some back.
private final class Household: MemoryPressureHandler, MemoryWaiter {
  let budget: MemoryBudget
  var droppable = 0
  /// How many turns it takes to give it back.
  var turns = 1
  private(set) var isServed = false

  init(limit: Int, reactor: Reactor) {
    budget = MemoryBudget(limit: limit, reactor: reactor)
    budget.handler = self
    budget.book(limit)
  }

  func relieve(to target: Int) -> Bool {
    turns -= 1
    guard turns <= 0 else { return false }
    let given = droppable
    droppable = 0
    if given > 0 { budget.book(-given) }
    return true
  }

  func takesMemory() -> Bool {
    isServed = budget.grants(10)
    return isServed
  }
}

@Suite("Memory budget") struct MemoryBudgetTests {
  @Test("what was refused while relief rests is asked again without anything else happening")
  func reliefRests() throws {
    let reactor = try Reactor()
    let household = Household(limit: 100, reactor: reactor)
    #expect(!household.budget.grants(10))
    // Something may be dropped now, and nothing that waits was there to hear of it.
    household.droppable = 50
    #expect(!household.takesMemory())
    household.budget.wait(household)
    try reactor.turn(until: .now)
    #expect(household.isServed)
  }

  @Test("relief that takes several turns goes on by itself until it is done")
  func reliefInTurns() throws {
    let reactor = try Reactor()
    let household = Household(limit: 100, reactor: reactor)
    household.droppable = 50
    household.turns = 5
    #expect(!household.takesMemory())
    household.budget.wait(household)
    for _ in 0..<5 { try reactor.turn(until: .now) }
    #expect(household.isServed && household.turns <= 0)
  }
}
