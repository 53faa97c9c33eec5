// What a directory is told that reads late, or not at all.

import FoundationEssentials
import Glibc
import Testing

@testable import EventLoop
@testable import WebTerm

private final class Closings: ConnectionOwner {
  func connectionClosed(_ connection: Connection) {}
}

/// A directory behind a socket that is not read until the test does.
private final class Page {
  private struct Message: Decodable {
    struct Entry: Decodable {
      let key: Int
      let attached: Bool
    }
    let whole: Bool
    let terminals: [Entry]
    let over: [Int]
  }

  let fixture: TerminalFixture
  let hub: NewsHub
  private let news: EventRecorder
  /// What it knows of: whether each has a viewer.
  private(set) var terminals: [Int: Bool] = [:]
  private let connection: Connection
  private let far: Descriptor
  private var bytes: ArraySlice<UInt8> = []

  init() throws {
    fixture = try TerminalFixture {
      ($0.limits.terminals, $0.limits.perVisitor, $0.limits.perAddress) = (10_000, 10_000, 10_000)
      $0.limits.openPerMinute = 1_000_000
    }
    hub = NewsHub(registry: fixture.registry, rights: fixture.rights, reactor: fixture.reactor)
    var ends: [CInt] = [0, 0]
    let type = CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue)
    try #require(socketpair(AF_UNIX, type, 0, &ends) == 0)
    let newcomer = Newcomer(
      descriptor: Descriptor(owning: ends[0]), peer: SocketAddress(.unix(path: "")))
    far = Descriptor(owning: ends[1])
    connection = Connection(newcomer, reactor: fixture.reactor, buffer: ReceiveBuffer())
    try connection.start(
      NewsChannel.open(on: connection, hub: hub, visitor: fixture.visitor, opening: []),
      owner: Closings())
    news = EventRecorder { [hub] in hub.tell($0, isOver: $1.isLast) }
    fixture.registry.events.add(news)
  }

  /// A fifth of a second goes by.
  func wait() throws {
    hub.timerFired(now: fixture.reactor.now + .seconds(1))
    for _ in 0..<3 { try fixture.reactor.turn(until: .now) }
  }

  /// Reads what comes within a fifth of a second and the turns after it, and nothing that a later
  /// one brings.
  func readOnce() throws {
    try wait()
    for _ in 0..<20 {
      try fixture.reactor.turn(until: .now)
      try take()
    }
    try understand()
  }

  /// Reads all there is to be read.
  func read() throws {
    var silences = 0
    while silences < 3 {
      let before = bytes.count
      try take()
      silences = bytes.count == before ? silences + 1 : 0
      try wait()
    }
    try understand()
  }

  private func take() throws {
    var buffer = [UInt8](repeating: 0, count: 65536)
    if case .bytes(let count) = try buffer.withUnsafeMutableBytes({ try far.read(into: $0) }) {
      bytes += buffer.prefix(count)
    }
  }

  private func understand() throws {
    while let message = try next() {
      if message.whole { terminals = [:] }
      for key in message.over { terminals[key] = nil }
      for each in message.terminals { terminals[each.key] = each.attached }
    }
  }

  /// The next frame's message.
  private func next() throws -> Message? {
    guard bytes.count >= 2 else { return nil }
    let start = bytes.startIndex
    let short = Int(bytes[start + 1])
    try #require(bytes[start] == 0x81 && short < 127)
    let header = short < 126 ? 2 : 4
    let length = short < 126 ? short : Int(bytes[start + 2]) << 8 | Int(bytes[start + 3])
    guard bytes.count >= header + length else { return nil }
    defer { bytes = bytes.dropFirst(header + length) }
    return try JSONDecoder().decode(
      Message.self, from: Data(bytes.dropFirst(header).prefix(length)))
  }
}

@Suite("news channel")
struct NewsChannelTests {
  @Test("what a page does not read makes nothing grow, and it hears at last how it is")
  func slowReader() throws {
    let page = try Page()
    let looker = ObserverRecorder()
    let terminals = try (0..<50).map { _ in try page.fixture.open(looker) }
    // Far more than the socket takes.
    for _ in 0..<500 {
      for terminal in terminals { page.hub.tell(terminal, isOver: false) }
      try page.wait()
      #expect(page.hub.journalEnd - page.hub.journalStart <= NewsHub.journalLimit)
    }
    // A storm: each is one that was never there before.
    for _ in 0..<5000 {
      try page.fixture.open(looker).terminate(.closedByVisitor)
      #expect(page.hub.journalEnd - page.hub.journalStart <= NewsHub.journalLimit)
      try page.wait()
    }
    try terminals[0].detach()
    terminals[1].terminate(.closedByVisitor)
    try page.read()
    #expect(page.terminals.count == 49)
    #expect(page.terminals.values.filter { !$0 }.count == 1)
  }

  @Test("what happens to many of others' terminals keeps nothing of its own from a page")
  func others() throws {
    let page = try Page()
    // It has been told what there was, which is nothing.
    try page.wait()
    let other = page.fixture.visitors.welcome(isSecure: false, now: page.fixture.reactor.now)
    let looker = ObserverRecorder()
    for _ in 0..<250 { _ = try page.fixture.open(looker, by: other) }
    _ = try page.fixture.open(looker)
    // Nothing but the loop's turns, as far as the fifth of a second: no ping of ours wakes it.
    try page.readOnce()
    #expect(page.terminals.count == 1)
  }
}
