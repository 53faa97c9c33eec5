// After an interrupt the screen of then, instead of what was on its way.

import EventLoop
import Testing

@testable import WebTerm

@Suite("Catching up") struct CatchUpTests {
  let observer = ObserverRecorder()

  /// A terminal whose viewer is behind: it has taken nothing, and the window is full.
  private func flooded(
    with line: String = "yes\r\n", _ change: (inout TerminalPolicy) -> Void = { _ in }
  ) throws -> (TerminalFixture, Terminal, FakeRemote) {
    let fixture = try TerminalFixture(terms: change)
    let terminal = try fixture.open(observer)
    let remote = fixture.remotes[0]
    remote.produce(Array(String(repeating: line, count: 500_000 / line.utf8.count).utf8))
    _ = try terminal.sendAll()
    #expect(!remote.isReading)
    return (fixture, terminal, remote)
  }

  private func wait(_ fixture: TerminalFixture, until isSo: () -> Bool) throws {
    let patience = fixture.reactor.now + .seconds(300)
    while !isSo() {
      try #require(fixture.reactor.now < patience, "it ends")
      try fixture.reactor.turn(until: fixture.reactor.now + .milliseconds(10))
    }
  }

  @Test(
    "what is on its way is skipped, and the screen of then is painted",
    arguments: [0x03, 0x1c, 0x1a])
  func skips(_ interrupt: UInt8) throws {
    let (fixture, terminal, remote) = try flooded()
    let sent = try terminal.viewer().output.sent
    #expect(terminal.types([interrupt]))
    #expect(remote.isReading && remote.written == [interrupt])
    remote.pending += Array("\r\nprompt$ ".utf8)
    remote.produce([])
    #expect(try terminal.viewer().skipping != nil)
    try wait(fixture) { observer.skips == 1 }
    let viewer = try terminal.viewer()
    #expect(
      viewer.output.sent == terminal.relay.produced
        && viewer.output.skipped == viewer.output.sent - sent)
    var screen = Screen(columns: 80, rows: 24)
    screen.feed(viewer.output.painting.bytes)
    #expect(screen.active.x == 8 && screen.active.y == 23)
    // What comes then is sent as ever.
    #expect(try terminal.acknowledge(viewer.output.sent))
    remote.produce([65])
    #expect(try terminal.sendAll() == [65])
  }

  @Test(
    "other keys, a viewer that is not behind, and a terminal that shows everything skip nothing")
  func skipsNothing() throws {
    let (_, terminal, remote) = try flooded()
    #expect(terminal.types([65]) && !remote.isReading)
    let (_, other, otherRemote) = try flooded { $0.catchUp = false }
    #expect(other.types([3]) && !otherRemote.isReading)
    let fixture = try TerminalFixture()
    let calm = try fixture.open(observer)
    fixture.remotes[0].produce(Array("hello".utf8))
    #expect(calm.types([3]))
    #expect(try calm.sendAll() == Array("hello".utf8))
  }

  @Test(
    "an interrupt in the turn of a flood leaves no silence, for this viewer and for the next",
    arguments: [false, true])
  func silence(_ isTakenOver: Bool) throws {
    let (fixture, terminal, remote) = try flooded()
    let flood = Array(String(repeating: "y\r\n", count: 1000).utf8)
    remote.pending = flood
    #expect(try terminal.acknowledge(terminal.viewer().output.sent))
    // The page's acknowledgement and its ^C come together, and the host's next piece between them.
    remote.produce([])
    #expect(terminal.types([3]) && terminal.relay.readers.pacing?.skipping != nil)
    try fixture.reactor.turn(until: .now)
    var viewer = observer
    if isTakenOver {
      viewer = ObserverRecorder()
      _ = terminal.attach(viewer, from: 0, size: TerminalFixture.size)
    }
    try wait(fixture) { terminal.relay.readers.pacing?.skipping == nil }
    _ = try terminal.sendAll()
    #expect(try terminal.acknowledge(terminal.viewer().output.sent))
    for said in [[65], flood, [66]] {
      let before = viewer.news
      remote.produce(said)
      for _ in 0..<3 { try fixture.reactor.turn(until: .now) }
      #expect(viewer.news > before, "\(said.count) bytes are told")
    }
  }

  @Test("an interrupt reads on also where the log is full of what was never seen")
  func fullLog() throws {
    let (fixture, terminal, remote) = try flooded { $0.history = 0 }
    try terminal.detach()
    let newcomer = ObserverRecorder()
    // There was no viewer, and the log is full.
    remote.produce([])
    _ = try #require(terminal.attach(newcomer, from: 0, size: TerminalFixture.size))
    remote.produce([])
    #expect(!remote.isReading && !remote.pending.isEmpty)
    #expect(terminal.types([3]) && remote.isReading)
    remote.produce([])
    #expect(remote.pending.isEmpty)
    try wait(fixture) { newcomer.skips == 1 }
  }

  private static let flood = Array(String(repeating: "no\r\n", count: 40_000).utf8)

  /// Interrupts while this is on its way, in pieces, and waits for the end of the catch-up.
  private func interrupt(
    _ terminal: Terminal, _ fixture: TerminalFixture, _ pieces: [[UInt8]]
  ) throws {
    let remote = fixture.remotes[0]
    #expect(terminal.types([3]))
    for piece in pieces { remote.produce(piece) }
    try wait(fixture) { terminal.relay.readers.pacing?.skipping == nil }
    #expect(remote.pending.isEmpty || !remote.isReading)
  }

  @Test("a question that no page was sent is not skipped, wherever the host's pieces end")
  func question() throws {
    let question = Array("\u{1b}[6n".utf8)
    for cut in 0...question.count {
      let (fixture, terminal, remote) = try flooded()
      let rest = remote.pending.count
      let beginning = terminal.relay.produced + rest + Self.flood.count
      let last = Array(question[cut...]) + Array("$ ".utf8)
      try interrupt(terminal, fixture, [Self.flood + question[..<cut], last])
      let viewer = try terminal.viewer()
      #expect(viewer.output.sent == beginning, "cut at \(cut)")
      #expect(try terminal.sendAll() == question + Array("$ ".utf8))
    }
  }

  @Test("a question behind which much is said keeps all of that")
  func earlyQuestion() throws {
    let (fixture, terminal, remote) = try flooded { $0.history = 0 }
    let question = Array("\u{1b}]11;?\u{7}".utf8)
    let beginning = terminal.relay.produced + remote.pending.count + Self.flood.count
    try interrupt(terminal, fixture, [Self.flood + question + Self.flood])
    #expect(try terminal.viewer().output.sent == beginning)
    var rest = try terminal.sendAll()
    while rest.count < question.count + Self.flood.count {
      #expect(try terminal.acknowledge(terminal.viewer().output.sent))
      remote.produce([])
      rest += try terminal.sendAll()
    }
    #expect(rest == question + Self.flood)
  }

  @Test("a question that was sent before is not asked again, nor is what was skipped")
  func oldQuestion() throws {
    let (fixture, terminal, remote) = try flooded()
    let question = Array("\u{1b}[c".utf8)
    try interrupt(terminal, fixture, [Self.flood + question])
    #expect(try terminal.sendAll() == question)
    let asked = try terminal.viewer().output.sent
    #expect(try terminal.acknowledge(asked))
    // The viewer falls behind again, and comes back to what it has not seen.
    remote.produce(Self.flood + Self.flood)
    _ = try terminal.sendAll()
    let next = ObserverRecorder()
    _ = try #require(
      terminal.attach(next, from: asked - question.count, size: TerminalFixture.size))
    remote.produce(Self.flood)
    _ = try terminal.viewer()
    try interrupt(terminal, fixture, [Self.flood])
    #expect(next.skips == 1 && terminal.relay.highestSent == terminal.relay.produced)
    #expect(try terminal.viewer().output.sent == terminal.relay.produced)
  }

  @Test("of a question that is half sent the other half comes, too")
  func halfSent() throws {
    let fixture = try TerminalFixture()
    let terminal = try fixture.open(observer)
    let remote = fixture.remotes[0]
    remote.produce(Array("\u{1b}[6".utf8))
    #expect(try terminal.sendAll().count == 3)
    remote.produce(Array("n".utf8) + Self.flood)
    #expect(!remote.isReading)
    try interrupt(terminal, fixture, [])
    #expect(try terminal.viewer().output.sent == 3 && terminal.sendAll().first == UInt8(ascii: "n"))
  }

  @Test("little is sent as it is")
  func little() throws {
    let (fixture, terminal, remote) = try flooded()
    remote.pending = Array("^C\r\n$ ".utf8)
    let sent = try terminal.viewer().output.sent
    #expect(terminal.types([3]))
    remote.produce([])
    try wait(fixture) { terminal.unsent > 0 && (try? terminal.viewer().skipping == nil) == true }
    #expect(try terminal.sendAll() == Array("^C\r\n$ ".utf8))
    #expect(try terminal.viewer().output.sent == sent + 6 && observer.skips == 0)
  }

  @Test("a host that ends meanwhile, or a viewer that goes, ends it")
  func ends() throws {
    let (_, terminal, remote) = try flooded()
    #expect(terminal.types([3]))
    remote.produce([])
    remote.observer?.remoteEnded(.exited(code: 0))
    #expect(observer.skips == 1 && terminal.relay.end != nil)
    let (fixture, other, _) = try flooded()
    #expect(other.types([3]))
    try other.detach()
    let next = ObserverRecorder()
    _ = other.attach(next, from: 0, size: TerminalFixture.size)
    #expect(try !other.sendAll().isEmpty)
    #expect(next.skips == 0 && fixture.registry.count == 1)
  }

  @Test(
    "a screen that takes long to draw is drawn over several turns, and nothing is read meanwhile")
  func drawsInTurns() throws {
    // A reset of each screen, and then a screen full of letters.
    let (fixture, terminal, remote) = try flooded(with: "\u{1b}c\u{1b}#8\u{1b}[?47h\u{1b}[?47l")
    #expect(terminal.types([3]))
    remote.produce([])
    remote.pending = Array("later".utf8)
    remote.observer?.remoteEnded(.exited(code: 0))
    #expect(observer.skips == 0)
    #expect(try terminal.viewer().skipping != nil && remote.pending.count == 5)
    try wait(fixture) { observer.skips == 1 }
    let viewer = try terminal.viewer()
    #expect(viewer.output.sent == terminal.relay.produced && viewer.skipping == nil)
    var screen = Screen(columns: 80, rows: 24)
    screen.feed(viewer.output.painting.bytes)
    #expect(screen.active.grid[23, 79].code == 0x45)
  }
}
