// What one viewer cannot do to the others, and what a viewer's place does not outlive.

import EventLoop
import Testing

@testable import WebTerm

@Suite("What viewers cannot do") struct ViewersLimitsTests {
  private func console(_ count: Int) throws -> (TerminalFixture, Terminal, [ChannelPage]) {
    let fixture = try TerminalFixture {
      $0.targets[0].rules[.ssh]?.isShared = true
      $0.timeouts.detached = .seconds(60)
    }
    let pages = try (0..<count).map { _ in try page(fixture, by: visitor(fixture)) }
    let terminal = try #require(fixture.registry.opened.page(after: 0, atMost: 1).first)
    return (fixture, terminal, pages)
  }

  private func visitor(_ fixture: TerminalFixture) -> Visitor {
    fixture.visitors.welcome(isSecure: false, now: fixture.reactor.now)
  }

  private func page(
    _ fixture: TerminalFixture, by visitor: Visitor, _ columns: Int = 80, _ rows: Int = 24
  ) throws -> ChannelPage {
    let page = try ChannelPage(fixture, by: visitor)
    try page.hello(columns, rows)
    return page
  }

  @Test("another window of the one who types is not another person, and a break is input, too")
  func onePerson() throws {
    let (fixture, terminal, pages) = try console(1)
    terminal.viewers.requires = FourEyes(group: "@leads") { _ in true }
    let owner = try #require(terminal.viewers.here.first?.person.holder.visitor)
    let second = try page(fixture, by: owner)
    try pages[0].read()
    #expect(try second.last("welcome").role == "watch" && pages[0].last("input").room == 0)
    try pages[0].send(.binary, [65])
    try pages[0].say(#"{"type":"break"}"#)
    try pages[0].read()
    #expect(fixture.remotes[0].written.isEmpty && fixture.remotes[0].breaks == 0)
    let other = try page(fixture, by: visitor(fixture))
    try pages[0].read()
    #expect(try pages[0].last("input").room == 65536)
    _ = other
  }

  @Test("who comes to type gives the terminal its window's size when its page says so")
  func size() throws {
    let seed = UInt64.random(in: 0...(.max))
    print("sizes: seed \(seed)")
    var random = SplitMix(state: seed)
    let fixture = try TerminalFixture()
    let first = try ChannelPage(fixture)
    try first.hello()
    let terminal = try #require(fixture.registry.opened.page(after: 0, atMost: 1).first)
    for _ in 0..<10 {
      let columns = Int.random(in: 2...300, using: &random)
      let rows = Int.random(in: 2...100, using: &random)
      let next = try ChannelPage(fixture)
      try next.say(
        #"{"type":"hello","cols":\#(columns),"rows":\#(rows),"resume":"#
          + #"{"terminal":"\#(terminal.id)","output":0}}"#)
      try next.read()
      #expect(try next.last("welcome").role == "type")
      try next.say(#"{"type":"resize","cols":\#(columns),"rows":\#(rows)}"#)
      try next.read()
      #expect(terminal.size == TerminalSize(columns: columns, rows: rows))
      #expect(fixture.remotes[0].size == terminal.size)
    }
  }

  @Test("who comes back is in sight, whatever its former channel has said")
  func sight() throws {
    let (fixture, terminal, pages) = try console(1)
    try pages[0].say(#"{"type":"sees","sees":false}"#)
    try pages[0].read()
    let viewer = try #require(terminal.viewers.here.first)
    #expect(!viewer.sees)
    pages[0].cut()
    try pages[0].read()
    let again = try ChannelPage(fixture, by: viewer.person.holder.visitor)
    try again.hello(resume: #""terminal":"\#(terminal.id)","output":0,"viewer":1"#)
    #expect(viewer.isHere && viewer.sees)
  }

  @Test("a keyboard that goes to and fro does not fill the log, and who types at last is in it")
  func flood() throws {
    let (fixture, terminal, pages) = try console(2)
    var types: [Int] = []
    let recorder = EventRecorder { _, event in
      if case .types(let viewer, _) = event { types.append(viewer.number) }
    }
    fixture.registry.events.add(recorder)
    for _ in 0..<100 {
      for page in pages {
        try page.say(#"{"type":"control","force":true}"#)
        try page.read()
      }
    }
    #expect(types.count < 40)
    let typist = try #require(terminal.viewers.keyboard.typist)
    for second in 1...3 {
      terminal.viewers.tick(now: fixture.reactor.now + .seconds(second))
    }
    let patience = fixture.reactor.now + .seconds(60)
    while types.last != typist {
      try #require(fixture.reactor.now < patience)
      try fixture.reactor.turn(until: fixture.reactor.now + .milliseconds(20))
    }
  }

  @Test("who leaves and comes again has no more notes than before")
  func notes() throws {
    let (fixture, terminal, pages) = try console(2)
    let someone = try #require(terminal.viewers.here.first?.person.holder.visitor)
    for _ in 0..<10 {
      let again = try page(fixture, by: someone)
      for _ in 0..<3 { try again.say(#"{"type":"note","text":"hello"}"#) }
      try again.read()
      again.cut()
      try pages[1].read()
    }
    #expect(pages[1].words.count { $0.type == "note" } < 12)
  }

  @Test("a line that has ended is over soon, though one of its viewers does not read")
  func ended() throws {
    let (fixture, terminal, pages) = try console(2)
    fixture.remotes[0].produce([UInt8](repeating: 65, count: 1000))
    try pages[0].read()
    fixture.remotes[0].observer?.remoteEnded(.exited(code: 0))
    try pages[0].read()
    try pages[0].say(#"{"type":"ack","output":1000}"#)
    try pages[0].read()
    #expect(try pages[0].last("exit").type == "exit")
    try pages[0].send(.close, [])
    try pages[0].read()
    try pages[1].read()
    terminal.timerFired(now: fixture.reactor.now + .seconds(5))
    #expect(fixture.registry.count == 0)
  }

  @Test("a page that joins as the typist's log is full keeps what the former typist is half sent")
  func crowdedJoin() throws {
    let seed = UInt64.random(in: 0...(.max))
    print("crowded: seed \(seed)")
    var random = SplitMix(state: seed)
    for _ in 0..<5 {
      let fixture = try TerminalFixture {
        ($0.limits.memory, $0.terminal.history) = (1 << 18, 1 << 17)
      }
      let first = try ChannelPage(fixture)
      try first.hello()
      let terminal = try #require(fixture.registry.opened.page(after: 0, atMost: 1).first)
      let end = fixture.reactor.now + .seconds(30)
      while fixture.remotes[0].isReading, fixture.reactor.now < end {
        fixture.remotes[0].produce(
          [UInt8](repeating: 66, count: Int.random(in: 1...40_000, using: &random)))
        try fixture.reactor.turn(until: .now)
      }
      let next = try ChannelPage(fixture)
      try next.hello(
        resume: #""terminal":"\#(terminal.id)","output":\#(terminal.produced)"#)
      try first.read()
      try next.read()
      #expect(!first.isClosed && !next.isClosed)
    }
  }
}
