// Which remote serves which destination.

import EventLoop

/// Makes remotes: telnet of our own, and the clients' programs with the arguments that a
/// destination asks for.
final class RemoteFactory: RemoteMaker {
  /// What remotes are made with.
  struct Material {
    var clients: ClientSettings
    /// Where pinned host keys are kept.
    var state: String?
    /// What the hosts are told, where a target says nothing else (terminfo(5)).
    var terminalType: String
    /// How long a telnet host may take to answer.
    var connectTimeout: Duration
  }

  /// From now on.
  var material: Material
  private var clients: ClientSettings { material.clients }
  private let reactor: Reactor
  /// All client processes.
  let children: ChildTable
  private let starter: ClientStarter
  private let spawns: HelperThread
  private let resolver: NameResolver
  private let files: ClientFiles

  /// - Parameters:
  ///   - material: What remotes are made with at first.
  ///   - reactor: The loop.
  ///   - resolver: Looks names up.
  ///   - spawns: Starts programs, and reads and writes what they need.
  /// - Throws: What signalfd(2) says.
  init(
    _ material: Material, reactor: Reactor, resolver: NameResolver, spawns: HelperThread
  ) throws(SystemError) {
    children = try ChildTable(reactor: reactor)
    starter = ClientStarter(helper: spawns, table: children, reactor: reactor)
    self.material = material
    self.reactor = reactor
    self.spawns = spawns
    self.resolver = resolver
    files = ClientFiles(helper: spawns)
    children.whenEmpty = { [unowned self] in
      starter.rest()
      whenQuiet?()
    }
    let clients = material.clients
    files.readNow(ClientFiles.Request(programs: Array(clients.paths.values)))
  }

  /// Whether nothing is left of any remote.
  var isQuiet: Bool { children.count == 0 }

  /// Told when nothing is left of any remote any more.
  var whenQuiet: (() -> Void)?

  func makeRemote(for destination: Destination) -> any Remote {
    switch destination.method {
    case .telnet: makeTelnet(destination)
    case .ssh:
      atAddress(of: destination.target, .seconds(ClientCommand.connectTimeout)) { [self] in
        makeSSH(destination, at: $0)
      }
    }
  }

  private func makeTelnet(_ destination: Destination) -> any Remote {
    let target = destination.target
    let type = target.terminalType ?? material.terminalType
    guard let program = clients.paths[.telnet] else {
      let settings = target.rules[.telnet]?.telnet ?? TelnetSettings()
      let facts = TelnetFacts(
        terminalType: type, user: settings.tellsUser ? destination.user.text : nil,
        charset: target.charset, columns: 80, rows: 24)
      return TelnetRemote(
        TelnetHost(
          name: target.host, port: destination.port, settings: settings, facts: facts,
          timeout: material.connectTimeout),
        reactor: reactor, resolver: resolver)
    }
    return named(target.host, material.connectTimeout) { [self] attempt in
      let command = ClientCommand.telnet(
        path: program, host: attempt.address, port: destination.port, user: destination.user,
        terminalType: type)
      return prepared(ClientFiles.Request(programs: [command.path])) { [self] in client(command, $0)
      }
    }
  }

  /// Makes a remote at a host's address, which is looked up where the target names none; it has so
  /// long to answer.
  private func atAddress(
    of target: Target, _ timeout: Duration, _ make: @escaping (NamedRemote.Attempt) -> any Remote
  ) -> any Remote {
    guard SocketAddress(literal: target.host, port: 0) == nil else {
      let seconds = Int(timeout.components.seconds)
      return make(NamedRemote.Attempt(address: target.host, seconds: seconds, isLast: true))
    }
    return named(target.host, timeout, make)
  }

  private func named(
    _ host: String, _ timeout: Duration, _ make: @escaping (NamedRemote.Attempt) -> any Remote
  ) -> any Remote {
    NamedRemote(
      host, lookUpTimeout: material.connectTimeout, connectTimeout: timeout, resolver: resolver,
      reactor: reactor, make: make)
  }

  /// Makes a remote at once where everything is known that it takes, else one that waits for it.
  private func prepared(
    _ request: ClientFiles.Request, _ make: @escaping (ClientFiles.Facts) -> any Remote
  ) -> any Remote {
    if let facts = files.facts(for: request) { return make(facts) }
    return PreparedRemote(reactor: reactor) { [files] done throws(SystemError) in
      try files.read(request) { done(.success(make($0))) }
    }
  }

