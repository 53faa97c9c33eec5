// A connection's bytes: partial writes, finishing, last words.

import Glibc
import Testing

@testable import EventLoop
@testable import WebTerm

/// Says what it is told to say, and remembers what it hears.
private final class Speaker: Conversation {
  var wantsInput = true
  var isIdle: Bool { true }
  var nextDeadline: MonotonicInstant?
  var heard: [UInt8] = []
  /// The most that it takes at a time.
  var share = Int.max
  /// Put into the outbox at once.
  var owned: [UInt8] = []
  /// Lent, as far as it goes each time.
  var lent: [UInt8] = []
  var flushes = 0
  var isClosed = false

  func received(_ bytes: inout MutableSpan<UInt8>) -> Int {
    let taken = min(share, bytes.count)
    for index in 0..<taken { heard.append(bytes[index]) }
    return taken
  }

  func fill(_ outbox: inout Outbox) -> Bool {
    outbox.append(owned)
    owned = []
    return !lent.isEmpty
  }

  func lend(_ write: (RawSpan, RawSpan) -> Int) {
    let written = write(lent.span.bytes, RawSpan())
    lent.removeFirst(written)
  }

  func flushed() { flushes += 1 }
  func tick(now: MonotonicInstant) {}
  func connectionClosed() { isClosed = true }
}

private final class Closings: ConnectionOwner {
  var closed = 0
  func connectionClosed(_ connection: Connection) { closed += 1 }
}

@Suite("connection")
struct ConnectionTests {
  private final class Bench {
    let reactor: Reactor
    let connection: Connection
    let speaker = Speaker()
    let closings = Closings()
    private var far: Descriptor?

    init() throws {
      reactor = try Reactor()
      var ends: [CInt] = [0, 0]
      let type = CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue)
      try #require(socketpair(AF_UNIX, type, 0, &ends) == 0)
      let newcomer = Newcomer(
        descriptor: Descriptor(owning: ends[0]), peer: SocketAddress(.unix(path: "")))
      far = Descriptor(owning: ends[1])
      connection = Connection(newcomer, reactor: reactor, buffer: ReceiveBuffer())
      try connection.start(speaker, owner: closings)
    }

    func turn() throws {
      try reactor.turn(until: .now + .milliseconds(5))
    }

    /// What has come to the peer by now, at most so much; nil where our side has ended.
    func take(_ most: Int = 65536) throws -> [UInt8]? {
      var buffer = [UInt8](repeating: 0, count: most)
      let result = try buffer.withUnsafeMutableBytes { try far?.read(into: $0) }
      switch result {
      case .bytes(let count): return Array(buffer.prefix(count))
      case .wouldBlock: return []
      case .end, nil: return nil
      }
    }

    func say(_ text: String) throws {
      let bytes = Array(text.utf8)
      _ = try far?.write(bytes.span.bytes)
    }

    func leave() { far = nil }
  }

  @Test("what the socket does not take at once follows when it does, owned before lent, in order")
  func partialWrites() throws {
    let bench = try Bench()
    let owned = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let lent = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 13) }
    (bench.speaker.owned, bench.speaker.lent) = (owned, lent)
    bench.connection.askFlush()
    try bench.turn()
    #expect(!bench.speaker.lent.isEmpty, "the socket took all of it at once")
    #expect(bench.speaker.flushes == 0)
    var came: [UInt8] = []
    while came.count < owned.count + lent.count {
      came += try #require(try bench.take(50_000))
      try bench.turn()
    }
    #expect(came == owned + lent)
    #expect(bench.speaker.flushes == 1)
    bench.connection.close()
  }

  @Test("finishing writes everything, ends our side, and waits for the peer's")
  func finishing() throws {
    let bench = try Bench()
    bench.speaker.lent = [UInt8](repeating: 1, count: 1_000_000)
    bench.connection.finish()
    var came = 0
    while let piece = try bench.take() {
      came += piece.count
      try bench.turn()
    }
    #expect(came == 1_000_000)
    // What still comes is read and dropped: closing now would reset the connection, and lose our
    // last words.
    try bench.say("late")
    try bench.turn()
    #expect(bench.speaker.heard.isEmpty && bench.closings.closed == 0)
    bench.leave()
    try bench.turn()
    #expect(bench.closings.closed == 1 && bench.speaker.isClosed)
  }

  @Test("what a conversation does not take waits, and is given to it in order")
  func leftover() throws {
    let bench = try Bench()
    bench.speaker.wantsInput = false
    try bench.say("first ")
    try bench.turn()
    #expect(bench.speaker.heard.isEmpty)
    bench.speaker.wantsInput = true
    bench.connection.askFlush()
    try bench.turn()
    try bench.say("second")
    try bench.turn()
    #expect(bench.speaker.heard == Array("first second".utf8))
    bench.connection.close()
  }

  @Test("a turn gives a conversation one share of what has come, and its end after all of it")
  func shares() throws {
    let bench = try Bench()
    bench.speaker.share = 10
    let text = String(repeating: "abcdefghijklm", count: 10)
    try bench.say(text)
    for turn in 1...3 {
      try bench.turn()
      #expect(bench.speaker.heard.count == 10 * turn)
    }
    // What comes meanwhile waits behind it, in the socket.
    try bench.say("last")
    bench.leave()
    while bench.closings.closed == 0 { try bench.turn() }
    #expect(bench.speaker.heard == Array((text + "last").utf8))
  }

  @Test("a peer that goes closes the connection, once")
  func gone() throws {
    let bench = try Bench()
    bench.leave()
    try bench.turn()
    try bench.turn()
    #expect(bench.closings.closed == 1 && bench.speaker.isClosed)
    bench.connection.close()
    #expect(bench.closings.closed == 1)
  }
}
