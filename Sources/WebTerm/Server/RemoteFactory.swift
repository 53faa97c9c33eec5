// Which remote serves which destination.

import EventLoop

/// Makes remotes: the clients' programs with the arguments that a destination asks for.
final class RemoteFactory: RemoteMaker {
  private let reactor: Reactor
  var configuration: Configuration
  /// All client processes.
  let children: ChildTable
  private let fences = FenceCache()
  private let helper: HelperThread
  private let files: ClientFiles

  /// - Throws: What signalfd(2) says.
  init(
    configuration: Configuration, reactor: Reactor, helper: HelperThread
  ) throws(SystemError) {
    children = try ChildTable(reactor: reactor)
    children.whenEmpty = { [fences] in fences.forget() }
    self.configuration = configuration
    self.reactor = reactor
    self.helper = helper
    files = ClientFiles(helper: helper)
    let clients = configuration.clients
    files.readNow(
      ClientFiles.Wish(
        programs: (Array(clients.paths.values) + [clients.keyScan]).compactMap(\.self)))
  }

  func makeRemote(for destination: Destination) -> any Remote {
    switch destination.method {
    case .telnet:
      let command = ClientCommand.telnet(
        path: configuration.clients.paths[.telnet] ?? "/usr/bin/telnet",
        host: destination.target.host, port: destination.port, user: destination.user,
        terminalType: configuration.terminalType)
      return prepared(ClientFiles.Wish(programs: [command.path])) { [self] in client(command, $0) }
    case .ssh:
      return makeSSH(destination)
    }
  }

  /// Makes a remote at once where everything is known that it takes, else one that waits for it.
  private func prepared(
    _ wish: ClientFiles.Wish, _ make: @escaping (ClientFiles.Facts) -> any Remote
  ) -> any Remote {
    if let facts = files.facts(for: wish) { return make(facts) }
    return PreparedRemote(reactor: reactor) { [files] done throws(SystemError) in
      try files.read(wish) { done(make($0)) }
    }
  }

  private func makeSSH(_ destination: Destination) -> any Remote {
    let rules = destination.target.rules[.ssh]
    func ssh(_ check: ClientCommand.HostKeyCheck) -> ClientCommand {
      .ssh(
        path: configuration.clients.paths[.ssh] ?? "/usr/bin/ssh",
        host: destination.target.host, port: destination.port, user: destination.user,
        check: check, identity: rules?.identity, terminalType: configuration.terminalType)
    }
    switch rules?.hostKeys {
    case .ask:
      let command = ssh(.ask)
      return prepared(ClientFiles.Wish(programs: [command.path])) { [self] in client(command, $0) }
    case .file(let path):
      let command = ssh(.strict(file: path, alias: nil))
      return prepared(ClientFiles.Wish(programs: [command.path])) { [self] in watched(command, $0) }
    case .pin, nil:
      let pin = HostKeyPin(
        state: configuration.state, target: destination.target.name, port: destination.port,
        isShared: configuration.clients.fence.account != nil)
      return makePinned(destination, pin, ssh(.strict(file: pin.file, alias: pin.alias)))
    }
  }

  private func makePinned(
    _ destination: Destination, _ pin: HostKeyPin, _ command: ClientCommand
  ) -> any Remote {
    let scan = ClientCommand.keyScan(
      path: configuration.clients.keyScan ?? "/usr/bin/ssh-keyscan",
      host: destination.target.host, port: destination.port)
    let wish = ClientFiles.Wish(programs: [command.path, scan.path], pins: pin.file)
    return prepared(wish) { [self] facts in
      let ssh = watched(command, facts)
      guard !facts.isPinned(pin.alias, in: pin.file) else { return ssh }
      return PinningRemote(
        scan: client(scan, facts), ssh: ssh, pin: pin, reactor: reactor, helper: helper)
    }
  }

  private func watched(_ command: ClientCommand, _ facts: ClientFiles.Facts) -> HostKeyWatch {
    HostKeyWatch(client(command, facts), reactor: reactor)
  }

  private func client(_ command: ClientCommand, _ facts: ClientFiles.Facts) -> PtyClient {
    PtyClient(
      command, facts, configuration.clients.fence, reactor: reactor, table: children,
      fences: fences)
  }
}
