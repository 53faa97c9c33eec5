// The open connections, from their acceptance to their end.

import EventLoop

/// Takes connections in, counts them against the limits, and keeps them as long as they are open.
final class Connections: ListenerObserver, ConnectionOwner {
  private let wiring: Wiring
  private let reactor: Reactor
  private var open: [ObjectIdentifier: Connection] = [:]
  /// Told when one has closed.
  var closed: (() -> Void)?

  /// - Parameters:
  ///   - wiring: What they are served from.
  ///   - reactor: The loop.
  init(_ wiring: Wiring, reactor: Reactor) {
    self.wiring = wiring
    self.reactor = reactor
  }

  /// How many are open.
  var count: Int { open.count }

  func listener(_ listener: Listener, accepted newcomer: consuming Newcomer) {
    wiring.metrics.connectionsAccepted += 1
    let connection = Connection(newcomer, reactor: reactor, buffer: wiring.buffer)
    // Whom a proxy speaks for is known by its first request; of all others it is known now.
    let (peer, key) = (connection.peer, ObjectIdentifier(connection))
    guard
      wiring.site.configuration.proxies.trusts(peer)
        || wiring.admission.admits(key, for: AddressKey(peer.host))
    else {
      wiring.metrics.refuse("connections")
      return
    }
    do throws(SystemError) {
      try connection.start(HTTPExchange(connection, wiring.responder), owner: self)
      open[key] = connection
    } catch {
      wiring.admission.connectionClosed(key)
      wiring.metrics.acceptFailures += 1
      wiring.chronicle.log.write(.error, "connection not served", [("why", "\(error)")])
    }
  }

  func listener(_ listener: Listener, isOutOf resources: SystemError) {
    wiring.metrics.acceptFailures += 1
    wiring.chronicle.log.write(.error, "cannot accept", [("why", "\(resources)")])
  }

  func connectionClosed(_ connection: Connection) {
    open[ObjectIdentifier(connection)] = nil
    wiring.admission.connectionClosed(ObjectIdentifier(connection))
    closed?()
  }

  /// Closes those on which nothing is under way; the others end by themselves.
  func closeIdle() {
    for connection in Array(open.values) { connection.closeIfIdle() }
  }

  /// Closes all.
  func closeAll() {
    for connection in Array(open.values) { connection.close() }
  }
}
