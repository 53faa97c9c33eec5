// A telnet remote whose host means it ill, over a real socket.

import EventLoop
import Glibc
import Testing

@testable import WebTerm

/// Reads what there is, and remembers the end.
private final class Listener: RemoteObserver {
  let remote: TelnetRemote
  var shown = 0
  var end: RemoteEnd?

  init(_ remote: TelnetRemote) {
    self.remote = remote
  }

  func remoteIsReadable() {
    shown +=
      [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
        var span = OutputRawSpan(buffer: UnsafeMutableRawBufferPointer(buffer), initializedCount: 0)
        remote.read(into: &span)
        count = span.finalize(for: UnsafeMutableRawBufferPointer(buffer))
      }.count
  }

  func remoteIsWritable() {}

  func remoteEnded(_ end: RemoteEnd) { self.end = end }
}

@Suite("A hostile telnet host", .serialized) struct TelnetRemoteTests {
  private static let size = TerminalSize(columns: 80, rows: 24)!

  private func makeRemote(_ reactor: Reactor, _ resolver: NameResolver, port: UInt16)
    -> TelnetRemote
  {
    var settings = TelnetSettings()
    settings.mode = .telnet
    settings.line = SerialLine(baud: 9600)
    return TelnetRemote(
      TelnetHost(
        name: "127.0.0.1", port: port, settings: settings,
        facts: TelnetFacts(
          terminalType: "xterm", user: "alice", charset: "utf-8", columns: 80, rows: 24),
        timeout: .seconds(10)),
      reactor: reactor, resolver: resolver)
  }

  /// Bytes of which many are telnet's.
  private func words(_ generator: inout SeededGenerator) -> [UInt8] {
    (0..<Int.random(in: 1...3000, using: &generator)).map { _ in
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: 255
      case 1: UInt8.random(in: 240...254, using: &generator)
      case 2: [0, 1, 3, 6, 13, 24, 31, 39, 42, 44].randomElement(using: &generator) ?? 0
      default: UInt8.random(in: 0...255, using: &generator)
      }
    }
  }

  @Test("whatever it says, in whatever pieces, it is taken, and its end is told", arguments: 1...8)
  func storm(_ seed: UInt64) throws {
    // As the server has it: a peer that is gone shows where we write.
    signal(SIGPIPE, SIG_IGN)
    let reactor = try Reactor()
    let resolver = try NameResolver(reactor: reactor)
    defer { resolver.close() }
    let socket = try ListeningSocket(SocketAddress(.internet(.ipv4(0x7f00_0001), port: 0)))
    guard case .internet(_, let port) = socket.address.family else { return }
    let remote = makeRemote(reactor, resolver, port: port)
    let listener = Listener(remote)
    remote.observer = listener
    try remote.start(Self.size)
    remote.setInterest(reading: true, writing: false)
    var generator = SeededGenerator(seed: seed)
    var host: Descriptor?
    var rest: [UInt8] = []
    var rounds = 100
    let deadline = MonotonicInstant.now + .seconds(300)
    while listener.end == nil {
      try #require(MonotonicInstant.now < deadline, "it is taken")
      try reactor.turn(until: .now + .milliseconds(5))
      if let newcomer = try socket.accept() { host = newcomer.takeDescriptor() }
      // Answers are read, now and then.
      if Bool.random(using: &generator) {
        _ = [UInt8](unsafeUninitializedCapacity: 65536) { buffer, count in
          _ = try? host?.read(into: UnsafeMutableRawBufferPointer(buffer))
          count = 0
        }
      }
      if rest.isEmpty, rounds > 0 {
        rest = words(&generator)
        rounds -= 1
      }
      let sent = (try? host?.write(rest.span.bytes)) ?? 0
      rest.removeFirst(sent)
      if Int.random(in: 0..<10, using: &generator) == 0 {
        let keys: [UInt8] = [97, 13, 255]
        _ = remote.write(keys.span.bytes)
        _ = remote.sendBreak()
        remote.resize(Self.size)
      }
      if rounds == 0, rest.isEmpty { host = nil }
    }
    guard case .closed = listener.end else {
      Issue.record("ended otherwise")
      return
    }
  }
}