  private func makeSSH(
    _ destination: Destination, at attempt: NamedRemote.Attempt
  ) -> any Remote {
    let target = destination.target
    let rules = target.rules[.ssh]
    func ssh(_ check: ClientCommand.HostKeyCheck) -> ClientCommand {
      .ssh(
        path: sshPath, host: attempt.address, port: destination.port, user: destination.user,
        check: check,
        identity: rules?.identity, algorithms: rules?.algorithms,
        terminalType: target.terminalType ?? material.terminalType,
        isUTF8: target.charset.asciiLowercased == "utf-8", connectTimeout: attempt.seconds)
    }
    // ssh is given an address, and looks keys up by the name all the same.
    let name = attempt.address == target.host ? nil : target.host
    switch rules?.hostKeys {
    case .ask:
      let command = ssh(.ask(alias: name.map { KnownHosts.alias(of: $0, port: destination.port) }))
      return prepared(ClientFiles.Request(programs: [command.path])) { [self] in
        session(command, $0, attempt)
      }
    case .file(let path):
      return prepared(ClientFiles.Request(programs: [sshPath], pins: path)) { [self] facts in
        // A certificate is made out to a name without a port, and ssh compares it with the alias.
        let hasAuthorities = facts.names(in: path).contains("@cert-authority")
        let alias = name.map {
          KnownHosts.alias(of: $0, port: hasAuthorities ? 22 : destination.port)
        }
        return session(ssh(.strict(file: path, alias: alias)), facts, attempt)
      }
    case .pin, nil:
      let pin = HostKeyPin(
        state: material.state, target: target.name, port: destination.port,
        reader: clients.fence.account)
      return prepared(ClientFiles.Request(programs: [sshPath], pins: pin.file)) { [self] facts in
        guard !pin.isKnown(among: facts.names(in: pin.file)) else {
          return session(ssh(.strict(file: pin.file, alias: pin.alias)), facts, attempt)
        }
        return pinning(pin, facts, attempt) { ssh(.first(file: $0, alias: pin.alias)) }
      }
    }
  }

  private var sshPath: String { clients.paths[.ssh] ?? "/usr/bin/ssh" }

  /// Makes an ssh that pins the key which it is shown, when there is a file for that.
  private func pinning(
    _ pin: HostKeyPin, _ facts: ClientFiles.Facts, _ attempt: NamedRemote.Attempt,
    _ command: @escaping (String) -> ClientCommand
  ) -> any Remote {
    PreparedRemote(reactor: reactor) { [self] done throws(SystemError) in
      try spawns.run({ () -> Result<KeyDraft, SystemError> in
        do throws(SystemError) {
          return .success(try pin.makeDraft())
        } catch {
          return .failure(error)
        }
      }) { [self] made in
        switch made {
        case .success(let draft):
          done(.success(session(command(draft.path), facts, attempt, (pin, draft))))
        case .failure(let problem):
          let message = "The host's key could not be stored: \(problem.reason)."
          done(.failure(RemoteFailure(message: message)))
        }
      }
    }
  }

  private func session(
    _ command: ClientCommand, _ facts: ClientFiles.Facts, _ attempt: NamedRemote.Attempt,
    _ first: (pin: HostKeyPin, draft: KeyDraft)? = nil
  ) -> SSHRemote {
    let pipe = StandardError(reactor: reactor)
    var ssh: any TerminalClient = client(command, facts, pipe)
    if let (pin, draft) = first {
      ssh = PinningClient(ssh, draft, pin, reactor: reactor, helper: spawns)
    }
    let own = SSHMessages(
      hiding: command.files, takesNewKeys: command.takesNewKeys, hidesUnreached: !attempt.isLast)
    return SSHRemote(ssh, pipe, own, reactor: reactor)
  }

  private func client(
    _ command: ClientCommand, _ facts: ClientFiles.Facts, _ standardError: StandardError? = nil
  ) -> PtyClient {
    PtyClient(
      command, facts, clients.fence, reactor: reactor, starter: starter,
      standardError: standardError)
  }
}
