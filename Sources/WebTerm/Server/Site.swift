// What every request is answered from: the configuration and everything made from it.

import EventLoop

/// The site as it is now. A reload replaces `configuration`; nothing else moves.
final class Site {
  private(set) var configuration: Configuration
  private(set) var router: Router
  private(set) var pages: Pages
  private(set) var origins: OriginRules
  let authenticator: Authenticator
  let files: StaticFiles
  let registry: TerminalRegistry
  let rights: Rights
  let visitors = VisitorRegistry()
  let census = ConnectionCensus()
  let reactor: Reactor
  let writer: WriterThread
  private(set) var log: Log
  var metrics = Metrics()
  private(set) var audit: AuditLog?
  /// No new terminals; `/healthz` says so.
  var isDraining = false

  /// What a configuration names and a disk holds.
  struct Material: Sendable {
    let configuration: Configuration
    let accounts: AccountFiles
    let audit: AuditLog?

    /// Reads and opens it, which may wait for a disk.
    ///
    /// - Throws: What the system says of a file.
    init(_ configuration: Configuration) throws(SystemError) {
      self.configuration = configuration
      accounts = try AccountFiles(configuration)
      // Opened anew in any case: whoever rotates logs has moved the old file away.
      audit = try configuration.audit.map { path throws(SystemError) in try AuditLog(path) }
    }
  }

  /// - Parameters:
  ///   - material: The configuration and its files.
  ///   - files: The page's.
  ///   - registry: The terminals.
  ///   - rights: Who may do what with them.
  ///   - reactor: The loop.
  ///   - writer: Writes the logs.
  ///   - passwordHelper: Hashes passwords.
  ///   - fileHelper: Reads files.
  /// - Throws: ``Pages/MissingTemplate`` where the page's files are not complete.
  init(
    _ material: Material, files: StaticFiles, registry: TerminalRegistry, rights: Rights,
    reactor: Reactor,
    writer: WriterThread, passwordHelper: HelperThread, fileHelper: HelperThread
  ) throws(Pages.MissingTemplate) {
    let configuration = material.configuration
    self.configuration = configuration
    self.files = files
    self.registry = registry
    self.rights = rights
    self.reactor = reactor
    self.writer = writer
    let log = Log(configuration.log, writer: writer)
    self.log = log
    router = Router(configuration: configuration)
    pages = try Pages(files: files, basePath: configuration.basePath)
    origins = OriginRules(origins: configuration.origins)
    authenticator = Authenticator(
      configuration, files: material.accounts, rights: rights, reactor: reactor,
      passwordHelper: passwordHelper,
      fileHelper: fileHelper
    ) { error in
      log.write(.error, "accounts not read anew; the old ones stay", [("why", "\(error)")])
    }
    audit = material.audit
  }

  /// Takes a new configuration. Live terminals keep what they were opened with.
  ///
  /// - Throws: ``Pages/MissingTemplate``; nothing has changed then.
  func reload(_ material: Material) throws(Pages.MissingTemplate) {
    let configuration = material.configuration
    pages = try Pages(files: files, basePath: configuration.basePath)
    authenticator.reload(configuration, files: material.accounts)
    audit = material.audit
    self.configuration = configuration
    router = Router(configuration: configuration)
    origins = OriginRules(origins: configuration.origins)
    rights.targets = configuration.targets
    registry.limits = configuration.limits
    registry.patience = configuration.timeouts.detached
    registry.idlePatience = configuration.timeouts.idle
    registry.history = configuration.history
    registry.budget.limit = configuration.limits.memory
    log = Log(configuration.log, writer: writer)
  }
}

extension Site {
  /// Counts a connection for the address that it serves; false where that one has too many.
  func admits(_ connection: Connection, _ host: SocketAddress.Host?) -> Bool {
    census.admit(
      ObjectIdentifier(connection), for: AddressKey(host),
      atMost: configuration.limits.perAddress * ConnectionCensus.connectionsPerTerminal)
  }

  /// Writes down what happened to a terminal, in the log and in the audit log.
  func record(_ terminal: Terminal, _ event: TerminalEvent) {
    let destination = terminal.destination
    var fields: [Log.Field] = [
      ("terminal", terminal.id.description), ("visitor", "\(terminal.visitor.number)"),
      ("address", "\(terminal.address)"), ("target", destination.target.name),
      ("method", destination.method.rawValue), ("user", destination.user.text),
      ("port", "\(destination.port)"),
    ]
    if let login = terminal.visitor.login { fields.insert(("login", login.name), at: 2) }
    var numbers: [(String, Int)] = []
    switch event {
    case .opened:
      metrics.terminalsOpened += 1
    case .attached:
      break
    case .detached:
      numbers = figures(of: terminal)
    case .ended(let how):
      fields.append(("how", how))
      numbers = figures(of: terminal)
      metrics.output += terminal.produced
      metrics.input += terminal.received
    }
    let isAlarming = if case .hostKeyChanged = terminal.end { true } else { false }
    log.write(
      isAlarming ? .warning : .info, "terminal \(event.word)",
      fields + numbers.map { ($0.0, "\($0.1)") })
    guard let audit, !audit.write(event.word, fields, numbers, by: writer) else { return }
    log.write(.error, "a line of the audit log is lost", [("event", event.word)])
  }

  private func figures(of terminal: Terminal) -> [(String, Int)] {
    let age = reactor.now - terminal.opened
    return [
      ("seconds", Int(age.components.seconds)), ("output", terminal.produced),
      ("input", terminal.received),
    ]
  }
}

extension TerminalEvent {
  fileprivate var word: String {
    switch self {
    case .opened: "opened"
    case .attached: "attached"
    case .detached: "detached"
    case .ended: "ended"
    }
  }
}
