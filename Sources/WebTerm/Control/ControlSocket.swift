// The control socket, and who may use it.

import EventLoop
import Glibc

/// A listener on a unix socket that only this process's own account and root may use.
final class ControlSocket: ListenerObserver, ConnectionOwner {
  private let reactor: Reactor
  private let path: String
  private let log: Log
  private let buffer: ReceiveBuffer
  private let administration: Administration
  private var listener: Listener?
  private var connections: [ObjectIdentifier: Connection] = [:]

  /// - Throws: What bind(2) says.
  init(
    _ path: String, _ administration: Administration, reactor: Reactor, buffer: ReceiveBuffer,
    log: Log
  ) throws(SystemError) {
    self.reactor = reactor
    self.path = path
    self.buffer = buffer
    self.log = log
    self.administration = administration
    // The folder may be open to others; what is in it is for its owner alone from its first moment
    // on.
    let socket = try ListeningSocket(
      SocketAddress(.unix(path: path)), access: SocketAccess(mode: 0o600))
    let listener = Listener(socket, reactor: reactor, observer: self)
    try listener.start()
    self.listener = listener
  }

  func listener(_ listener: Listener, accepted newcomer: consuming Newcomer) {
    let account = newcomer.descriptor.peerAccount()
    guard account == 0 || account == geteuid() else {
      log.write(
        .warning, "a stranger at the control socket", [("uid", account.map { "\($0)" } ?? "?")])
      return
    }
    let connection = Connection(newcomer, reactor: reactor, buffer: buffer)
    let exchange = ControlExchange(connection, administration)
    guard (try? connection.start(exchange, owner: self)) != nil else { return }
    connections[ObjectIdentifier(connection)] = connection
  }

  func listener(_ listener: Listener, isOutOf resources: SystemError) {}

  func connectionClosed(_ connection: Connection) {
    connections[ObjectIdentifier(connection)] = nil
  }

  /// Takes no commands any more, and takes the socket away.
  func close() {
    listener?.stop()
    listener = nil
    for connection in Array(connections.values) { connection.closeIfIdle() }
    unlink(path)
  }
}
