// What every request is answered from: the configuration and everything made from it.

import EventLoop

/// The site as it is now. A reload replaces what was made from the configuration; nothing else moves.
final class Site {
  private(set) var configuration: Configuration
  private(set) var catalog: Catalog
  private(set) var router: Router
  private(set) var pages: Pages
  private(set) var origins: OriginRules
  let authenticator: Authenticator
  let files: StaticFiles
  let registry: TerminalRegistry
  let rights: Rights
  let admission: Admission
  let visitors = VisitorRegistry()
  let lister: DeviceLister
  let news: NewsDesk
  let parallel: ParallelInput
  let reactor: Reactor
  let chronicle: Chronicle
  var log: Log { chronicle.log }
  var metrics = Metrics()
  let refusedOrigins = RefusedOrigins()
  /// No new terminals; `/healthz` says so.
  var isDraining = false {
    didSet { registry.isDraining = isDraining }
  }

  /// What a configuration names and a disk holds.
  struct Material: Sendable {
    let configuration: Configuration
    let catalog: Catalog
    let accounts: AccountFiles
    let audit: AuditLog?

    /// Reads and opens it, which may wait for a disk.
    ///
    /// - Parameters:
    ///   - configuration: Checked.
    ///   - former: The files with targets as they were read last.
    /// - Throws: What the system says of a file.
    init(_ configuration: Configuration, former: Inventory = Inventory()) throws(SystemError) {
      self.configuration = configuration
      catalog = Catalog(configuration, former: former)
      accounts = try AccountFiles(configuration.login)
      // Opened anew in any case: whoever rotates logs has moved the old file away.
      audit = try configuration.audit.map { path throws(SystemError) in try AuditLog(path) }
    }
  }

  /// The threads that wait in place of the loop.
  struct Threads {
    /// Writes the log.
    let writer: WriterThread
    /// Writes the audit log: it does not wait for the log's reader.
    let audit: WriterThread
    /// Hashes passwords: that takes its time on purpose, and files do not wait behind it.
    let passwords: HelperThread
    /// Reads the server's own files: configuration, inventories, accounts.
    let files: HelperThread
    /// Reads the files of accounts, which every page waits for.
    let accounts: HelperThread
    /// Looks hosts' names up, several at a time: a name server that is silent holds nobody else up.
    let names: NameResolver
    /// Starts clients and waits until they have begun, and knows the files that they need: several at a time, so that no slow
    /// disk or program stands before everybody's.
    let births: HelperThread
  }

  /// - Parameters:
  ///   - material: The configuration and its files.
  ///   - files: The page's.
  ///   - maker: Makes the remotes.
  ///   - threads: Those that wait in place of the loop.
  ///   - reactor: The loop.
  /// - Throws: ``Pages/MissingTemplate`` where the page's files are not complete.
  init(
    _ material: Material, files: StaticFiles, maker: any RemoteMaker, threads: Threads,
    reactor: Reactor
  ) throws(Pages.MissingTemplate) {
    let configuration = material.configuration
    self.configuration = configuration
    catalog = material.catalog
    self.files = files
    self.reactor = reactor
    chronicle = Chronicle(
      configuration.log, audit: material.audit, logWriter: threads.writer,
      auditWriter: threads.audit, reactor: reactor)
    lister = DeviceLister(helper: threads.files)
    rights = Rights(targets: catalog.targets)
    admission = Admission(configuration.limits)
    registry = TerminalRegistry(
      maker, instance: configuration.instance, rights: rights, admission: admission,
      terms: configuration.terms, reactor: reactor)
    news = NewsDesk(registry: registry, rights: rights, reactor: reactor)
    parallel = ParallelInput(registry: registry, reactor: reactor)
    router = Router(configuration, catalog.targets)
    pages = try Pages(files: files, basePath: configuration.basePath)
    origins = OriginRules(origins: configuration.origins)
    let accounts = AccountKeeper(material.accounts, reactor: reactor, helper: threads.accounts)
    authenticator = Authenticator(
      configuration.login.mode, proxies: configuration.proxies, accounts: accounts, rights: rights,
      reactor: reactor, helper: threads.passwords)
    accounts.report = { [unowned chronicle] in chronicle.tell($0) }
    authenticator.passwords.report = { [unowned chronicle] in chronicle.tell($0, of: $1) }
    registry.reportRefusal = { [unowned chronicle] why, destination, asker in
      chronicle.tell(
        why, to: destination, by: asker.visitor, asker.visitor.login, from: asker.address)
    }
    authenticator.groupsChanged = { [unowned news] in news.tellOfTargets() }
  }

