// Where a page begins to decode what a host of another character set says.

import EventLoop
import Testing

@testable import WebTerm

@Suite("Places between characters") struct PlaceOfCharactersTests {
  let observer = ObserverRecorder()

  /// A terminal at which a viewer looks from the beginning on.
  private func open(_ charset: String) throws -> (TerminalFixture, Terminal) {
    let fixture = try TerminalFixture {
      $0.terminal.history = 0
      $0.targets[0].charset = charset
    }
    return (fixture, try fixture.open(observer))
  }

  /// The host says all that, of which the viewer acknowledges what it has been sent, or nothing.
  private func say(
    _ bytes: [UInt8], _ fixture: TerminalFixture, _ terminal: Terminal, isSeen: Bool
  ) throws {
    let remote = fixture.remotes[0]
    remote.pending = bytes
    while !remote.pending.isEmpty {
      remote.produce([])
      _ = try terminal.sendAll()
      guard isSeen else { break }
      _ = try terminal.acknowledge(terminal.viewer().output.sent)
      try fixture.reactor.turn(until: .now)
    }
  }

  /// Where a newcomer begins that wants all there is.
  private func start(_ terminal: Terminal) throws -> Int {
    let start = terminal.relay.beginning(at: 0)?.sent
    return try #require(start)
  }

  /// Another viewer comes, which has all there is.
  private func comeLate(_ terminal: Terminal) throws {
    _ = try #require(
      terminal.attach(observer, from: terminal.produced, size: TerminalFixture.size))
  }

  static let samples: [(charset: String, bytes: [UInt8])] = [
    ("shift_jis", [0x95, 0x5c]), ("gbk", [0xb1, 0xed]), ("euc-jp", [0xc9, 0xbd]),
    ("big5", [0xaa, 0xed]), ("euc-kr", [0xf8, 0xf9]),
  ]
  /// Kanji, and ASCII between them, in a period that no buffer has.
  private static let shifted = Array(
    ("\u{1b}$B" + String(repeating: "I=", count: 30) + "\u{1b}(B ok\r\n").utf8)

  @Test("a skip goes to a whole character, and so does what leaves the log", arguments: samples)
  func pairs(_ charset: String, _ pair: [UInt8]) throws {
    for extra in 0..<2 {
      let (fixture, terminal) = try open(charset)
      let flood = Array(repeating: pair, count: 60_000).flatMap(\.self)
      try say(flood.dropLast(extra), fixture, terminal, isSeen: true)
      let again = try start(terminal)
      #expect(again > 0 && again.isMultiple(of: 2), "\(charset): the log's start")
      try comeLate(terminal)
      try skip(flood.dropFirst(terminal.produced.isMultiple(of: 2) ? 0 : 1), fixture, terminal)
      #expect(try terminal.viewer().output.sent.isMultiple(of: 2), "\(charset): the skip")
    }
  }

  @Test("in ISO-2022-JP both are where the text is plain, wherever the host's pieces end")
  func shifts() throws {
    for extra in [0, 2, 9, 40, 67] {
      let (fixture, terminal) = try open("iso-2022-jp")
      let flood = Array(repeating: Self.shifted, count: 1500).flatMap(\.self)
      try say(flood.dropLast(extra), fixture, terminal, isSeen: true)
      let again = try start(terminal)
      #expect(again > 0 && isPlain(again), "the log's start")
      try comeLate(terminal)
      try skip(flood.suffix(extra) + flood.dropLast(extra), fixture, terminal)
      #expect(isPlain(try terminal.viewer().output.sent), "the skip")
    }
  }

  /// The viewer falls behind, and its ^C skips what is on its way.
  private func skip(
    _ more: some Collection<UInt8>, _ fixture: TerminalFixture, _ terminal: Terminal
  ) throws {
    let (reactor, remote) = (fixture.reactor, fixture.remotes[0])
    try say(Array(more), fixture, terminal, isSeen: false)
    #expect(!remote.isReading)
    let before = observer.skips
    #expect(terminal.types([3]))
    remote.produce([])
    let patience = reactor.now + .seconds(300)
    while observer.skips == before {
      try #require(reactor.now < patience)
      remote.produce([])
      try reactor.turn(until: reactor.now + .milliseconds(10))
    }
  }

  private func isPlain(_ offset: Int) -> Bool {
    var state = ShiftState()
    for index in 0..<offset % Self.shifted.count { state.take(Self.shifted[index]) }
    return state.isPlain
  }

  @Test("a copy of a screen goes on in the set in which the screen is")
  func copies() throws {
    let screen = try #require(DrawnScreen(TerminalFixture.size, charset: "iso-2022-jp"))
    var budget = WorkBudget(1_000_000)
    let bytes = Array("\u{1b}$BI=".utf8)
    _ = screen.draw(bytes.span.bytes, &budget)
    let copy = screen.copy()
    for each in [screen, copy] { _ = each.draw(Array("I=".utf8).span.bytes, &budget) }
    #expect(copy.painting == screen.painting)
    #expect(String(decoding: copy.painting, as: UTF8.self).contains("表表"))
  }
}
