// Where a server can be reached: the listeners of the configuration, and the control socket.

import EventLoop

/// The listeners, and the control socket.
final class Doors {
  private let reactor: Reactor
  private var listeners: [Listener] = []
  private var control: ControlSocket?

  init(reactor: Reactor) {
    self.reactor = reactor
  }

  /// Listens on every configured address, or on the sockets that a service manager has passed.
  ///
  /// - Parameters:
  ///   - configuration: Names the addresses.
  ///   - inherited: Descriptors of sockets that listen already; none as a rule.
  ///   - observer: Takes connections in.
  /// - Returns: Where, with the ports that the system chose.
  /// - Throws: ``StartFailure/listen(_:)``, ``StartFailure/exposed(_:)``.
  func open(
    _ configuration: Configuration, inherited: [CInt], observer: any ListenerObserver
  ) throws(StartFailure) -> [SocketAddress] {
    do throws(SystemError) {
      for number in inherited { try start(ListeningSocket(inherited: number), observer) }
      if inherited.isEmpty {
        for address in configuration.listen.compactMap(\.socketAddress) {
          try start(ListeningSocket(address, access: configuration.socket.access), observer)
        }
      }
    } catch {
      throw .listen(error)
    }
    if let exposed = listeners.first(where: { !$0.address.isLocal }),
      !configuration.mayBeExposed
    {
      throw .exposed(exposed.address)
    }
    return listeners.map { $0.address }
  }

  private func start(
    _ socket: consuming ListeningSocket, _ observer: any ListenerObserver
  ) throws(SystemError) {
    let listener = Listener(socket, reactor: reactor, observer: observer)
    try listener.start()
    listeners.append(listener)
  }

  /// Opens the control socket.
  ///
  /// - Parameters:
  ///   - path: The socket's; nil where the system has no place for one.
  ///   - wiring: The terminals that are listed and ended.
  ///   - shutdown: Is asked to drain.
  func openControl(_ path: String?, _ wiring: Wiring, _ shutdown: Shutdown) {
    guard let path else { return }
    let administration = Administration(
      registry: wiring.registry, operations: wiring.operations, reactor: reactor
    ) { [unowned shutdown] in shutdown.drain() }
    let log = wiring.chronicle.log
    do throws(SystemError) {
      if let slash = path.lastIndex(of: "/") {
        try makeDirectory(String(path[..<slash]), mode: 0o700)
      }
      control = try ControlSocket(
        path, administration, reactor: reactor, buffer: wiring.buffer, log: log)
    } catch {
      log.write(.warning, "no control socket: webtermd ctl will not work", [("why", "\(error)")])
    }
  }

  /// Takes no connections and no commands any more.
  func close() {
    for listener in listeners { listener.stop() }
    listeners = []
    control?.close()
    control = nil
  }
}
