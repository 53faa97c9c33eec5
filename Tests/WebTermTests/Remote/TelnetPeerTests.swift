// What a telnet host's end, and its urgent bytes, mean to a remote, over real sockets.

import EventLoop
import Glibc
import Testing

@testable import WebTerm

/// A remote, its host on a socket of this process's own, and what was shown.
private final class TelnetPair: RemoteObserver {
  let remote: TelnetRemote
  private let reactor: Reactor
  private let resolver: NameResolver
  private let listener: ListeningSocket
  private(set) var shown: [UInt8] = []
  private(set) var end: RemoteEnd?
  /// What the host has read.
  private(set) var heard: [UInt8] = []
  private var host: Descriptor?
  /// Keys that are not taken yet.
  private var keys: [UInt8] = []

  init(_ mode: TelnetSettings.Mode = .telnet) throws {
    // As the server has it: a peer that is gone shows where we write.
    signal(SIGPIPE, SIG_IGN)
    reactor = try Reactor()
    resolver = try NameResolver(reactor: reactor)
    listener = try ListeningSocket(SocketAddress(.internet(.ipv4(0x7f00_0001), port: 0)))
    guard case .internet(_, let port) = listener.address.family else { throw SystemError("listen") }
    // Small buffers of the kernel's are full soon.
    for option in [SO_RCVBUF, SO_SNDBUF] {
      var size: CInt = 4096
      setsockopt(listener.descriptor.number, SOL_SOCKET, option, &size, socklen_t(4))
    }
    var settings = TelnetSettings()
    settings.mode = mode
    remote = TelnetRemote(
      TelnetHost(
        name: "127.0.0.1", port: port, settings: settings,
        facts: TelnetFacts(
          terminalType: "xterm", user: nil, charset: "utf-8", columns: 80, rows: 24),
        timeout: .seconds(10)),
      reactor: reactor, resolver: resolver)
    remote.observer = self
    try remote.start(TerminalSize(columns: 80, rows: 24)!)
    remote.setInterest(reading: true, writing: false)
    while host == nil { try turn() }
    // The remote, too, knows by now that it is connected.
    _ = say([46])
    try turn { shown == [46] }
    shown = []
  }

  deinit {
    resolver.close()
  }

  private func turn() throws {
    try reactor.turn(until: .now + .milliseconds(5))
    if host == nil, let newcomer = try listener.accept() { host = newcomer.takeDescriptor() }
  }

  /// Turns the loop until something holds.
  func turn(until condition: () throws -> Bool) throws {
    let deadline = MonotonicInstant.now + .seconds(300)
    while try !condition() {
      try #require(MonotonicInstant.now < deadline, "it comes")
      try turn()
    }
  }

  // MARK: The host

  /// Sends as much as the kernel takes.
  func say(_ bytes: [UInt8]) -> Int { (try? host?.write(bytes.span.bytes)) ?? 0 }

  /// Says everything, while the remote hears it.
  func sayAll(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    try turn {
      rest = rest.dropFirst(say(Array(rest)))
      return rest.isEmpty
    }
  }

  func sayUrgent(_ bytes: [UInt8]) {
    guard let number = host?.number else { return }
    #expect(send(number, bytes, bytes.count, CInt(MSG_OOB)) == bytes.count)
  }

  func hear() {
    heard += [UInt8](unsafeUninitializedCapacity: 65536) { buffer, count in
      if case .bytes(let read)? = try? host?.read(into: UnsafeMutableRawBufferPointer(buffer)) {
        count = read
      }
    }
  }

  func endSaying() { host?.endWriting() }

  /// Closes at once, with a reset.
  func breakOff() {
    guard let number = host?.number else { return }
    var linger = linger(l_onoff: 1, l_linger: 0)
    setsockopt(
      number, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
    host = nil
  }

  // MARK: The terminal

  /// Types, as a terminal does: what is not taken waits until there is room.
  func type(_ bytes: [UInt8]) {
    keys += bytes
    remoteIsWritable()
  }

  func remoteIsReadable() {
    shown += [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
      var span = OutputRawSpan(buffer: UnsafeMutableRawBufferPointer(buffer), initializedCount: 0)
      remote.read(into: &span)
      count = span.finalize(for: UnsafeMutableRawBufferPointer(buffer))
    }
  }

  func remoteIsWritable() {
    while !keys.isEmpty {
      let taken = remote.write(keys.span.bytes)
      guard taken > 0 else { break }
      keys.removeFirst(taken)
    }
    remote.setInterest(reading: true, writing: !keys.isEmpty)
  }

  func remoteEnded(_ end: RemoteEnd) { self.end = end }
}

@Suite("A telnet host's end and its urgent bytes", .serialized) struct TelnetPeerTests {
  private static let question: [UInt8] = [255, 253, 6]
  private static let broken = RemoteEnd.closed(reason: "The host broke the connection off.")
  private static let closed = RemoteEnd.closed(reason: "The host closed the connection.")

