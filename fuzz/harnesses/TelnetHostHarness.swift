// A telnet host that says whatever it likes over a real socket: storms, cuts anywhere, urgent data,
// endless subnegotiations.

import EventLoop
import Glibc

@testable import WebTerm

/// A remote under one host, which says the bytes in pieces, some of them urgent, and is gone.
enum TelnetHostHarness: Harness {
  static let seeds: [[UInt8]] =
    TelnetHarness.seeds + [
      [UInt8](repeating: 255, count: 40), [255, 250, 24] + [UInt8](repeating: 7, count: 300),
      (0..<60).flatMap { _ in [255, 253, 6] as [UInt8] },
    ]

  static func run(_ bytes: [UInt8]) {
    do { try Stage.one.play(bytes) } catch { fatalError("no socket: \(error)") }
  }

  /// Where the hosts appear, one after the other.
  private final class Stage: RemoteObserver {
    // Harnesses run one input at a time.
    nonisolated(unsafe) static let one = Stage()

    // It is within the bounds of a terminal.
    private static let size = TerminalSize(columns: 80, rows: 24)!

    private let reactor: Reactor
    private let resolver: NameResolver
    private let door: ListeningSocket
    private let port: UInt16
    private var remote: TelnetRemote?
    private var end: RemoteEnd?

    private init() {
      signal(SIGPIPE, SIG_IGN)
      do {
        reactor = try Reactor()
        resolver = try NameResolver(reactor: reactor)
        door = try ListeningSocket(SocketAddress(.internet(.ipv4(0x7f00_0001), port: 0)))
      } catch {
        fatalError("no loop: \(error)")
      }
      guard case .internet(_, let port) = door.address.family else { fatalError("no port") }
      self.port = port
    }

    func play(_ bytes: [UInt8]) throws {
      var settings = TelnetSettings()
      let modes = TelnetSettings.Mode.allCases
      settings.mode = modes[Int(bytes.first ?? 0) % modes.count]
      settings.line = SerialLine(baud: 9600)
      let remote = TelnetRemote(
        TelnetHost(
          name: "127.0.0.1", port: port, settings: settings,
          facts: TelnetFacts(
            terminalType: "xterm", user: "alice", charset: "utf-8", columns: 80, rows: 24),
          timeout: .seconds(10)),
        reactor: reactor, resolver: resolver)
      self.remote = remote
      end = nil
      remote.observer = self
      try remote.start(Self.size)
      remote.setInterest(reading: true, writing: bytes.count % 2 == 0)
      var host: Descriptor?
      while host == nil, end == nil {
        try reactor.turn(until: .now + .milliseconds(1))
        if let newcomer = try door.accept() { host = newcomer.takeDescriptor() }
      }
      switch host {
      case .some(let socket): speak(bytes, on: socket)
      case .none: break
      }
      host = nil
      let deadline = MonotonicInstant.now + .seconds(5)
      while end == nil, MonotonicInstant.now < deadline {
        try reactor.turn(until: .now + .milliseconds(1))
      }
      require(end != nil, "the end is told")
      remote.hangUp()
      self.remote = nil
    }

    private func speak(_ bytes: [UInt8], on socket: borrowing Descriptor) {
      for piece in pieces(of: bytes) where end == nil {
        let flags = MSG_NOSIGNAL | MSG_DONTWAIT
        _ = Glibc.send(
          socket.number, piece, piece.count,
          CInt(piece.count % 5 == 0 ? flags | MSG_OOB : flags))
        try? reactor.turn(until: .now)
        guard let remote, piece.count % 7 == 0 else { continue }
        _ = remote.write(piece.span.bytes)
        _ = remote.sendBreak()
        remote.resize(TerminalSize(columns: 255, rows: Int(piece[0]) + 1) ?? Self.size)
      }
    }

    func remoteIsReadable() {
      var room = [UInt8](repeating: 0, count: 512)
      room.withUnsafeMutableBytes { buffer in
        var span = OutputRawSpan(buffer: buffer, initializedCount: 0)
        remote?.read(into: &span)
        _ = span.finalize(for: buffer)
      }
    }

    func remoteIsWritable() {}

    func remoteEnded(_ end: RemoteEnd) { self.end = end }
  }
}
