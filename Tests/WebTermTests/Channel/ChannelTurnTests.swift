// How much of what one page says is heard in one turn of the loop.

import Glibc
import Testing

@testable import EventLoop
@testable import WebTerm

private final class Closings: ConnectionOwner {
  var closed = 0
  func connectionClosed(_ connection: Connection) { closed += 1 }
}

/// A page that sends as much as it likes, and counts what is answered after each turn.
private final class Page {
  let fixture: TerminalFixture
  let closings = Closings()
  private let connection: Connection
  private var far: Descriptor?

  init(_ converse: (Connection, TerminalFixture) -> any Conversation) throws {
    fixture = try TerminalFixture()
    var ends: [CInt] = [0, 0]
    let type = CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue)
    try #require(socketpair(AF_UNIX, type, 0, &ends) == 0)
    far = Descriptor(owning: ends[1])
    let newcomer = Newcomer(
      descriptor: Descriptor(owning: ends[0]), peer: SocketAddress(.unix(path: "")))
    connection = Connection(newcomer, reactor: fixture.reactor, buffer: ReceiveBuffer())
    try connection.start(converse(connection, fixture), owner: closings)
  }

  /// A page on a terminal's channel, welcomed.
  static func onTerminal() throws -> Page {
    let page = try Page { connection, fixture in
      let context = ChannelContext(
        registry: fixture.registry,
        parallel: ParallelInput(registry: fixture.registry, reactor: fixture.reactor),
        sharing: fixture.sharing,
        visitor: fixture.visitor, address: .local, destination: TerminalFixture.destination,
        handshakeTimeout: .seconds(10))
      return TerminalChannel.open(on: connection, context: context, opening: [])
    }
    try page.send([frame(.text, #"{"type":"hello","cols":80,"rows":24}"#)])
    try page.turn()
    _ = try page.read()
    return page
  }

  static func frame(_ opcode: FrameHeader.Opcode, _ payload: String) -> [UInt8] {
    [0x80 | opcode.rawValue, 0x80 | UInt8(payload.utf8.count), 0, 0, 0, 0] + Array(payload.utf8)
  }

  func send(_ frames: [[UInt8]]) throws {
    let bytes = frames.flatMap { $0 }
    #expect(try far?.write(bytes.span.bytes) == bytes.count)
  }

  /// A turn that would wait for a second, were there nothing to be done.
  func turn() throws {
    try fixture.reactor.turn(until: .now + .seconds(1))
  }

  /// The payloads of what has come.
  func read() throws -> [String] {
    var buffer = [UInt8](repeating: 0, count: 65536)
    let result = try buffer.withUnsafeMutableBytes { try far?.read(into: $0) }
    guard case .bytes(let count) = result else { return [] }
    var (payloads, rest): ([String], ArraySlice<UInt8>) = ([], buffer[..<count])
    while let length = rest.dropFirst().first {
      payloads.append(String(decoding: rest.dropFirst(2).prefix(Int(length)), as: UTF8.self))
      rest = rest.dropFirst(2 + Int(length))
    }
    return payloads
  }

  func leave() { far = nil }
}

@Suite("channel, one turn") struct ChannelTurnTests {
  @Test("a turn hears 64 messages of those that a read brings, and all are answered in order")
  func pings() throws {
    let page = try Page.onTerminal()
    let frames = (0..<1000).map { Page.frame(.text, #"{"type":"ping","id":\#($0)}"#) }
    try page.send(frames)
    var answers: [String] = []
    while answers.count < 1000 {
      let before = answers.count
      try page.turn()
      answers += try page.read()
      #expect((before + 1...before + 64).contains(answers.count))
    }
    let ids = answers.map { $0.split(separator: ",")[1].split(separator: ":")[1] }
    #expect(ids == (0..<1000).map { "\($0)" })
    page.leave()
  }

  @Test("what waits for later turns stands before what comes later, and before the end")
  func order() throws {
    let page = try Page.onTerminal()
    let input = (0..<300).map { "<\($0)>" }
    try page.send(input.prefix(200).map { Page.frame(.binary, $0) })
    try page.turn()
    try page.send(input.suffix(100).map { Page.frame(.binary, $0) })
    page.leave()
    while page.closings.closed == 0 { try page.turn() }
    #expect(page.fixture.remotes[0].written == Array(input.joined().utf8))
  }

  @Test("others are heard between two shares of a page")
  func others() throws {
    let page = try Page.onTerminal()
    try page.send((0..<200).map { Page.frame(.text, #"{"type":"ping","id":\#($0)}"#) })
    try page.turn()
    #expect(try page.read().count == 64)
    var order: [String] = []
    final class Other: TimerHandler {
      let told: () -> Void
      init(_ told: @escaping () -> Void) { self.told = told }
      func timerFired(now: MonotonicInstant) { told() }
    }
    let timer = page.fixture.reactor.makeTimer(handler: Other { order.append("other") })
    page.fixture.reactor.set(timer, to: .now)
    try page.turn()
    order += try page.read().map { _ in "page" }
    #expect(order == ["other"] + [String](repeating: "page", count: 64))
    page.fixture.reactor.remove(timer)
    page.leave()
  }

  @Test("dear messages are fewer in a turn", arguments: [#"{"type":"break"}"#, "resize"])
  func dear(_ text: String) throws {
    let page = try Page.onTerminal()
    let remote = page.fixture.remotes[0]
    try page.send(
      (1...100).map {
        let resize = #"{"type":"resize","cols":\#($0),"rows":24}"#
        return Page.frame(.text, text == "resize" ? resize : text)
      } + [Page.frame(.text, #"{"type":"ping","id":7}"#)])
    var turns = 0
    var answers: [String] = []
    while answers.last?.contains("pong") != true {
      try page.turn()
      turns += 1
      answers += try page.read()
    }
    #expect(turns >= 25)
    if text == "resize" { #expect(remote.size == TerminalSize(columns: 100, rows: 24)) }
    page.leave()
  }

  @Test("a directory's channel is no other")
  func news() throws {
    let page = try Page { connection, fixture in
      let hub = NewsHub(
        registry: fixture.registry, rights: fixture.rights, reactor: fixture.reactor)
      return NewsChannel.open(
        on: connection, hub: hub, visitor: fixture.visitor, opening: [])
    }
    // All there are, which are none.
    while try page.read().isEmpty { try page.turn() }
    try page.send((0..<100).map { Page.frame(.ping, "\($0)") })
    var answers: [String] = []
    while answers.count < 100 {
      let before = answers.count
      try page.turn()
      answers += try page.read()
      #expect((before + 1...before + 16).contains(answers.count))
    }
    #expect(answers == (0..<100).map { "\($0)" })
    page.leave()
  }
}
