// Which remote serves which destination.

import EventLoop

/// Makes remotes: the clients' programs with the arguments that a destination asks for.
final class RemoteFactory: RemoteMaker {
  private let reactor: Reactor
  private var clients: ClientSettings
  private var state: String?
  private var terminalType: String
  /// All client processes.
  let children: ChildTable
  private let fences = FenceCache()
  private let helper: HelperThread
  private let files: ClientFiles

  /// - Parameters:
  ///   - clients: The programs.
  ///   - state: Where pinned host keys are kept.
  ///   - terminalType: What the hosts are told (terminfo(5)).
  ///   - reactor: The loop.
  ///   - helper: Reads files.
  /// - Throws: What signalfd(2) says.
  init(
    _ clients: ClientSettings, state: String?, terminalType: String, reactor: Reactor,
    helper: HelperThread
  ) throws(SystemError) {
    children = try ChildTable(reactor: reactor)
    self.clients = clients
    self.state = state
    self.terminalType = terminalType
    self.reactor = reactor
    self.helper = helper
    files = ClientFiles(helper: helper)
    children.whenEmpty = { [unowned self] in
      fences.forget()
      whenQuiet?()
    }
    files.readNow(
      ClientFiles.Wish(
        programs: (Array(clients.paths.values) + [clients.keyScan]).compactMap(\.self)))
  }

  /// What remotes are made with from now on.
  func reload(_ clients: ClientSettings, state: String?, terminalType: String) {
    self.clients = clients
    self.state = state
    self.terminalType = terminalType
  }

  /// Whether nothing is left of any remote.
  var isQuiet: Bool { children.count == 0 }

  /// Told when nothing is left of any remote any more.
  var whenQuiet: (() -> Void)?

  func makeRemote(for destination: Destination) -> any Remote {
    switch destination.method {
    case .telnet:
      let command = ClientCommand.telnet(
        path: clients.paths[.telnet] ?? "/usr/bin/telnet",
        host: destination.target.host, port: destination.port, user: destination.user,
        terminalType: destination.target.terminalType ?? terminalType)
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
        path: clients.paths[.ssh] ?? "/usr/bin/ssh",
        host: destination.target.host, port: destination.port, user: destination.user,
        check: check, identity: rules?.identity, algorithms: rules?.algorithms,
        terminalType: destination.target.terminalType ?? terminalType)
    }
    switch rules?.hostKeys {
    case .ask:
      let command = ssh(.ask)
      return prepared(ClientFiles.Wish(programs: [command.path])) { [self] in session(command, $0) }
    case .file(let path):
      let command = ssh(.strict(file: path, alias: nil))
      return prepared(ClientFiles.Wish(programs: [command.path])) { [self] in session(command, $0) }
    case .pin, nil:
      let pin = HostKeyPin(
        state: state, target: destination.target.name, port: destination.port,
        isShared: clients.fence.account != nil)
      return makePinned(destination, pin, ssh(.strict(file: pin.file, alias: pin.alias)))
    }
  }

  private func makePinned(
    _ destination: Destination, _ pin: HostKeyPin, _ command: ClientCommand
  ) -> any Remote {
    let scan = keyCommand(destination, pin, command.path)
    let wish = ClientFiles.Wish(programs: [command.path, scan.path], pins: pin.file)
    return prepared(wish) { [self] facts in
      let ssh = session(command, facts)
      guard !facts.isPinned(pin.alias, in: pin.file) else { return ssh }
      // Where no file can be had, the scan prints nothing, and ssh says that the key is not known.
      let file = destination.target.rules[.ssh]?.algorithms == nil ? nil : try? AnonymousFile()
      return PinningRemote(
        scan: client(scan, facts, input: file), file: file, ssh: ssh, pin: pin, reactor: reactor,
        helper: helper)
    }
  }

  /// What fetches a host's keys: the program for it, or ssh itself where that one does not know what the host talks in.
  private func keyCommand(
    _ destination: Destination, _ pin: HostKeyPin, _ ssh: String
  ) -> ClientCommand {
    let (host, port) = (destination.target.host, destination.port)
    guard let algorithms = destination.target.rules[.ssh]?.algorithms else {
      return .keyScan(path: clients.keyScan ?? "/usr/bin/ssh-keyscan", host: host, port: port)
    }
    return .keyFetch(
      path: ssh, host: host, port: port, alias: pin.alias, algorithms: algorithms)
  }

  private func session(_ command: ClientCommand, _ facts: ClientFiles.Facts) -> SSHRemote {
    let words = ClientWords(reactor: reactor)
    return SSHRemote(
      client(command, facts, words), words, hiding: command.files, reactor: reactor)
  }

  private func client(
    _ command: ClientCommand, _ facts: ClientFiles.Facts, _ words: ClientWords? = nil,
    input: AnonymousFile? = nil
  ) -> PtyClient {
    PtyClient(
      command, facts, clients.fence, reactor: reactor, table: children, fences: fences,
      words: words,
      input: input)
  }
}
