// How another configuration is taken, while terminals go on.

import EventLoop

/// Takes new targets, limits and time-outs; live terminals go on as they are. Everything that may
/// wait for a disk is done on the helper's thread, and the loop goes on meanwhile.
final class Reload {
  typealias Load = @Sendable () throws(ConfigurationLoader.Failure) -> Configuration

  /// What came of reading a configuration again.
  private enum Reading: Sendable {
    case material(Material)
    /// And the audit log, opened anew all the same: its file may have been moved away.
    case problems([String], audit: AuditLog?)

    init(former: Inventory, audit: String?, _ load: Load) {
      do throws(ConfigurationLoader.Failure) {
        let configuration = try load()
        do throws(SystemError) {
          self = .material(try Material(configuration, former: former))
        } catch {
          self = Self.problems(["\(error)"], reopening: audit)
        }
      } catch {
        self = Self.problems(error.lines, reopening: audit)
      }
    }

    static func problems(_ lines: [String], reopening path: String?) -> Self {
      guard let path else { return .problems(lines, audit: nil) }
      do throws(SystemError) {
        return .problems(lines, audit: try AuditLog(path))
      } catch {
        return .problems(lines + ["the audit log stays where it was: \(error)"], audit: nil)
      }
    }
  }

  private let wiring: Wiring
  private let factory: RemoteFactory
  private let helper: HelperThread
  private var site: Site { wiring.site }
  private var log: Log { wiring.chronicle.log }

  /// - Parameters:
  ///   - wiring: The services that are told.
  ///   - factory: Makes the remotes.
  ///   - helper: Reads files.
  init(_ wiring: Wiring, _ factory: RemoteFactory, helper: HelperThread) {
    self.wiring = wiring
    self.factory = factory
    self.helper = helper
  }

  /// Reads the configuration again and takes it, if it is right.
  ///
  /// - Parameters:
  ///   - load: Loads it.
  ///   - done: Told whether it was taken.
  func start(_ load: @escaping Load, done: @escaping (Bool) -> Void) {
    do throws(SystemError) {
      let (former, audit) = (site.catalog.inventory, site.configuration.audit)
      try helper.run({ Reading(former: former, audit: audit, load) }) { [weak self] in
        done(self?.take($0) ?? false)
      }
    } catch {
      done(take(.problems(["\(error)"], audit: nil)))
    }
  }

  private func take(_ reading: Reading) -> Bool {
    switch reading {
    case .problems(let lines, let audit):
      if let audit { wiring.chronicle.reopen(audit) }
      for line in lines { log.write(.error, "configuration not reloaded", [("why", line)]) }
      return false
    case .material(let material):
      do throws(Pages.MissingTemplate) {
        try take(material)
        return true
      } catch {
        // What stays is the former configuration, and its audit log.
        let former = site.configuration.audit
        return take(
          former == material.configuration.audit
            ? .problems(["\(error)"], audit: material.audit)
            : .problems(["\(error)"], reopening: former))
      }
    }
  }

  private func take(_ material: Material) throws(Pages.MissingTemplate) {
    let (former, configuration) = (site.configuration, material.configuration)
    try site.reload(configuration)
    wiring.chronicle.reload(configuration.log, audit: material.audit)
    wiring.authenticator.reload(
      configuration.login.mode, proxies: configuration.proxies, files: material.accounts)
    wiring.rights.operators = configuration.operators
    wiring.rights.auditors = configuration.auditors
    wiring.sharing.settings = configuration.sharing
    wiring.sharing.asksForLogin = configuration.login.mode != .none
    wiring.catalogs.put(material.catalog)
    wiring.admission.limits = configuration.limits
    wiring.registry.terms = TerminalPolicy(configuration)
    wiring.registry.budget.limit = configuration.limits.memory
    factory.material = RemoteFactory.Material(configuration)
    log.write(.notice, "configuration reloaded")
    wiring.catalogs.follow()
    tellOfGaps()
    tellOfRestart(former, configuration)
  }

  private func tellOfRestart(_ former: Configuration, _ configuration: Configuration) {
    let needsRestart = [
      ("listen", former.listen != configuration.listen),
      ("socket", former.socket != configuration.socket),
      ("instance", former.instance != configuration.instance),
      ("control", former.control != configuration.control),
    ].filter(\.1).map(\.0)
    guard !needsRestart.isEmpty else { return }
    log.write(
      .warning, "a restart is needed for some of it",
      [("keys", needsRestart.joined(separator: " "))])
  }

  /// Says what in the configuration is odd, and what of the clients' sandbox is not as narrow as it
  /// could be.
  func tellOfGaps() {
    for doubt in site.configuration.doubts {
      log.write(.warning, "odd in the configuration", [("why", "\(doubt)")])
    }
    if Sandbox.landlockVersion == 0 {
      log.write(
        .warning, "the kernel has no Landlock: the clients' files and ports are not fenced in")
    }
    if site.configuration.clients.fence.calls == .wide {
      log.write(.warning, "the clients' fence is wide: all but the calls known to be dangerous")
    }
  }
}
