// The wiring: listeners, connections, terminals and their clients, from start to drain.

import EventLoop
import Glibc

/// A running server.
package final class Server: ListenerObserver, ConnectionKeeper, TimerHandler {
  /// Why a server cannot start.
  package enum StartFailure: Error {
    case listen(SystemError)
    /// The page's files are not there, or not all of them.
    case files(String)
  }

  /// How long connections may take to hear the last words when the server stops.
  private static let drainPatience: Duration = .seconds(4)

  private let reactor: Reactor
  private let site: Site
  private let factory: RemoteFactory
  private let buffer = ReceiveBuffer()
  private var listeners: [Listener] = []
  private var connections: [ObjectIdentifier: Connection] = [:]
  private var drainTimer: Reactor.Timer?
  private var log: Log { site.log }

  /// - Parameters:
  ///   - configuration: Checked.
  ///   - staticFolder: Where the page's files are.
  ///   - reactor: The loop that it lives on.
  /// - Throws: ``StartFailure``.
  package init(
    configuration: Configuration, staticFolder: String, reactor: Reactor
  ) throws(StartFailure) {
    self.reactor = reactor
    factory = RemoteFactory(configuration: configuration, reactor: reactor)
    let registry = TerminalRegistry(reactor: reactor, maker: factory, configuration: configuration)
    do {
      let files = try StaticFiles(folder: staticFolder)
      site = try Site(
        configuration: configuration, files: files, registry: registry, reactor: reactor,
        log: Log(configuration.log))
    } catch {
      throw .files("\(error)")
    }
    registry.report = { [unowned site] terminal, event in site.record(terminal, event) }
    // A peer that is gone shows as EPIPE where we write, not as a signal.
    signal(SIGPIPE, SIG_IGN)
    // Whoever starts us may ignore its children's ends; ours must stay to be reaped.
    signal(SIGCHLD, SIG_DFL)
  }

  // MARK: Listening

  /// Listens on every configured address.
  ///
  /// - Returns: Where, with the ports that the system chose.
  /// - Throws: ``StartFailure/listen(_:)``.
  package func listen() throws(StartFailure) -> [SocketAddress] {
    if Sandbox.landlockVersion == 0 {
      log.write(
        .warning, "the kernel has no Landlock: the clients' files and ports are not fenced in")
    }
    do throws(SystemError) {
      for address in site.configuration.listen.compactMap(\.socketAddress) {
        let listener = Listener(
          try ListeningSocket(address), reactor: reactor, observer: self)
        try listener.start()
        listeners.append(listener)
      }
    } catch {
      throw .listen(error)
    }
    return listeners.map { $0.address }
  }

  func listener(_ listener: Listener, accepted newcomer: consuming Newcomer) {
    site.metrics.connectionsAccepted += 1
    let connection = Connection(newcomer, reactor: reactor, buffer: buffer)
    // Whoever a proxy speaks for is known by its first request; everybody else is known now.
    let peer = connection.peer
    guard site.configuration.proxies.trusts(peer) || site.admits(connection, peer.host) else {
      site.metrics.connectionsRefused += 1
      return
    }
    do throws(SystemError) {
      try connection.start(HTTPExchange(connection, site: site), keeper: self)
      connections[ObjectIdentifier(connection)] = connection
    } catch {
      site.metrics.acceptFailures += 1
      log.write(.error, "connection not served", [("why", "\(error)")])
    }
  }

  func listener(_ listener: Listener, isOutOf resources: SystemError) {
    site.metrics.acceptFailures += 1
    log.write(.error, "cannot accept", [("why", "\(resources)")])
  }

  func connectionClosed(_ connection: Connection) {
    connections[ObjectIdentifier(connection)] = nil
    site.census.forget(ObjectIdentifier(connection))
    if site.isDraining { stopIfDone() }
  }

  // MARK: Reload and drain

  /// Takes new targets, limits and time-outs; live terminals go on as they are.
  package func reload(_ configuration: Configuration) {
    do {
      try site.reload(configuration)
      factory.configuration = configuration
      log.write(.notice, "configuration reloaded")
    } catch {
      log.write(.error, "configuration not reloaded", [("why", "\(error)")])
    }
  }

  /// Ends everything in good order and then the loop: no new terminals, a farewell on every channel, a
  /// hang-up for every client, and the listeners last.
  package func drain() {
    guard !site.isDraining else { return }
    log.write(.notice, "stopping", [("terminals", "\(site.registry.count)")])
    site.isDraining = true
    site.registry.isStopping = true
    factory.children.whenEmpty = { [unowned self] in stopIfDone() }
    site.registry.terminateAll(.stopping)
    for connection in Array(connections.values) { connection.closeIfIdle() }
    let timer = reactor.makeTimer(handler: self)
    reactor.set(timer, to: reactor.now + Self.drainPatience)
    drainTimer = timer
    stopIfDone()
  }

  private func stopIfDone() {
    guard factory.children.count == 0, connections.isEmpty else { return }
    stop()
  }

  package func timerFired(now: ContinuousClock.Instant) {
    log.write(
      .warning, "stopping before everybody is gone",
      [("connections", "\(connections.count)"), ("clients", "\(factory.children.count)")])
    for connection in Array(connections.values) { connection.close() }
    stop()
  }

  private func stop() {
    if let timer = drainTimer.take() { reactor.remove(timer) }
    for listener in listeners { listener.stop() }
    listeners = []
    reactor.stop()
  }
}
