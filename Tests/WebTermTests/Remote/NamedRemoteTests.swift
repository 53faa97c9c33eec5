// The addresses of a name: which is tried when, for how long, and which message says that none of
// them answers.

import EventLoop
import Testing

@testable import WebTerm

@Suite("a host by its name") struct NamedRemoteTests {
  private final class Bench: RemoteObserver {
    let reactor: Reactor
    private let resolver: NameResolver
    var tried: [(attempt: NamedRemote.Attempt, remote: FakeRemote)] = []
    var words = ""
    var end: RemoteEnd?
    private(set) var remote: NamedRemote?

    init(addresses: Int, connectTimeout: Duration) throws {
      let reactor = try Reactor()
      self.reactor = reactor
      resolver = try NameResolver(reactor: reactor) { _ in
        (0..<addresses).map { SocketAddress(.internet(.ipv4(0xc000_0201 + UInt32($0)), port: 0)) }
      }
      let remote = NamedRemote(
        "host", lookUpTimeout: .seconds(60), connectTimeout: connectTimeout, resolver: resolver,
        reactor: reactor
      ) { [unowned self] attempt in
        let fake = FakeRemote()
        tried.append((attempt, fake))
        return fake
      }
      self.remote = remote
      remote.observer = self
      try remote.start(TerminalSize(columns: 80, rows: 24)!)
      try until { !tried.isEmpty }
    }

    func close() {
      remote?.hangUp()
      remote = nil
      resolver.close()
    }

    func remoteIsReadable() {
      let read = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
        var span = OutputRawSpan(buffer: UnsafeMutableRawBufferPointer(buffer), initializedCount: 0)
        remote?.read(into: &span)
        count = span.finalize(for: UnsafeMutableRawBufferPointer(buffer))
      }
      words += String(decoding: read, as: UTF8.self)
    }

    func remoteIsWritable() {}

    func remoteEnded(_ end: RemoteEnd) { self.end = end }

    func until(_ condition: () -> Bool) throws {
      let deadline = MonotonicInstant.now + .seconds(60)
      while !condition() {
        try #require(MonotonicInstant.now < deadline, "nothing happens")
        try reactor.turn(until: .now + .milliseconds(5))
      }
    }

    /// Lets the client at the present address say something.
    func say(_ text: String) {
      tried.last?.remote.pending += Array(text.utf8)
      tried.last?.remote.observer?.remoteIsReadable()
    }

    func end(_ end: RemoteEnd, isUnreached: Bool = false) {
      tried.last?.remote.isUnreached = isUnreached
      tried.last?.remote.observer?.remoteEnded(end)
    }
  }

  private static let trying = "Trying 192.0.2.1...\r\n"
  private static let refused = "telnet: Unable to connect to remote host: Connection refused\r\n"

  @Test("all addresses share one time")
  func shares() throws {
    let bench = try Bench(addresses: 3, connectTimeout: .seconds(31))
    defer { bench.close() }
    for _ in 0..<3 { bench.end(.exited(code: 255, reason: "no"), isUnreached: true) }
    #expect(bench.tried.map(\.attempt.seconds) == [10, 15, 30])
    #expect(bench.tried.map(\.attempt.isLast) == [false, false, true])
    #expect(bench.tried.map(\.attempt.address) == ["192.0.2.1", "192.0.2.2", "192.0.2.3"])
    #expect(bench.end == .exited(code: 255, reason: "no"))
  }

  @Test("a telnet(1) that only tries is given up for the next address, and at the end of the time")
  func silent() throws {
    let bench = try Bench(addresses: 2, connectTimeout: .seconds(1))
    defer { bench.close() }
    for number in 1...2 {
      try bench.until { bench.tried.count == number }
      bench.say(Self.trying)
    }
    #expect(bench.tried[0].remote.isHungUp)
    try bench.until { bench.end != nil }
    #expect(bench.end == .closed(reason: "The host did not answer within 1 seconds."))
    #expect(bench.tried.count == 2 && bench.tried[1].remote.isHungUp)
    #expect(bench.words == Self.trying + Self.trying)
  }

  @Test("one that is refused goes on at the next address")
  func refusal() throws {
    let bench = try Bench(addresses: 2, connectTimeout: .seconds(60))
    defer { bench.close() }
    for byte in Self.trying + Self.refused { bench.say(String(byte)) }
    bench.end(.exited(code: 1))
    #expect(bench.tried.count == 2 && bench.end == nil)
  }

  @Test(
    "a host that says what telnet(1) says is a host",
    arguments: [
      "Trying 192.0.2.1...\r\nConnected to 192.0.2.1.\r\n\(refused)",
      "Trying 192.0.2.1...\r\n\(refused)$ ", "\(refused)", " Trying 192.0.2.1...\r\n\(refused)",
      "Trying 192.0.2.1...\r\nTrying 192.0.2.2...\r\n\(refused)",
    ])
  func feigned(_ said: String) throws {
    let bench = try Bench(addresses: 2, connectTimeout: .seconds(60))
    defer { bench.close() }
    for byte in said.utf8 { bench.say(String(UnicodeScalar(byte))) }
    bench.end(.exited(code: 1))
    #expect(bench.tried.count == 1 && bench.end == .exited(code: 1))
    #expect(bench.words == said)
  }
}
