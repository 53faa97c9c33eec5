// Several pages at one terminal: who types, what each is sent, and that no byte is lost or doubled.

import EventLoop
import Testing

@testable import WebTerm

/// A page that keeps account of what it has seen and typed.
private final class Page {
  /// What it types at an offset of its own: a letter for each viewer, so that what the host got can
  /// be told apart.
  static func byte(of viewer: Int, at offset: Int) -> UInt8 {
    UInt8(viewer % 8 * 32 + offset % 32)
  }

  let fixture: TerminalFixture
  private(set) var channel: ChannelPage?
  private(set) var viewer: Int?
  private(set) var role = ""
  /// The output that it has, from the byte at `start` on.
  private(set) var output: [UInt8] = []
  private(set) var start: Int?
  /// Input up to here was sent, or was taken.
  private var typed = 0
  private var granted = 0
  /// Its words that were looked at, and its bytes.
  private var (looked, shown) = (0, 0)

  init(_ fixture: TerminalFixture) {
    self.fixture = fixture
  }

  var isOn: Bool { channel != nil }

  /// Comes, or comes back.
  func come(to terminal: Terminal, as wish: String = "type") throws {
    let channel = try ChannelPage(fixture)
    self.channel = channel
    (looked, shown) = (0, 0)
    let offset = start.map { $0 + output.count } ?? 0
    let number = viewer.map { #","viewer":\#($0)"# } ?? ""
    try channel.say(
      #"{"type":"hello","cols":80,"rows":24,"as":"\#(wish)","#
        + #""resume":{"terminal":"\#(terminal.id)","output":\#(offset)\#(number)}}"#)
  }

  func cut() {
    channel?.cut()
    channel = nil
    role = ""
  }

  /// Reads what has come, if it is there.
  func read() throws {
    guard let channel else { return }
    while try channel.take() {}
    for words in channel.words.dropFirst(looked) {
      switch words.type {
      case "welcome":
        if viewer == nil { start = words.output }
        #expect(viewer == nil || viewer == words.viewer)
        #expect(words.output == (start ?? 0) + output.count && words.screen == 0)
        (viewer, role) = (words.viewer, words.role ?? "")
        (typed, granted) = (words.input ?? 0, (words.input ?? 0) + (words.room ?? 0))
      case "role":
        role = words.role ?? ""
        (typed, granted) = (words.input ?? 0, (words.input ?? 0) + (words.room ?? 0))
      case "input": granted = (words.input ?? 0) + (words.room ?? 0)
      case "skip": Issue.record("nothing falls out of this log")
      default: break
      }
    }
    looked = channel.words.count
    output += channel.bytes[shown...]
    shown = channel.bytes.count
  }

  func type(_ count: Int) throws {
    guard let viewer, role == "type" else { return }
    let count = min(count, granted - typed)
    try channel?.send(.binary, (0..<count).map { Self.byte(of: viewer, at: typed + $0) })
    typed += count
  }

  func acknowledge() throws {
    guard let start else { return }
    try channel?.say(#"{"type":"ack","output":\#(start + output.count)}"#)
  }

  func say(_ json: String) throws { try channel?.say(json) }
}

@Suite("Viewers") struct ViewersTests {
  private func come(
    _ fixture: TerminalFixture, _ terminal: Terminal, as wish: String, _ more: String = "",
    by visitor: Visitor? = nil
  ) throws -> ChannelPage {
    let page = try ChannelPage(fixture, by: visitor)
    try page.say(
      #"{"type":"hello","cols":100,"rows":40,"as":"\#(wish)","#
        + #""resume":{"terminal":"\#(terminal.id)","output":0\#(more)}}"#)
    try page.read()
    return page
  }

  private func open(
    _ change: (inout Configuration) -> Void = { _ in },
    terms: (inout TerminalPolicy) -> Void = { _ in }
  ) throws -> (TerminalFixture, Terminal, ChannelPage) {
    let fixture = try TerminalFixture(change, terms: terms)
    let page = try ChannelPage(fixture)
    try page.hello()
    let terminal = try #require(fixture.registry.opened.page(after: 0, atMost: 1).first)
    return (fixture, terminal, page)
  }

  @Test(
    "a watcher's input is dropped and answered by its role, and asking, giving and denying pass it on"
  )
  func keyboard() throws {
    let (fixture, terminal, first) = try open()
    let second = try come(fixture, terminal, as: "watch")
    let welcome = try second.last("welcome")
    #expect(welcome.role == "watch" && welcome.room == 0 && welcome.viewer == 2)
    #expect(welcome.cols == 80 && welcome.rows == 24)
    try second.send(.binary, [65])
    try second.read()
    #expect(try second.last("role").role == "watch" && fixture.remotes[0].written.isEmpty)
    try second.say(#"{"type":"control"}"#)
    try second.read()
    try first.read()
    #expect(try first.last("asked").viewer == 2)
    try first.say(#"{"type":"deny","viewer":2}"#)
    try first.read()
    try second.read()
    #expect(try second.last("denied").viewer == 2)
    try first.send(.binary, [66])
    try first.say(#"{"type":"give","viewer":2}"#)
    // What it types before it knows was on its way.
    try first.send(.binary, [67])
    try first.read()
    try second.read()
    let role = try second.last("role")
    #expect(role.role == "type" && role.turn == 1 && role.input == 0 && role.room == 65536)
    #expect(role.by == "visitor 1")
    try second.send(.binary, [68])
    try second.read()
    #expect(fixture.remotes[0].written == [66, 68])
    #expect(try first.last("role").role == "watch" && first.last("role").input == 1)
  }

  @Test("what was on its way when the keyboard went is dropped, though it is back meanwhile")
  func fence() throws {
    let (fixture, terminal, first) = try open()
    let second = try come(fixture, terminal, as: "watch")
    // The page has sent this, and the server has not read it, while the keyboard goes and comes
    // back.
    let viewer = try #require(terminal.viewers.here.first { $0.number == 1 })
    terminal.viewers.control(by: try #require(terminal.viewers.here.last), force: true)
    terminal.viewers.control(by: viewer, force: true)
    try first.send(.binary, [65])
    // Nothing is read by the page yet.
    for _ in 0..<5 { try fixture.reactor.turn(until: .now) }
    #expect(fixture.remotes[0].written.isEmpty)
    try first.read()
    #expect(first.words.suffix(4).filter { $0.type == "role" }.map(\.role) == ["watch", "type"])
    try first.send(.binary, [66])
    try first.read()
    #expect(fixture.remotes[0].written == [66] && viewer.input.received == 1)
    try second.read()
  }

  @Test("nothing of another typist's comes between two pieces of one message")
  func wholeMessages() throws {
    let (fixture, terminal, first) = try open()
    let second = try come(fixture, terminal, as: "watch")
    // One message in three frames, between which pongs may go.
    let mask: [UInt8] = [0x82, 0, 0, 0, 0]
    try first.send(raw: [0x02] + mask + [1, 2])
    try first.read()
    let viewers = terminal.viewers.here
    terminal.viewers.give(2, by: viewers[0])
    try first.send(raw: [0x00] + mask + [3, 4])
    try first.read()
    try second.send(.binary, [99])
    try second.read()
    terminal.viewers.give(1, by: viewers[1])
    try first.read()
    try first.send(raw: [0x80] + mask + [5, 6])
    try first.send(.binary, [7])
    try first.read()
    #expect(fixture.remotes[0].written == [1, 2, 99, 7])
  }

  @Test("all are told who is here, at most twice a second, and the size where it changes")
  func list() throws {
    let (fixture, terminal, first) = try open()
    let second = try come(fixture, terminal, as: "watch")
    try first.read { first.words.last { $0.type == "viewers" }?.viewers?.count == 2 }
    try second.read { second.words.last { $0.type == "viewers" }?.viewers?.count == 2 }
    let list = try second.last("viewers").viewers
    #expect(list?.map(\.role) == ["type", "watch"] && list?.map(\.cols) == [80, 100])
    #expect(list?.map(\.who) == ["visitor 1", "visitor 1"] && list?.map(\.sees) == [true, true])
    let before = first.words.count { $0.type == "viewers" }
    for index in 0..<100 {
      try second.say(#"{"type":"sees","sees":\#(index % 2 == 1)}"#)
      try second.say(#"{"type":"resize","cols":\#(index + 1),"rows":7}"#)
      try second.read()
    }
    try first.send(.binary, Array("ls\rcat".utf8))
    try first.read { first.words.last { $0.type == "viewers" }?.begun == 3 }
    #expect(first.words.count { $0.type == "viewers" } - before <= 4)
    // A watcher's window changes nothing at the host; the typist's does, and is told in its place.
    #expect(fixture.remotes[0].size == TerminalFixture.size)
    fixture.remotes[0].produce([1, 2])
    try first.say(#"{"type":"resize","cols":90,"rows":30}"#)
    try first.read()
    fixture.remotes[0].produce([3])
    try second.read()
    let events = second.events.filter {
      if case .text(let text) = $0 { text.contains(#""size""#) } else { true }
    }
    #expect(
      events.suffix(3) == [
        .binary(2), .text(#"{"type":"size","cols":90,"rows":30}"#), .binary(1),
      ])
    #expect(!first.words.contains { $0.type == "size" })
  }

  @Test("a note goes to all, and not to the host; too many are not told")
  func notes() throws {
    let (fixture, terminal, first) = try open()
    let second = try come(fixture, terminal, as: "watch")
    try second.say(#"{"type":"note","text":"is the \u001b[31mfan on?"}"#)
    try second.read()
    try first.read()
    #expect(try first.last("note").text == "is the \u{1b}[31mfan on?")
    #expect(try first.last("note").who == "visitor 1" && second.last("note").text != nil)
    for _ in 0..<50 {
      try second.say(#"{"type":"note","text":"x"}"#)
      try second.read()
    }
    try first.read()
    #expect(first.words.count { $0.type == "note" } < 20)
    #expect(second.words.contains { $0.type == "notice" } && fixture.remotes[0].written.isEmpty)
    for text in ["", String(repeating: "é", count: 1001)] {
      let page = try come(fixture, terminal, as: "watch")
      try page.say(#"{"type":"note","text":"\#(text)"}"#)
      try page.read()
      #expect(page.events.contains(.close(4000)))
    }
  }

  @Test("so many viewers, and no more; watchers keep no owner out, and their leaving ends nothing")
  func limit() throws {
    let (fixture, terminal, first) = try open(terms: { $0.viewers = 3 })
    let pages = try (0..<2).map { _ in try come(fixture, terminal, as: "watch") }
    let refused = try come(fixture, terminal, as: "watch")
    #expect(refused.events.contains(.close(4029)))
    for page in pages { page.cut() }
    try first.read()
    #expect(try come(fixture, terminal, as: "watch").last("welcome").role == "watch")
  }

  @Test("a stalled watcher holds no other back, and is shown the screen of now when it reads again")
  func stalled() throws {
    let (fixture, terminal, first) = try open({ $0.terminal.history = 0 })
    let second = try come(fixture, terminal, as: "watch")
    let remote = fixture.remotes[0]
    let flood = Array((0..<60_000).map { "line \($0)\r\n" }.joined().utf8) + Array("$ ".utf8)
    remote.pending = flood
    let patience = MonotonicInstant.now + .seconds(300)
    while first.bytes.count < flood.count {
      try #require(MonotonicInstant.now < patience)
      remote.produce([])
      try first.read()
      try first.say(#"{"type":"ack","output":\#(first.bytes.count)}"#)
      try first.read()
    }
    #expect(first.bytes == flood)
    // It was sent what its window takes, and then nothing more.
    try second.read()
    let had = second.bytes.count
    #expect(had > 0 && had <= 32768 + 16384)
    try second.say(#"{"type":"ack","output":\#(had)}"#)
    try second.read { second.words.contains { $0.type == "skip" } }
    let skip = try second.last("skip")
    #expect(skip.output == flood.count && skip.missed == flood.count - had)
    try second.read()
    var (seen, shown) = (Screen(columns: 80, rows: 24), Screen(columns: 80, rows: 24))
    seen.feed(flood)
    shown.feed(Array(second.bytes.suffix(skip.screen ?? 0)))
    for row in 0..<24 {
      for column in 0..<80 {
        #expect(seen.active.grid[row, column].code == shown.active.grid[row, column].code)
      }
    }
    #expect(seen.active.x == shown.active.x && seen.active.y == shown.active.y)
    // And goes on as ever.
    try second.say(#"{"type":"ack","output":\#(flood.count)}"#)
    remote.produce(Array("reboot".utf8))
    try second.read { second.bytes.suffix(6) == Array("reboot".utf8)[...] }
  }

  @Test("while the typist is away a watcher is shown all that comes; alone the program waits")
  func typistAway() throws {
    let (fixture, terminal, first) = try open({ $0.terminal.history = 0 })
    let second = try come(fixture, terminal, as: "watch")
    first.cut()
    try second.read()
    let remote = fixture.remotes[0]
    let flood = [UInt8](repeating: 65, count: 300_000)
    remote.pending = flood
    while !remote.pending.isEmpty {
      remote.produce([])
      try second.read()
      try second.say(#"{"type":"ack","output":\#(terminal.viewers.here[0].output.sent)}"#)
      try second.read()
    }
    #expect(terminal.produced == flood.count)
    #expect(terminal.viewers.keyboard.typist == 1)
    second.cut()
    try fixture.reactor.turn(until: .now)
    remote.produce(flood)
    for _ in 0..<5 { try fixture.reactor.turn(until: .now) }
    #expect(!remote.pending.isEmpty && !remote.isReading && terminal.isAttached == false)
  }

  @Test("a private terminal ends when its owner was told the end, though a watcher is not read")
  func end() throws {
    let (fixture, terminal, first) = try open()
    let second = try come(fixture, terminal, as: "watch")
    let other = try #require(terminal.viewers.here.last)
    other.person.standing = .watcher
    fixture.remotes[0].produce([UInt8](repeating: 65, count: 32_768))
    try first.read()
    try first.say(#"{"type":"ack","output":32768}"#)
    try first.read()
    fixture.remotes[0].produce([UInt8](repeating: 65, count: 32_768))
    fixture.remotes[0].observer?.remoteEnded(.exited(code: 0))
    try first.read()
    try first.send(.close, [])
    try first.read()
    #expect(fixture.registry.count == 1)
    try second.read { fixture.registry.count == 0 }
    try second.read()
    #expect(try second.last("exit").type == "exit" && second.events.contains(.close(1000)))
  }

  /// Pages at a shared line, each of a visitor of its own.
  private func console(
    _ count: Int, detached: Duration = .seconds(60)
  ) throws -> (TerminalFixture, [ChannelPage]) {
    let fixture = try TerminalFixture {
      $0.targets[0].rules[.ssh]?.isShared = true
      $0.timeouts.detached = detached
    }
    let pages = try (0..<count).map { _ in
      let visitor = fixture.visitors.welcome(isSecure: false, now: fixture.reactor.now)
      let page = try ChannelPage(fixture, by: visitor)
      try page.hello()
      return page
    }
    return (fixture, pages)
  }

  @Test(
    "to a shared line all come as viewers of one terminal, and a newcomer types only where none does"
  )
  func shared() throws {
    let (fixture, pages) = try console(3)
    #expect(fixture.registry.count == 1 && fixture.remotes.count == 1)
    let welcomes = try pages.map { try $0.last("welcome") }
    #expect(welcomes.map(\.viewer) == [1, 2, 3])
    #expect(welcomes.map(\.role) == ["type", "watch", "watch"])
    #expect(Set(welcomes.map(\.terminal)).count == 1)
    // Who may type there takes the keyboard by right; none of them ends the line.
    try pages[1].say(#"{"type":"control","force":true}"#)
    try pages[1].read()
    try pages[0].read()
    #expect(try pages[0].last("role").role == "watch" && pages[1].last("role").by == "visitor 3")
    try pages[1].say(#"{"type":"close"}"#)
    try pages[1].read()
    #expect(pages[1].events.contains(.close(1000)) && fixture.registry.count == 1)
    // None types, so that asking is taking.
    try pages[2].say(#"{"type":"control"}"#)
    try pages[2].read()
    #expect(try pages[2].last("role").role == "type")
    // No visitor's number of terminals counts it.
    #expect(fixture.visitor.terminals == 0)
  }

  @Test("a line's keyboard is free again when its typist has been away for too long")
  func lineIsFreed() throws {
    let (fixture, pages) = try console(2, detached: .milliseconds(20))
    let terminal = try #require(fixture.registry.opened.page(after: 0, atMost: 1).first)
    pages[0].cut()
    try pages[1].read { terminal.viewers.keyboard.typist == nil }
    let role = { pages[1].words.last { $0.type == "viewers" }?.viewers?.map(\.role) }
    try pages[1].read { role() == ["watch"] }
    pages[1].cut()
    while fixture.registry.count > 0 { try fixture.reactor.turn(until: nil) }
  }

  @Test("a right that goes ends a viewer's place at a line, and not the line")
  func review() throws {
    let (fixture, pages) = try console(2)
    let terminal = try #require(fixture.registry.opened.page(after: 0, atMost: 1).first)
    let gone = terminal.viewers.here[0].person.holder.visitor
    terminal.viewers.review { $0.holder.visitor === gone ? nil : .watcher }
    for page in pages { try page.read() }
    #expect(pages[0].events.contains(.close(4003)) && !pages[1].isClosed)
    #expect(terminal.viewers.keyboard.typist == nil && terminal.viewers.here.count == 1)
    try pages[1].say(#"{"type":"control"}"#)
    try pages[1].read()
    #expect(try pages[1].last("role").role == "watch")
  }

  @Test("where another one must look on, nothing is typed while none does")
  func fourEyes() throws {
    let (fixture, pages) = try console(1)
    let terminal = try #require(fixture.registry.opened.page(after: 0, atMost: 1).first)
    terminal.viewers.requires = FourEyes(group: "@leads") { $0.who == "visitor 3" }
    try pages[0].read()
    #expect(try pages[0].last("input").room == 0 && pages[0].last("notice").type == "notice")
    try pages[0].send(.binary, [65])
    try pages[0].read()
    #expect(try pages[0].last("input").input == 0 && fixture.remotes[0].written.isEmpty)
    let visitors = (0..<2).map { _ in
      fixture.visitors.welcome(isSecure: false, now: fixture.reactor.now)
    }
    let others = try visitors.map { visitor in
      let page = try ChannelPage(fixture, by: visitor)
      try page.hello()
      return page
    }
    _ = others[0]
    try pages[0].read()
    #expect(terminal.viewers.here.map(\.person.who) == ["visitor 2", "visitor 3", "visitor 4"])
    #expect(try pages[0].last("input").room == 65536)
    try pages[0].send(.binary, [66])
    try pages[0].read()
    #expect(fixture.remotes[0].written == [66])
    try others[0].say(#"{"type":"sees","sees":false}"#)
    try others[0].read()
    try pages[0].read()
    #expect(try pages[0].last("input").room == 0)
    try others[0].say(#"{"type":"sees","sees":true}"#)
    try others[0].read()
    others[0].cut()
    try pages[0].read()
    #expect(try pages[0].last("input").room == 0)
    try pages[0].send(.binary, [67])
    try pages[0].read()
    #expect(fixture.remotes[0].written == [66] && !pages[0].isClosed)
  }

  @Test("joins, hand-overs, cuts and returns in any order: no byte is lost or doubled, either way")
  func random() throws {
    for _ in 0..<20 {
      let seed = UInt64.random(in: 0...(.max))
      try random(seed)
    }
  }

  private func random(_ seed: UInt64) throws {
    var random = SplitMix(state: seed)
    let fixture = try TerminalFixture { $0.limits.openPerMinute = 1000 }
    let opener = try fixture.open(ObserverRecorder())
    let terminal = opener
    try terminal.viewer().leave()
    let remote = fixture.remotes[0]
    var said: [UInt8] = []
    let pages = (0..<6).map { _ in Page(fixture) }
    for page in pages.prefix(2) { try page.come(to: terminal) }
    for _ in 0..<400 {
      let page = pages[Int.random(in: 0..<pages.count, using: &random)]
      let other = Int.random(in: 1...8, using: &random)
      switch Int.random(in: 0..<16, using: &random) {
      case 0...3: try page.type(Int.random(in: 1...300, using: &random))
      case 4: try page.say(#"{"type":"control"}"#)
      case 5: try page.say(#"{"type":"control","force":true}"#)
      case 6: try page.say(#"{"type":"give","viewer":\#(other)}"#)
      case 7: try page.say(#"{"type":"release"}"#)
      case 8 where page.isOn && page.viewer != nil: page.cut()
      case 8, 9:
        if !page.isOn { try page.come(to: terminal, as: other % 2 == 0 ? "type" : "watch") }
      case 10:
        let bytes = (0..<Int.random(in: 1...500, using: &random)).map { _ in
          UInt8.random(in: 0...255, using: &random)
        }
        said += bytes
        remote.produce(bytes)
      case 11: remote.appetite = Int.random(in: 0...2000, using: &random)
      case 12:
        remote.appetite = .max
        if remote.isWriting { remote.observer?.remoteIsWritable() }
      case 13: try page.acknowledge()
      case 14: try page.read()
      default: try fixture.reactor.turn(until: .now)
      }
    }
    remote.appetite = .max
    for _ in 0..<30 {
      if remote.isWriting { remote.observer?.remoteIsWritable() }
      if !remote.pending.isEmpty, remote.isReading { remote.produce([]) }
      for page in pages {
        if !page.isOn { try page.come(to: terminal, as: "watch") }
        try fixture.reactor.turn(until: .now)
        try page.read()
        try page.acknowledge()
      }
    }
    // Each viewer's bytes have come in order, none twice, none left out.
    for viewer in terminal.viewers.all where viewer.number > 1 {
      let mine = remote.written.filter { Int($0) / 32 == viewer.number % 8 }
      let base = viewer.input.received - mine.count
      let expected = mine.indices.map { Page.byte(of: viewer.number, at: base + $0) }
      #expect(mine == expected, "seed \(seed), viewer \(viewer.number)")
    }
    for page in pages {
      #expect(page.output == Array(said[(page.start ?? 0)...]), "seed \(seed)")
    }
  }
}
