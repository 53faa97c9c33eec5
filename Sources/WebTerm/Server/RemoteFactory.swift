// Which remote serves which destination.

import EventLoop

/// Makes remotes: the clients' programs with the arguments that a destination asks for.
final class RemoteFactory: RemoteMaker {
  private let reactor: Reactor
  var configuration: Configuration
  /// All client processes.
  let children: ChildTable
  private let fences = FenceCache()

  /// - Throws: What signalfd(2) says.
  init(configuration: Configuration, reactor: Reactor) throws(SystemError) {
    children = try ChildTable(reactor: reactor)
    children.whenEmpty = { [fences] in fences.forget() }
    self.configuration = configuration
    self.reactor = reactor
  }

  func makeRemote(for destination: Destination) -> any Remote {
    switch destination.method {
    case .telnet:
      client(
        .telnet(
          path: configuration.clients.paths[.telnet] ?? "/usr/bin/telnet",
          host: destination.target.host, port: destination.port, user: destination.user,
          terminalType: configuration.terminalType))
    case .ssh:
      makeSSH(destination)
    }
  }

  private func makeSSH(_ destination: Destination) -> any Remote {
    let rules = destination.target.rules[.ssh]
    func ssh(_ check: ClientCommand.HostKeyCheck) -> PtyClient {
      client(
        .ssh(
          path: configuration.clients.paths[.ssh] ?? "/usr/bin/ssh",
          host: destination.target.host, port: destination.port, user: destination.user,
          check: check, identity: rules?.identity, terminalType: configuration.terminalType))
    }
    switch rules?.hostKeys {
    case .ask: return ssh(.ask)
    case .file(let path):
      return HostKeyWatch(ssh(.strict(file: path, alias: nil)), reactor: reactor)
    case .pin, nil:
      return makePinned(destination) { check in
        HostKeyWatch(ssh(check), reactor: self.reactor)
      }
    }
  }

  private func makePinned(
    _ destination: Destination, _ makeSSH: (ClientCommand.HostKeyCheck) -> any Remote
  ) -> any Remote {
    let pin = HostKeyPin(
      state: configuration.state, target: destination.target.name, port: destination.port,
      isShared: configuration.clients.account != nil)
    let ssh = makeSSH(.strict(file: pin.file, alias: pin.alias))
    guard !pin.isThere else { return ssh }
    let scan = client(
      .keyScan(
        path: configuration.clients.keyScan ?? "/usr/bin/ssh-keyscan",
        host: destination.target.host, port: destination.port))
    return PinningRemote(scan: scan, ssh: ssh, pin: pin)
  }

  private func client(_ command: ClientCommand) -> PtyClient {
    PtyClient(
      command, account: configuration.clients.account, reactor: reactor, table: children,
      fences: fences)
  }
}
