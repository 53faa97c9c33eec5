// The wiring: listeners, connections, terminals and their clients, from start to stop.

import EventLoop
import Glibc

/// A running server.
package final class Server: ListenerObserver, ConnectionKeeper, TerminalListener, TimerHandler,
  TurnEndHandler
{
  /// Why a server cannot start.
  package enum StartFailure: Error {
    case listen(SystemError)
    /// A passed socket is open to everybody, and there is no login.
    case exposed(SocketAddress)
    /// The page's files are not there, or not all of them.
    case files(String)
  }

  /// How long connections may take to hear the last words when the server stops.
  private static let farewellPatience: Duration = .seconds(4)
  /// Terminals that are ended in one turn of the loop when the server stops.
  private static let endedPerTurn = 64

  private let reactor: Reactor
  private let site: Site
  private let factory: RemoteFactory
  private let buffer = ReceiveBuffer()
  private let threads: Site.Threads
  private var listeners: [Listener] = []
  private var connections: [ObjectIdentifier: Connection] = [:]
  /// There while the server stops.
  private var stopTimer: Reactor.Timer?
  private var desk: ControlDesk?
  private let review: LoginReview
  private let keeper: CatalogKeeper
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
    // Whoever starts us may ignore its children's ends; ours must stay to be reaped.
    signal(SIGCHLD, SIG_DFL)
    do {
      threads = Site.Threads(
        writer: try WriterThread(), audit: try WriterThread(),
        passwords: try HelperThread(reactor: reactor), files: try HelperThread(reactor: reactor),
        accounts: try HelperThread(reactor: reactor), names: try NameResolver(reactor: reactor),
        births: try HelperThread(reactor: reactor, threads: 4, niceness: 0))
      factory = try RemoteFactory(
        RemoteFactory.Material(configuration), reactor: reactor, resolver: threads.names,
        births: threads.births)
    } catch {
      throw .listen(error)
    }
    do {
      let files = try StaticFiles(folder: staticFolder)
      site = try Site(
        Site.Material(configuration), files: files, maker: factory, threads: threads,
        reactor: reactor)
    } catch {
      throw .files("\(error)")
    }
    review = LoginReview(site)
    keeper = CatalogKeeper(site, helper: threads.files)
    reactor.unaskedObserver = { [unowned site] readiness in
      site.log.write(
        .debug, "an event that nobody asked for",
        [("events", "0x\(readiness.rawValue.hex(digits: 1))")])
    }
    // A peer that is gone shows as EPIPE where we write, not as a signal.
    signal(SIGPIPE, SIG_IGN)
    site.registry.events.add(self)
  }

  func heard(_ event: TerminalEvent, of terminal: Terminal) {
    site.record(terminal, event)
    guard event.isLast else { return }
    site.parallel.forget(terminal)
    site.scrapes.forget(terminal)
    stopIfDrained()
  }

  // MARK: Listening

  /// Listens on every configured address, or on the sockets that a service manager has passed.
  ///
  /// - Parameter inherited: Descriptors of sockets that listen already; none as a rule.
  /// - Returns: Where, with the ports that the system chose.
  /// - Throws: ``StartFailure/listen(_:)``, ``StartFailure/exposed(_:)``.
  package func listen(inherited: [CInt] = []) throws(StartFailure) -> [SocketAddress] {
    log.write(.info, "configuration", [("file", site.configuration.source)])
    tellOfGaps()
    site.tellOfProblems()
    keeper.follow()
    do throws(SystemError) {
      for number in inherited { try start(ListeningSocket(inherited: number)) }
      if inherited.isEmpty {
        for address in site.configuration.listen.compactMap(\.socketAddress) {
          try start(ListeningSocket(address, access: site.configuration.socket.access))
        }
      }
    } catch {
      throw .listen(error)
    }
    if let exposed = listeners.first(where: { !$0.address.isLocal }),
      !site.configuration.mayBeExposed
    {
      throw .exposed(exposed.address)
    }
    openDesk()
    return listeners.map { $0.address }
  }

  /// What of the clients' fence is not as narrow as it could be.
  private func tellOfGaps() {
    for doubt in site.configuration.doubts {
      log.write(.warning, "odd in the configuration", [("why", "\(doubt)")])
    }
    if Sandbox.landlockVersion == 0 {
      log.write(
        .warning, "the kernel has no Landlock: the clients' files and ports are not fenced in")
    }
    if site.configuration.clients.fence.calls == .wide {
      log.write(.warning, "the clients' fence is wide: all but the calls known to be dangerous")
    }
  }

  private func start(_ socket: consuming ListeningSocket) throws(SystemError) {
    let listener = Listener(socket, reactor: reactor, observer: self)
    try listener.start()
    listeners.append(listener)
  }

  private func openDesk() {
    guard let path = site.configuration.control else { return }
    do throws(SystemError) {
      if let slash = path.lastIndex(of: "/") {
        try makeDirectory(String(path[..<slash]), mode: 0o700)
      }
      let administration = Administration(registry: site.registry, reactor: reactor) {
        [unowned self] in drain()
      }
      desk = try ControlDesk(path, administration, reactor: reactor, buffer: buffer, log: log)
    } catch {
      log.write(.warning, "no control socket: webtermd ctl will not work", [("why", "\(error)")])
    }
  }

  func listener(_ listener: Listener, accepted newcomer: consuming Newcomer) {
    site.metrics.connectionsAccepted += 1
    let connection = Connection(newcomer, reactor: reactor, buffer: buffer)
    // Whoever a proxy speaks for is known by its first request; everybody else is known now.
    let (peer, key) = (connection.peer, ObjectIdentifier(connection))
    guard
      site.configuration.proxies.trusts(peer)
        || site.admission.admits(key, for: AddressKey(peer.host))
    else {
      site.metrics.refuse("connections")
      return
    }
    do throws(SystemError) {
      try connection.start(HTTPExchange(connection, site: site), keeper: self)
      connections[key] = connection
    } catch {
      site.admission.connectionClosed(key)
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
    site.admission.connectionClosed(ObjectIdentifier(connection))
    endIfEmpty()
  }

  // MARK: Reload

  /// What came of reading a configuration again.
  private enum Reading: Sendable {
    case material(Site.Material)
    /// And the audit log, opened anew all the same: its file may have been moved away.
    case problems([String], audit: AuditLog?)

    init(
      former: Inventory, audit: String?,
      _ load: () throws(ConfigurationLoader.Failure) -> Configuration
    ) {
      do throws(ConfigurationLoader.Failure) {
        let configuration = try load()
        do throws(SystemError) {
          self = .material(try Site.Material(configuration, former: former))
        } catch {
          self = Self.problems(["\(error)"], reopening: audit)
        }
      } catch {
        self = Self.problems(error.lines, reopening: audit)
      }
    }

    static func problems(_ lines: [String], reopening path: String?) -> Self {
      guard let path else { return .problems(lines, audit: nil) }
      do throws(SystemError) {
        return .problems(lines, audit: try AuditLog(path))
      } catch {
        return .problems(lines + ["the audit log stays where it was: \(error)"], audit: nil)
      }
    }
  }

  /// Takes new targets, limits and time-outs; live terminals go on as they are. Everything that may wait for a disk is
  /// done on the helper's thread, and the loop goes on meanwhile.
  ///
  /// - Parameters:
  ///   - load: Loads the configuration.
  ///   - done: Told whether it was taken.
  package func reload(
    _ load: @escaping @Sendable () throws(ConfigurationLoader.Failure) -> Configuration,
    done: @escaping (Bool) -> Void
  ) {
    do throws(SystemError) {
      let (former, audit) = (site.catalog.inventory, site.configuration.audit)
      try threads.files.run({ Reading(former: former, audit: audit, load) }) { [weak self] in
        done(self?.take($0) ?? false)
      }
    } catch {
      done(take(.problems(["\(error)"], audit: nil)))
    }
  }

  private func take(_ reading: Reading) -> Bool {
    switch reading {
    case .problems(let lines, let audit):
      if let audit { site.chronicle.reopen(audit) }
      for line in lines { log.write(.error, "configuration not reloaded", [("why", line)]) }
      return false
    case .material(let material):
      do throws(Pages.MissingTemplate) {
        try take(material)
        return true
      } catch {
        // What stays is the former configuration, and its audit log.
        let former = site.configuration.audit
        return take(
          former == material.configuration.audit
            ? .problems(["\(error)"], audit: material.audit)
            : .problems(["\(error)"], reopening: former))
      }
    }
  }

  private func take(_ material: Site.Material) throws(Pages.MissingTemplate) {
    let (former, configuration) = (site.configuration, material.configuration)
    try site.reload(material)
    factory.material = RemoteFactory.Material(configuration)
    log.write(.notice, "configuration reloaded")
    keeper.follow()
    tellOfGaps()
    let needsRestart = [
      ("listen", former.listen != configuration.listen),
      ("socket", former.socket != configuration.socket),
      ("instance", former.instance != configuration.instance),
      ("control", former.control != configuration.control),
    ].filter(\.1).map(\.0)
    guard !needsRestart.isEmpty else { return }
    log.write(
      .warning, "a restart is needed for some of it",
      [("keys", needsRestart.joined(separator: " "))])
  }

  // MARK: Drain and stop

  /// Opens nothing more, and stops when the last terminal is over.
  private func drain() {
    guard !site.isDraining else { return }
    log.write(.notice, "draining", [("terminals", "\(site.registry.count)")])
    site.isDraining = true
    stopIfDrained()
  }

  private func stopIfDrained() {
    guard site.isDraining, stopTimer == nil, site.registry.count == 0 else { return }
    reactor.atTurnEnd(self)
  }

  package func turnEnds() {
    if stopTimer == nil { stop() } else { endTerminals() }
  }

  /// Ends everything in good order and then the loop: no new terminals, a farewell on every channel, a
  /// hang-up for every client, and the listeners last.
  package func stop() {
    guard stopTimer == nil else { return }
    log.write(.notice, "stopping", [("terminals", "\(site.registry.count)")])
    site.isDraining = true
    factory.whenQuiet = { [unowned self] in endIfEmpty() }
    let timer = reactor.makeTimer(handler: self)
    reactor.set(timer, to: reactor.now + Self.farewellPatience)
    stopTimer = timer
    for connection in Array(connections.values) { connection.closeIfIdle() }
    endTerminals()
  }

  /// Ends the oldest terminals, the others in the next turns: thousands of farewells take their time.
  private func endTerminals() {
    for terminal in site.registry.opened.page(after: 0, atMost: Self.endedPerTurn) {
      terminal.terminate(.stopping)
    }
    if site.registry.count > 0 { reactor.atTurnEnd(self) } else { endIfEmpty() }
  }

  /// Ends the loop of a server that stops when nobody is there any more: no terminal, no channel, no other connection, and
  /// nothing left of a remote.
  private func endIfEmpty() {
    guard stopTimer != nil, site.registry.count == 0, connections.isEmpty, factory.isQuiet else {
      return
    }
    end()
  }

  package func timerFired(now: MonotonicInstant) {
    log.write(
      .warning, "stopping before everybody is gone",
      [("connections", "\(connections.count)"), ("clients", "\(factory.children.count)")])
    for connection in Array(connections.values) { connection.close() }
    end()
  }

  private func end() {
    if let timer = stopTimer.take() { reactor.remove(timer) }
    review.stop()
    keeper.close()
    threads.passwords.close()
    threads.files.close()
    threads.accounts.close()
    threads.names.close()
    threads.births.close()
    for listener in listeners { listener.stop() }
    listeners = []
    desk?.close()
    desk = nil
    reactor.stop()
  }

  /// Waits for a moment until the last lines of the logs are written.
  package func close() {
    threads.audit.drain(atMost: 1000)
    threads.writer.drain(atMost: 1000)
  }
}

extension RemoteFactory.Material {
  fileprivate init(_ configuration: Configuration) {
    self.init(
      clients: configuration.clients, state: configuration.state,
      terminalType: configuration.terminal.type,
      connectPatience: configuration.timeouts.connect)
  }
}
