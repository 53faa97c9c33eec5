// What a configuration names, as it was found on the disk.

import EventLoop

/// A configuration and the files that it names. Made away from the loop where that goes on
/// meanwhile.
struct Material: Sendable {
  let configuration: Configuration
  let catalog: Catalog
  let accounts: AccountFiles
  let audit: AuditLog?

  /// Reads and opens them, which may wait for a disk.
  ///
  /// - Parameters:
  ///   - configuration: Checked.
  ///   - former: The files with targets as they were read last.
  /// - Throws: What the system says of a file.
  init(_ configuration: Configuration, former: Inventory = Inventory()) throws(SystemError) {
    self.configuration = configuration
    catalog = Catalog(configuration, former: former)
    // Where it cannot be made, the files say so.
    if let log = configuration.consoleLog { try? makeDirectory(log.directory, mode: 0o750) }
    accounts = try AccountFiles(configuration.login)
    // Opened anew in any case: the old file may have been moved away, to be rotated.
    audit = try configuration.audit.map { path throws(SystemError) in try AuditLog(path) }
  }
}

extension RemoteFactory.Material {
  /// What remotes are made with.
  init(_ configuration: Configuration) {
    self.init(
      clients: configuration.clients, state: configuration.state,
      terminalType: configuration.terminal.type,
      connectTimeout: configuration.timeouts.connect)
  }
}

extension TerminalPolicy {
  /// What terminals are opened with.
  init(_ configuration: Configuration) {
    self.init(
      history: configuration.terminal.history, catchUp: configuration.terminal.catchUp,
      viewers: configuration.limits.viewers, patience: configuration.timeouts.detached,
      idleTimeout: configuration.timeouts.idle,
      session: configuration.limits.session)
  }
}
