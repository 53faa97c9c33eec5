// What every request is answered from: the configuration and everything made from it.

import EventLoop

/// The site as it is now. A reload replaces `configuration`; nothing else moves.
final class Site {
  private(set) var configuration: Configuration
  private(set) var router: Router
  private(set) var pages: Pages
  private(set) var origins: OriginRules
  private(set) var authenticator: Authenticator
  let files: StaticFiles
  let registry: TerminalRegistry
  let visitors = VisitorRegistry()
  let census = ConnectionCensus()
  let reactor: Reactor
  var log: Log
  var metrics = Metrics()
  private(set) var audit: AuditLog?
  /// No new terminals; `/healthz` says so.
  var isDraining = false

  /// - Throws: ``Pages/MissingTemplate`` where the page's files are not complete; a `SystemError` where a
  ///   file of accounts cannot be read.
  init(
    configuration: Configuration, files: StaticFiles, registry: TerminalRegistry, reactor: Reactor,
    log: Log
  ) throws {
    self.configuration = configuration
    self.files = files
    self.registry = registry
    self.reactor = reactor
    self.log = log
    router = Router(configuration: configuration)
    pages = try Pages(files: files, basePath: configuration.basePath)
    origins = OriginRules(origins: configuration.origins)
    authenticator = try Self.authenticator(configuration, reactor, log)
    audit = try configuration.audit.map { path throws(SystemError) in try AuditLog(path) }
  }

  private static func authenticator(
    _ configuration: Configuration, _ reactor: Reactor, _ log: Log
  ) throws(SystemError) -> Authenticator {
    try Authenticator(configuration, reactor: reactor) { error in
      log.write(.error, "accounts not read anew; the old ones stay", [("why", "\(error)")])
    }
  }

  /// Takes a new configuration. Live terminals keep what they were opened with.
  ///
  /// - Throws: What ``init(configuration:files:registry:reactor:log:)`` throws; nothing has changed then.
  func reload(_ configuration: Configuration) throws {
    let pages = try Pages(files: files, basePath: configuration.basePath)
    // Opened anew in any case: whoever rotates logs has moved the old file away.
    let audit = try configuration.audit.map { path throws(SystemError) in try AuditLog(path) }
    authenticator = try Self.authenticator(configuration, reactor, Log(configuration.log))
    self.pages = pages
    self.audit = audit
    self.configuration = configuration
    router = Router(configuration: configuration)
    origins = OriginRules(origins: configuration.origins)
    registry.limits = configuration.limits
    registry.patience = configuration.timeouts.detached
    registry.idlePatience = configuration.timeouts.idle
    registry.history = configuration.history
    registry.budget.limit = configuration.limits.memory
    log = Log(configuration.log)
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
    guard let audit, !audit.write(event.word, fields, numbers) else { return }
    log.write(.error, "the audit log could not be written", [("event", event.word)])
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