  /// Takes a new configuration. Live terminals keep what they were opened with.
  ///
  /// - Throws: ``Pages/MissingTemplate``; nothing has changed then.
  func reload(_ material: Material) throws(Pages.MissingTemplate) {
    let configuration = material.configuration
    pages = try Pages(files: files, basePath: configuration.basePath)
    chronicle.reload(configuration.log, audit: material.audit)
    authenticator.reload(
      configuration.login.mode, proxies: configuration.proxies, files: material.accounts)
    self.configuration = configuration
    take(material.catalog)
    origins = OriginRules(origins: configuration.origins)
    admission.limits = configuration.limits
    registry.terms = configuration.terms
    registry.budget.limit = configuration.limits.memory
  }

  /// Takes other targets. Live terminals go on.
  func take(_ catalog: Catalog) {
    let former = self.catalog
    let (countBefore, count) = (former.targets.all.count, catalog.targets.all.count)
    self.catalog = catalog
    router = Router(configuration, catalog.targets)
    rights.targets = catalog.targets
    news.tellOfTargets()
    // Nobody here knows the former ones any more.
    lister.forget(consume former)
    if countBefore != count {
      log.write(.notice, "targets", [("former", "\(countBefore)"), ("now", "\(count)")])
    }
    tellOfProblems()
  }

  /// Says what is wrong with files of targets.
  func tellOfProblems() {
    for problem in catalog.inventory.problems {
      switch problem.weight {
      case .error: log.write(.error, "targets not taken", [("why", "\(problem)")])
      case .doubt: log.write(.warning, "odd among the targets", [("why", "\(problem)")])
      }
    }
  }

  var problems: Problems { Problems(pages) }

  /// The server's state, for collectors.
  private(set) lazy var scrapes = Scrapes(reactor: reactor) { [unowned self] in
    MetricsReport.Sources(
      instance: configuration.instance, metrics: metrics, registry: registry,
      visitors: visitors.count, writers: [chronicle.logWriter, chronicle.auditWriter],
      reactor: reactor)
  }

  /// Ends the terminals and the news of those whose right is gone, once the files of accounts are read that are there now.
  func reviewLogins() {
    chronicle.tellCounts()
    authenticator.accounts.settle { [weak self] in
      guard let self else { return }
      let holds = authenticator.holds
      registry.endRevoked(holds) { [weak self] terminals in
        guard let self else { return }
        chronicle.tell(ofEnded: terminals, news: news.endRevoked(holds))
      }
    }
  }

  /// Something has happened to a terminal.
  func record(_ terminal: Terminal, _ event: TerminalEvent) {
    let summary = TerminalSummary(terminal, now: reactor.now)
    news.tell(terminal, isOver: event.isLast)
    switch event {
    case .opened: metrics.terminalsOpened += 1
    case .attached, .detached, .sending: break
    case .over:
      metrics.output += summary.output
      metrics.input += summary.input
    }
    chronicle.tell(summary, event)
  }
}

extension Configuration {
  /// What terminals are opened with.
  fileprivate var terms: TerminalTerms {
    TerminalTerms(
      history: terminal.history, catchUp: terminal.catchUp, patience: timeouts.detached,
      idlePatience: timeouts.idle, session: limits.session)
  }
}

extension Router {
  fileprivate init(_ configuration: Configuration, _ targets: TargetTable) {
    self.init(
      basePath: configuration.basePath, targets: targets, standard: configuration.targets.first,
      hasLogins: configuration.login.mode != .none)
  }
}
