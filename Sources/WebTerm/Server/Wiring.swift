// What a server consists of, made once and connected. Nothing is decided here.

import EventLoop

/// The services of a server. What a reload replaces is the ``Site``'s; these live as long as the
/// server.
final class Wiring {
  let site: Site
  let chronicle: Chronicle
  let authenticator: Authenticator
  let rights: Rights
  let admission: Admission
  let registry: TerminalRegistry
  let sharing: SharingPolicy
  let operations: Operations
  let catalogs: CatalogUpdater
  let consoles: Consoles
  let consoleLogs: ConsoleLogs
  let responder: Responder
  let metrics = Metrics()
  /// What follows those who have logged in; nil where there is no folder for it.
  private let preferences: PreferenceStore?
  /// Where all sockets are read into.
  let buffer = ReceiveBuffer()
  private let review: LoginReview
  /// Who hears what happens to terminals, kept here.
  private let listeners: [any TerminalListener]

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
    site = try Site(configuration, material.catalog, files: files)
    let (log, audit) = (
      LogListener(configuration.log, writer: threads.log),
      AuditListener(material.audit, writer: threads.audit)
    )
    chronicle = Chronicle(log, audit, reactor: reactor)

    // Terminals, and who may have them.
    let memberships = Memberships()
    rights = Rights(targets: material.catalog.targets, memberships: memberships)
    rights.operators = configuration.operators
    rights.auditors = configuration.auditors
    admission = Admission(configuration.limits)
    let lines = LineKeeper(maker, reactor: reactor)
    registry = TerminalRegistry(
      lines, instance: configuration.instance, rights: rights, admission: admission,
      terms: TerminalPolicy(configuration), reactor: reactor)
    consoles = Consoles(lines, registry: registry, reactor: reactor) { [unowned chronicle] in
      chronicle.log
    }
    let alarms = Alarms(registry: registry, reactor: reactor)
    consoleLogs = ConsoleLogs(
      threads.consoleLogs, registry: registry, rights: rights, alarms: alarms, reactor: reactor)
    consoleLogs.isUp = { [unowned consoles] in consoles.status(of: $0)?.isUp }
    consoleLogs.take(configuration.consoleLog, configuration.alarms)
    threads.consoleLogNews.told = { [unowned chronicle] in chronicle.tell($0) }
    let news = NewsHub(registry: registry, rights: rights, reactor: reactor)
    news.alarm = { [unowned alarms] in alarms.mark(of: $0) }
    news.status = { [unowned consoles] in consoles.status(of: $0) }
    preferences = configuration.state.map { [chronicle] state in
      PreferenceStore(
        folder: "\(state)/preferences", helper: threads.files, reactor: reactor
      ) { [unowned chronicle] problem in
        chronicle.log.write(
          .warning, "what a login keeps could not be read or written", [("why", "\(problem)")])
      }
    }
    news.preferences = preferences
    let hub = OperateHub(registry: registry, reactor: reactor)
    operations = Operations(registry: registry, reactor: reactor)
    let parallel = ParallelInput(registry: registry, reactor: reactor)
    let visitors = VisitorRegistry()
    sharing = SharingPolicy(configuration.sharing, rights: rights)
    sharing.asksForLogin = configuration.login.mode != .none
    visitors.isInvited = { [unowned sharing] in sharing.isInvited($0) }

    // Logins.
    let accounts = AccountStore(material.accounts, reactor: reactor, helper: threads.accounts)
    authenticator = Authenticator(
      configuration.login.mode, proxies: configuration.proxies, accounts: accounts,
      memberships: memberships, reactor: reactor, helper: threads.passwords)
    authenticator.groupsChanged = { [unowned news] in news.tellOfTargets() }
    review = LoginReview(
      authenticator, registry: registry, news: news, sharing: sharing, operators: hub,
      rights: rights, chronicle: chronicle, reactor: reactor)

    // What is told.
    let scrapes = Scrapes(reactor: reactor) {
      [unowned site, unowned registry, unowned consoles, unowned alarms, metrics] in
      MetricsReport.Sources(
        instance: site.configuration.instance, metrics: metrics, registry: registry,
        lines: consoles.states, alarms: alarms.raised, visitors: visitors.count,
        writers: [log.writer, audit.writer], consoleLogs: threads.consoleLogs, reactor: reactor)
    }
    accounts.report = { [unowned chronicle] in chronicle.tell($0) }
    authenticator.passwords.report = { [unowned chronicle] in chronicle.tell($0, of: $1) }
    sharing.report = { [unowned chronicle] in chronicle.tell($0, $1) }
    operations.report = { [unowned chronicle] in chronicle.tell($0, $1) }
    registry.reportRefusal = { [unowned chronicle] why, destination, asker in
      chronicle.tell(
        why, to: destination, by: asker.visitor, asker.visitor.login, from: asker.address)
    }

    // Requests.
    let lister = DeviceLister(helper: threads.files)
    catalogs = CatalogUpdater(
      site, rights: rights, news: news, lister: lister, chronicle: chronicle,
      helper: threads.files, reactor: reactor)
    let cookies = CookieIssuer(site, visitors, chronicle, reactor: reactor)
    catalogs.linesStand = { [unowned site, unowned consoles, unowned consoleLogs] in
      consoles.take($0)
      consoleLogs.take(site.configuration.consoleLog, site.configuration.alarms)
    }
    let pages = VisitorPages(
      site, registry: registry, rights: rights, cookies: cookies, chronicle: chronicle,
      reactor: reactor)
    let watch = WatchGate(
      site, sharing, registry: registry, cookies: cookies, chronicle, reactor: reactor)
    let origins = OriginGate(site, chronicle, reactor: reactor)
    let logins = LoginGate(site, authenticator, chronicle)
    let gates = Responder.Gates(
      callers: CallerGate(site, visitors, admission, metrics, reactor: reactor),
      origins: origins, logins: logins,
      channels: ChannelGate(
        site, origins, logins, registry: registry, parallel: parallel, news: news, watch: watch,
        operating: ChannelGate.Operating(hub: hub, operations: operations, rights: rights)),
      watch: watch)
    responder = Responder(
      site, gates, Contents(site, pages, lister, scrapes, registry, watch), chronicle)

    // Told in this order.
    listeners = [
      alarms, news, metrics, chronicle, parallel, scrapes, consoles, consoleLogs, hub,
      EndedTerminals { [unowned sharing] in sharing.terminalIsOver($0.id) },
    ]
    for listener in listeners { registry.events.add(listener) }
  }

  /// Watches and looks at nothing any more.
  func close() {
    consoles.close()
    consoleLogs.close()
    review.stop()
    catalogs.close()
    preferences?.close()
  }
}
