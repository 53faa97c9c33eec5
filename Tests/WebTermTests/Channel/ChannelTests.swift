// A channel between a page and a terminal, both the test's.

import EventLoop
import Testing

@testable import WebTerm

@Suite("Channel") struct ChannelTests {
  /// A page at a terminal whose log takes no more than 64 KB.
  private func open(_ columns: Int, _ rows: Int) throws -> (TerminalFixture, ChannelPage) {
    let fixture = try TerminalFixture { $0.terminal.history = 0 }
    let page = try ChannelPage(fixture)
    try page.hello(columns, rows)
    return (fixture, page)
  }

  /// The host says that, and the page acknowledges it.
  private func print(_ text: String, _ fixture: TerminalFixture, _ page: ChannelPage) throws {
    let remote = fixture.remotes[0]
    remote.pending += Array(text.utf8)
    while !remote.pending.isEmpty {
      remote.produce([])
      try page.read()
      try page.say(#"{"type":"ack","output":\#(page.bytes.count)}"#)
      try page.read()
    }
    #expect(page.bytes.suffix(100) == Array(text.utf8).suffix(100)[...])
  }

  /// A screen of which each cell has colours of its own.
  private static func picture(_ columns: Int, _ rows: Int) -> String {
    "\u{1b}[H"
      + (0..<columns * rows).map {
        "\u{1b}[38;2;\($0 % 256);\($0 / 256);7;48;2;\($0 / 256);\($0 % 256);9m▀"
      }.joined()
  }

  @Test(
    "a screen whose painting is longer than any queue is shown, in messages that cut no character")
  func longPainting() throws {
    let (fixture, page) = try open(160, 60)
    try print(Self.picture(160, 60) + Self.picture(160, 60), fixture, page)
    let terminal = try #require(fixture.registry.opened.page(after: 0, atMost: 1).first)
    let used = fixture.registry.budget.used
    let again = try ChannelPage(fixture)
    try again.hello(160, 60, resume: #""terminal":"\#(terminal.id)","output":0"#)
    let welcome = try again.last("welcome")
    let (screen, output) = (try #require(welcome.screen), try #require(welcome.output))
    #expect(screen > 262_144 && !again.isClosed)
    #expect(again.bytes.count == screen + terminal.relay.produced - output)
    // A replacement character would be one that was cut.
    var offset = 0
    for case .binary(let length) in again.events where offset < screen {
      #expect(length <= 65536)
      let message = again.bytes[offset..<offset + length]
      #expect(offset + length >= screen || String(validating: message, as: UTF8.self) != nil)
      offset += length
    }
    #expect(offset >= screen)
    // What it took is not booked any more.
    #expect(fixture.registry.budget.used <= used)
  }

  /// What is on a screen of which only this is known.
  private func text(_ painting: some Sequence<UInt8>) -> String {
    var screen = Screen(columns: 80, rows: 24)
    screen.feed(Array(painting))
    let rows = String(decoding: ScreenPainter.paint(screen), as: UTF8.self)
    return rows
  }

  @Test(
    "a host that ends while output is skipped: the screen with its last words comes before the end")
  func endWhileSkipping() throws {
    let (fixture, page) = try open(80, 24)
    let remote = fixture.remotes[0]
    remote.produce(Array(String(repeating: "yes\r\n", count: 100_000).utf8))
    try page.read()
    #expect(!remote.isReading)
    try page.send(.binary, [3])
    try page.read()
    remote.pending = Array("\r\nLAST WORDS".utf8)
    remote.pending.insert(contentsOf: String(repeating: "no\r\n", count: 40_000).utf8, at: 0)
    remote.produce([])
    let before = page.bytes.count
    remote.observer?.remoteEnded(.exited(code: 0))
    try page.read { page.events.contains(.close(1000)) }
    let screen = try #require(try page.last("skip").screen)
    #expect(screen > 0 && page.bytes.count == before + screen)
    #expect(text(page.bytes.suffix(screen)).contains("LAST WORDS"))
    #expect(page.words.map(\.type).filter { $0 != "viewers" }.suffix(2) == ["skip", "exit"])
    // Nothing comes behind the end.
    #expect(page.events.suffix(2).first == .text(#"{"type":"exit","code":0}"#))
  }

  @Test("who comes to a terminal that has ended, and of which only the screen is left, sees it")
  func endedWithoutLog() throws {
    let (fixture, page) = try open(80, 24)
    try print(String(repeating: "yes\r\n", count: 40_000) + "LAST WORDS", fixture, page)
    let terminal = try #require(fixture.registry.opened.page(after: 0, atMost: 1).first)
    try page.send(.close, [])
    try page.read()
    fixture.remotes[0].observer?.remoteEnded(.exited(code: 0))
    while !terminal.relay.dropHistory() { try fixture.reactor.turn(until: .now) }
    let again = try ChannelPage(fixture)
    try again.hello(resume: #""terminal":"\#(terminal.id)","output":0"#)
    let welcome = try again.last("welcome")
    #expect(welcome.output == terminal.relay.produced && again.bytes.count == welcome.screen)
    #expect(text(again.bytes).contains("LAST WORDS"))
    #expect(again.words.map(\.type).filter { $0 != "viewers" } == ["welcome", "exit"])
  }

  @Test("a viewer that comes back takes nothing from another one, and its number is its own")
  func comesBack() throws {
    let (fixture, first) = try open(80, 24)
    let terminal = try #require(fixture.registry.opened.page(after: 0, atMost: 1).first)
    func come(_ viewer: Int?) throws -> ChannelPage {
      let page = try ChannelPage(fixture)
      let number = viewer.map { #","viewer":\#($0)"# } ?? ""
      try page.hello(resume: #""terminal":"\#(terminal.id)","output":0\#(number)"#)
      try first.read()
      return page
    }
    #expect(try first.last("welcome").viewer == 1 && first.last("welcome").turn == 0)
    let second = try come(nil)
    let welcome = try second.last("welcome")
    #expect(welcome.viewer == 2 && welcome.turn == 1 && welcome.role == "type")
    #expect(try first.last("role").role == "watch" && !first.isClosed)
    for viewer in [0, 3] {
      let page = try come(viewer)
      #expect(page.events.contains(.close(4000)))
    }
    let back = try come(1)
    #expect(first.events.contains(.close(4009)))
    #expect(try back.last("welcome").viewer == 1 && back.last("welcome").role == "watch")
    let again = try come(2)
    try second.read()
    #expect(second.events.contains(.close(4009)))
    #expect(try again.last("welcome").role == "type" && again.last("welcome").turn == 1)
    #expect(terminal.relay.readers.pacing?.number == 2)
  }

  /// What a page said and heard, and what reached the host.
  private struct Outcome: Equatable {
    var said: [String] = []
    var written: [UInt8] = []
    var size: TerminalSize?
    var problem: String?
  }

  /// A frame with a mask that changes each byte.
  private static func frame(
    _ opcode: FrameHeader.Opcode, _ text: String, isFinal: Bool = true
  ) -> [UInt8] {
    let mask: [UInt8] = [0x5a, 0xc3, 0x99, 0x0f]
    let payload = Array(text.utf8)
    return [(isFinal ? 0x80 : 0) | opcode.rawValue, 0x80 | UInt8(payload.count)] + mask
      + payload.indices.map { payload[$0] ^ mask[$0 % 4] }
  }

  @Test("what a page says does not depend on where its bytes are cut")
  func everyCut() {
    let hello = #"{"type":"hello","cols":90,"rows":30}"#
    let bytes = [
      Self.frame(.text, hello), Self.frame(.binary, "ls -l", isFinal: false),
      Self.frame(.ping, "?"), Self.frame(.continuation, "a\r"),
      Self.frame(.text, #"{"type":"resize","cols":91,"#, isFinal: false),
      Self.frame(.continuation, #""rows":31}"#), Self.frame(.text, #"{"type":"ack","output":0}"#),
      Self.frame(.text, #"{"type":"ping","id":7}"#), Self.frame(.binary, "é"),
      Self.frame(.close, ""),
    ].flatMap(\.self)
    var whole: Outcome?
    expectSameForEveryCut(of: bytes) { pieces in
      var outcome = Outcome()
      do {
        let fixture = try TerminalFixture()
        let page = try ChannelPage(fixture)
        for piece in pieces {
          try page.send(raw: piece)
          try page.read()
        }
        outcome.said = page.words.filter { $0.type != "viewers" }.map {
          "\($0.type) \($0.output ?? -1) \($0.input ?? -1) \($0.room ?? -1)"
        }
        outcome.written = fixture.remotes.first?.written ?? []
        outcome.size = fixture.remotes.first?.size
      } catch {
        outcome.problem = "\(error)"
      }
      whole = whole ?? outcome
      return outcome
    }
    #expect(whole?.said == ["welcome 0 0 65536", "pong -1 7 65536"])
    #expect(whole?.written == Array("ls -la\ré".utf8))
    #expect(whole?.size == TerminalSize(columns: 91, rows: 31) && whole?.problem == nil)
  }
}
