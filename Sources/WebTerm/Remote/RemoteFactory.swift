// Which remote serves which destination.

import EventLoop

/// Makes remotes: telnet of our own, and the clients' programs with the arguments that a destination asks for.
final class RemoteFactory: RemoteMaker {
  /// What remotes are made with.
  struct Material {
    var clients: ClientSettings
    /// Where pinned host keys are kept.
    var state: String?
    /// What the hosts are told, where a target says nothing else (terminfo(5)).
    var terminalType: String
    /// How long a telnet host may take to answer.
    var connectPatience: Duration
  }

  /// From now on.
  var material: Material
  private var clients: ClientSettings { material.clients }
  private let reactor: Reactor
  /// All client processes.
  let children: ChildTable
  private let starter: ClientStarter
  private let births: HelperThread
  private let resolver: NameResolver
  private let files: ClientFiles

  /// - Parameters:
  ///   - material: What remotes are made with at first.
  ///   - reactor: The loop.
  ///   - resolver: Looks names up.
  ///   - births: Starts programs, and reads and writes what they need.
  /// - Throws: What signalfd(2) says.
  init(
    _ material: Material, reactor: Reactor, resolver: NameResolver, births: HelperThread
  ) throws(SystemError) {
    children = try ChildTable(reactor: reactor)
    starter = ClientStarter(helper: births, table: children, reactor: reactor)
    self.material = material
    self.reactor = reactor
    self.births = births
    self.resolver = resolver
    files = ClientFiles(helper: births)
    children.whenEmpty = { [unowned self] in
      starter.rest()
      whenQuiet?()
    }
    let clients = material.clients
    files.readNow(
      ClientFiles.Wish(
        programs: (Array(clients.paths.values) + [clients.keyScan]).compactMap(\.self)))
  }

  /// Whether nothing is left of any remote.
  var isQuiet: Bool { children.count == 0 }

  /// Told when nothing is left of any remote any more.
  var whenQuiet: (() -> Void)?

  func makeRemote(for destination: Destination) -> any Remote {
    switch destination.method {
    case .telnet: makeTelnet(destination)
    case .ssh: makeSSH(destination)
    }
  }

  private func makeTelnet(_ destination: Destination) -> any Remote {
    let target = destination.target
    let type = target.terminalType ?? material.terminalType
    guard let program = clients.paths[.telnet] else {
      let settings = target.rules[.telnet]?.telnet ?? TelnetSettings()
      let facts = TelnetSession.Facts(
        terminalType: type, user: settings.tellsUser ? destination.user.text : nil,
        charset: target.charset, columns: 80, rows: 24)
      return TelnetRemote(
        TelnetRemote.Place(
          host: target.host, port: destination.port, settings: settings, facts: facts,
          patience: material.connectPatience),
        reactor: reactor, resolver: resolver)
    }
    let command = ClientCommand.telnet(
      path: program, host: target.host, port: destination.port, user: destination.user,
      terminalType: type)
    return prepared(ClientFiles.Wish(programs: [command.path])) { [self] in client(command, $0) }
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
        terminalType: destination.target.terminalType ?? material.terminalType)
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
        state: material.state, target: destination.target.name, port: destination.port,
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
        helper: births)
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
      client(command, facts, words), words,
      SSHWords(hiding: command.files, takesNewKeys: command.takesNewKeys), reactor: reactor)
  }

  private func client(
    _ command: ClientCommand, _ facts: ClientFiles.Facts, _ words: ClientWords? = nil,
    input: AnonymousFile? = nil
  ) -> PtyClient {
    PtyClient(
      command, facts, clients.fence, reactor: reactor, starter: starter, words: words, input: input)
  }
}
