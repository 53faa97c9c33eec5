// Where a page begins to decode what a host of another character set says.

import EventLoop
import Testing

@testable import WebTerm

@Suite("Places between characters") struct PlaceOfCharactersTests {
  let observer = ObserverRecorder()

  /// A relay at which a viewer looks from the beginning on.
  private func makeRelay(_ charset: String) throws -> (Reactor, Relay, FakeRemote) {
    let (reactor, remote) = (try Reactor(), FakeRemote())
    let relay = Relay(
      remote, history: 0, charset: charset,
      budget: MemoryBudget(limit: 1 << 30, reactor: reactor),
      reactor: reactor)
    relay.catchUpOnInterrupts()
    try relay.start(TerminalFixture.size)
    relay.viewer = relay.place(observer, at: 0)
    return (reactor, relay, remote)
  }

  /// The host says all that, of which the viewer acknowledges what it has been sent, or nothing.
  private func say(
    _ bytes: [UInt8], _ reactor: Reactor, _ relay: Relay, _ remote: FakeRemote, isSeen: Bool
  ) throws {
    let viewer = try #require(relay.viewer)
    remote.pending = bytes
    while !remote.pending.isEmpty {
      remote.produce([])
      while viewer.beginFrame(relay.produced - viewer.sent) > 0 {
        relay.send(to: viewer) { $0.byteCount + $1.byteCount }
      }
      guard isSeen else { break }
      _ = relay.acknowledge(viewer.sent, by: viewer)
      try reactor.turn(until: .now)
    }
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
      let (reactor, relay, remote) = try makeRelay(charset)
      let flood = Array(repeating: pair, count: 60_000).flatMap(\.self)
      try say(flood.dropLast(extra), reactor, relay, remote, isSeen: true)
      let again = try #require(relay.place(observer, at: 0))
      #expect(again.sent > 0 && again.sent.isMultiple(of: 2), "\(charset): the log's start")
      relay.viewer = relay.place(observer, at: relay.produced)
      try skip(flood.dropFirst(relay.produced.isMultiple(of: 2) ? 0 : 1), reactor, relay, remote)
      #expect(try #require(relay.viewer).sent.isMultiple(of: 2), "\(charset): the skip")
    }
  }

  @Test("in ISO-2022-JP both are where the text is plain, wherever the host's pieces end")
  func shifts() throws {
    for extra in [0, 2, 9, 40, 67] {
      let (reactor, relay, remote) = try makeRelay("iso-2022-jp")
      let flood = Array(repeating: Self.shifted, count: 1500).flatMap(\.self)
      try say(flood.dropLast(extra), reactor, relay, remote, isSeen: true)
      let again = try #require(relay.place(observer, at: 0))
      #expect(again.sent > 0 && isPlain(again.sent), "the log's start")
      relay.viewer = relay.place(observer, at: relay.produced)
      try skip(flood.suffix(extra) + flood.dropLast(extra), reactor, relay, remote)
      #expect(isPlain(try #require(relay.viewer).sent), "the skip")
    }
  }

  /// The viewer falls behind, and its ^C skips what is on its way.
  private func skip(
    _ more: some Collection<UInt8>, _ reactor: Reactor, _ relay: Relay, _ remote: FakeRemote
  ) throws {
    try say(Array(more), reactor, relay, remote, isSeen: false)
    #expect(!remote.isReading)
    let before = observer.skips
    let keys: [UInt8] = [3]
    let isTaken = relay.type(keys.span)
    #expect(isTaken)
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
