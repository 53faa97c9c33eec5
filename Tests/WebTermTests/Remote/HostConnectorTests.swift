// Connecting to hosts by name, with a resolver of the test's own.

import EventLoop
import Glibc
import Synchronization
import Testing

@testable import WebTerm

@Suite("Connections to hosts by name") struct HostConnectorTests {
  private func turn(_ reactor: Reactor, until isDone: () -> Bool) throws {
    let limit = MonotonicInstant.now + .seconds(300)
    while !isDone(), MonotonicInstant.now < limit {
      try reactor.turn(until: .now + .milliseconds(20))
    }
    #expect(isDone())
  }

  private func connector(
    to host: String, port: UInt16 = 1, within timeout: Duration = .seconds(60),
    _ resolver: NameResolver, _ reactor: Reactor, told: @escaping (String?) -> Void
  ) -> HostConnector {
    HostConnector(
      host, port: port, timeout: timeout, resolver: resolver, reactor: reactor
    ) { outcome in
      switch consume outcome {
      case .connected: told(nil)
      case .failed(let words): told(words)
      case .lacking(let words): told(words)
      }
    }
  }

  @Test("the time counts from the start, with the look-up in it; an address waits for no name")
  func deadline() throws {
    let reactor = try Reactor()
    let mayGoOn = Mutex(false)
    let resolver = try NameResolver(reactor: reactor) { _ in
      while !mayGoOn.withLock({ $0 }) { usleep(1000) }
      return []
    }
    defer { resolver.close() }
    defer { mayGoOn.withLock { $0 = true } }
    let socket = try ListeningSocket(SocketAddress(.internet(.ipv4(0x7f00_0001), port: 0)))
    guard case .internet(_, let port) = socket.address.family else { return }
    var ends: [String] = []
    var isConnected = false
    let slow = (0..<20).map { number in
      connector(to: "slow\(number)", within: .seconds(1), resolver, reactor) {
        ends.append($0 ?? "connected")
      }
    }
    slow.forEach { $0.start() }
    let quick = connector(to: "127.0.0.1", port: port, resolver, reactor) {
      isConnected = $0 == nil
    }
    quick.start()
    try turn(reactor) { isConnected }
    try turn(reactor) { ends.count == 20 }
    #expect(Set(ends) == ["No name server answered within 1 seconds."])
    // Only what was begun is left.
    #expect(resolver.pending <= NameResolver.threads)
  }

  @Test("one that is closed while it looks up leaves the queue and tells nothing")
  func closed() throws {
    let reactor = try Reactor()
    let mayGoOn = Mutex(false)
    let resolver = try NameResolver(reactor: reactor) { _ in
      while !mayGoOn.withLock({ $0 }) { usleep(1000) }
      return []
    }
    defer { resolver.close() }
    let slow = (0..<50).map { number in
      connector(to: "slow\(number)", resolver, reactor) { _ in Issue.record("told") }
    }
    slow.forEach { $0.start() }
    slow.forEach { $0.close() }
    #expect(resolver.pending <= NameResolver.threads)
    mayGoOn.withLock { $0 = true }
    try turn(reactor) { resolver.pending == 0 }
  }

  @Test("of a name's addresses the one that answers is taken, and an unknown name is said so")
  func addresses() throws {
    let reactor = try Reactor()
    let socket = try ListeningSocket(SocketAddress(.internet(.ipv4(0x7f00_0001), port: 0)))
    guard case .internet(_, let port) = socket.address.family else { return }
    let resolver = try NameResolver(reactor: reactor) { name in
      name == "unknown"
        ? []
        : [0x7f00_0002, 0x7f00_0001].map { SocketAddress(.internet(.ipv4($0), port: 0)) }
    }
    defer { resolver.close() }
    var ends: [String] = []
    let known = connector(to: "known", port: port, resolver, reactor) {
      ends.append($0 ?? "connected")
    }
    known.start()
    try turn(reactor) { ends.count == 1 }
    let unknown = connector(to: "unknown", resolver, reactor) { ends.append($0 ?? "connected") }
    unknown.start()
    try turn(reactor) { ends.count == 2 }
    #expect(ends == ["connected", "The host's name is not known."])
  }
}