  /// Asks more than the kernel and the remote have room for answers.
  private func flood(_ pair: TelnetPair) throws {
    try pair.sayAll((0..<20_000).flatMap { _ in Self.question })
  }

  @Test("a host that takes no answers and breaks off has ended")
  func reset() throws {
    let pair = try TelnetPair()
    try flood(pair)
    pair.breakOff()
    try pair.turn { pair.end != nil }
    // A reset that an answer has met is an end of file to the reading after it.
    #expect([Self.broken, Self.closed].contains(pair.end))
  }

  @Test("a host that takes no answers and says its last has ended, and its last is shown")
  func lastWords() throws {
    let pair = try TelnetPair()
    try flood(pair)
    try pair.sayAll(Array("last words".utf8))
    pair.endSaying()
    try pair.turn { pair.end != nil }
    #expect(pair.shown == Array("last words".utf8) && pair.end == Self.closed)
  }

  @Test("what was typed goes out to a host that has closed its own direction alone")
  func halfClosed() throws {
    let pair = try TelnetPair(.raw)
    let keys = [UInt8]((0..<400_000).map { UInt8(truncatingIfNeeded: $0 &* 7) })
    pair.type(keys)
    try pair.sayAll(Array("bye".utf8))
    pair.endSaying()
    try pair.turn { pair.shown == Array("bye".utf8) }
    #expect(pair.heard.isEmpty && pair.end == nil)
    try pair.turn {
      pair.hear()
      return pair.end != nil && pair.heard.count >= keys.count
    }
    #expect(pair.heard == keys && pair.end == Self.closed)
  }

  @Test(
    "where nothing waits to be sent, the end is told at once; to a host that is gone nothing waits")
  func nothingTyped() throws {
    let pair = try TelnetPair(.raw)
    pair.endSaying()
    try pair.turn { pair.end != nil }
    #expect(pair.end == Self.closed)
    let gone = try TelnetPair(.raw)
    gone.type([UInt8](repeating: 65, count: 400_000))
    gone.breakOff()
    try gone.turn { gone.end != nil }
    #expect([Self.broken, Self.closed].contains(gone.end))
  }

  @Test("what is held back at the end is shown")
  func heldBack() throws {
    let pair = try TelnetPair(.auto)
    try pair.sayAll(Array("end ".utf8) + [255, 251])
    pair.endSaying()
    try pair.turn { pair.end != nil }
    #expect(pair.shown == Array("end ".utf8) + [255, 251])
  }

  @Test("a lone byte of noise is shown in the end, without anything behind it")
  func loneByte() throws {
    let pair = try TelnetPair(.auto)
    try pair.sayAll([255])
    try pair.turn { pair.shown == [255] }
    pair.type([13])
    try pair.turn {
      pair.hear()
      return pair.heard == [13]
    }
  }

  @Test(
    "an urgent byte that is no data mark throws nothing away, before it or behind it",
    arguments: [[33], [65, 66], [255, 241]] as [[UInt8]], [true, false])
  func urgent(_ urgent: [UInt8], _ isHeardBefore: Bool) throws {
    let pair = try TelnetPair()
    let lines = (0..<50).map { Array("line \($0)\r\n".utf8) }
    let before = Array(lines[..<25].joined())
    let behind = Array(lines[25...].joined())
    #expect(pair.say(before) == before.count)
    if isHeardBefore { try pair.turn { pair.shown == before } }
    pair.sayUrgent(urgent)
    try pair.sayAll(behind)
    let wanted = before + (urgent == [255, 241] ? [] : urgent) + behind
    try pair.turn { pair.shown.count >= wanted.count }
    #expect(pair.shown == wanted)
  }

  @Test(
    "a data mark throws away what is not read before it, and nothing behind it",
    arguments: [[[255, 242], []], [[255], [242]]] as [[[UInt8]]])
  func dataMark(_ mark: [[UInt8]]) throws {
    let pair = try TelnetPair()
    #expect(pair.say(Array("lost".utf8)) == 4)
    pair.sayUrgent(mark[0])
    try pair.sayAll(mark[1] + Array("kept".utf8))
    try pair.turn { pair.shown.count >= 4 }
    #expect(pair.shown == Array("kept".utf8))
  }
}
