// From a file on disk to a configuration that can be run: what the reader cannot see by itself.

import EventLoop
import Glibc

/// Loads configurations.
package struct ConfigurationLoader: Sendable {
  /// Why there is none.
  package enum Failure: Error, Sendable {
    /// The file itself cannot be read.
    case unreadable(SystemError)
    /// Everything that is wrong with what it says.
    case wrong([ConfigurationProblem])

    /// A line for each.
    package var lines: [String] {
      switch self {
      case .unreadable(let error): [ConfigurationProblem.printable("\(error)")]
      case .wrong(let problems): problems.map { "\($0)" }
      }
    }
  }

  /// The file; nil for the built-in defaults.
  private let file: String?
  /// `--listen` options, which take the place of the file's addresses.
  private let listen: [ListenAddress]

  package init(file: String?, listen: [ListenAddress]) {
    self.file = file
    self.listen = listen
  }

  /// Reads and checks.
  ///
  /// - Throws: ``Failure``.
  package func load() throws(Failure) -> Configuration {
    let name = file ?? "built-in configuration"
    var problems: [ConfigurationProblem] = []
    var configuration = try read(name, &problems)
    configuration.source = name
    if !listen.isEmpty { configuration.listen = listen }
    let distrust = distrustOfSSH(configuration)
    configuration.clients.mayBeAsked = distrust == nil
    completeClients(&configuration, name, &problems)
    Self.completeAlgorithms(&configuration, distrust, name, &problems)
    configuration.namedState = configuration.state
    configuration.state = configuration.state ?? Self.standardState
    configuration.control = configuration.control ?? Self.standardControl(configuration.state)
    Self.checkAccounts(configuration, name, &problems)
    Self.checkExposure(configuration, name, &problems)
    Self.checkAudit(configuration, name, &problems)
    problems += ConfigurationCheck(configuration, file: name).problems
    configuration.doubts = problems.filter { $0.weight == .doubt }
    guard configuration.doubts.count == problems.count else { throw .wrong(problems) }
    return configuration
  }

  /// The unix socket of `webtermd ctl`, and nothing else: a mistake elsewhere in the file keeps no
  /// administrator from a server that runs, and no program is started.
  ///
  /// - Returns: Its path; nil where the system has no place for it.
  /// - Throws: ``Failure`` where the file cannot be read at all.
  package func controlSocket() throws(Failure) -> String? {
    var problems: [ConfigurationProblem] = []
    let configuration = try read(file ?? "built-in configuration", &problems)
    return configuration.control
      ?? Self.standardControl(configuration.state ?? Self.standardState)
  }

  /// Why root must not run the ssh that the configuration names; nil where it may, and for
  /// everybody else.
  private func distrustOfSSH(_ configuration: Configuration) -> String? {
    guard geteuid() == 0, let file, let program = configuration.clients.paths[.ssh] else {
      return nil
    }
    return FileTrust.distrust(of: program)
      ?? realpath(file, nil).flatMap { resolved in
        defer { free(resolved) }
        return FileTrust.distrust(of: String(cString: resolved))
      }
  }

  private func read(
    _ name: String, _ problems: inout [ConfigurationProblem]
  ) throws(Failure) -> Configuration {
    let list = ProblemList(file: name)
    guard let file else { return Configuration(.object([:]), list) }
    let content: [UInt8]
    do throws(SystemError) {
      content = try readFile(file)
    } catch {
      throw .unreadable(error)
    }
    do throws(ConfigurationProblem) {
      let configuration = Configuration(try JSONTree.parse(content, file: file), list)
      problems += list.problems
      return configuration
    } catch {
      throw .wrong([error])
    }
  }

  /// Finds the clients that are not named, and checks that those in use can be executed.
  private func completeClients(
    _ configuration: inout Configuration, _ name: String, _ problems: inout [ConfigurationProblem]
  ) {
    for method in Method.allCases {
      let configured = configuration.clients.paths[method]
      let isUsed = configuration.targets.contains { $0.rules[method] != nil }
      // Telnet needs no program.
      if method == .telnet, configured == nil { continue }
      let path = configured ?? Self.find(method.rawValue)
      configuration.clients.paths[method] = path
      guard isUsed || configured != nil else { continue }
      guard let path, isExecutableFile(path) else {
        problems.append(
          ConfigurationProblem(
            file: name, path: "clients.\(method.rawValue)", expected: "an executable file",
            found: path.map { "\"\($0)\"" } ?? "no \(method.rawValue) on PATH"))
        continue
      }
    }
    configuration.clients.keyScan = Self.find("ssh-keyscan")
    findAccount(&configuration, name, &problems)
  }

  /// What targets say of ssh's algorithms must be true of the installed one.
  private static func completeAlgorithms(
    _ configuration: inout Configuration, _ distrust: String?, _ name: String,
    _ problems: inout [ConfigurationProblem]
  ) {
    let rule = configuration.inventory.rule
    let all = configuration.targets.map(\.rules) + (rule.map { [$0.rules] } ?? [])
    guard all.contains(where: { $0[.ssh]?.algorithms != nil }) else { return }
    if let distrust {
      problems.append(
        ConfigurationProblem(
          file: name, path: "clients.ssh",
          expected: "a program and a configuration that only root can change, since root runs it",
          found: distrust))
      return
    }
    guard let program = configuration.clients.paths[.ssh],
      let capabilities = try? SSHCapabilities(of: program)
    else { return }
    let list = ProblemList(file: name)
    for index in configuration.targets.indices {
      capabilities.complete(
        &configuration.targets[index].rules, of: "targets[\(index)].ssh", list)
    }
    if var rule {
      capabilities.complete(&rule.rules, of: "inventory.ssh", list)
      configuration.inventory.rule = rule
    }
    problems += list.problems
  }

  /// Only root can give the clients another account.
  private func findAccount(
    _ configuration: inout Configuration, _ name: String, _ problems: inout [ConfigurationProblem]
  ) {
    guard let user = configuration.clients.user else { return }
    configuration.clients.fence.account = ClientAccount(named: user)
    guard geteuid() != 0 || configuration.clients.fence.account == nil else { return }
    let expected =
      geteuid() == 0 ? "an account's name" : "no other account, since the server is not root"
    problems.append(
      ConfigurationProblem(
        file: name, path: "clients.user", expected: expected, found: "\"\(user)\""))
  }

  /// The files that a login reads must be there and make sense.
  private static func checkAccounts(
    _ configuration: Configuration, _ name: String, _ problems: inout [ConfigurationProblem]
  ) {
    func check(_ path: String, _ file: String, _ read: ([UInt8]) -> [LineProblem]) {
      do throws(SystemError) {
        for problem in read(try readFile(file)) {
          problems.append(
            ConfigurationProblem(
              file: name, path: path, expected: problem.expected,
              found: "something else in line \(problem.line) of \(file)"))
        }
      } catch {
        problems.append(
          ConfigurationProblem(
            file: name, path: path, expected: "a file that can be read", found: "\(error)"))
      }
    }
    if case .htpasswd(let file) = configuration.login.mode, !file.isEmpty {
      check("auth.file", file) { content in
        let file = PasswordFile(content)
        guard file.problems.isEmpty, file.hashes.isEmpty else { return file.problems }
        return [LineProblem(line: 1, expected: "a line name:hash")]
      }
    }
    if let file = configuration.login.groups {
      check("auth.groups", file) { GroupFile($0).problems }
    }
  }

  /// The audit log must be a file that can be appended to. It is not made here: who checks a
  /// configuration is root, and who appends is not.
  private static func checkAudit(
    _ configuration: Configuration, _ name: String, _ problems: inout [ConfigurationProblem]
  ) {
    guard let path = configuration.audit else { return }
    var status = stat()
    let found = stat(path, &status) == 0 ? 0 : errno
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    let checked = found == ENOENT ? (folder.isEmpty ? "/" : folder) : path
    let kind = found == 0 ? status.st_mode & S_IFMT : S_IFREG
    let mayWrite = access(checked, found == ENOENT ? W_OK | X_OK : W_OK) == 0 ? 0 : errno
    let reason = kind == S_IFDIR ? EISDIR : found != 0 && found != ENOENT ? found : mayWrite
    let isPipe = kind == S_IFIFO || kind == S_IFSOCK
    guard reason != 0 || isPipe else { return }
    problems.append(
      ConfigurationProblem(
        file: name, path: "log.audit", expected: "a file that can be appended to, or made",
        // Its reader would decide what is kept.
        found: isPipe
          ? "\(path), which is a \(kind == S_IFIFO ? "FIFO" : "socket")"
          : "\(SystemError("access", checked, code: reason))"))
  }

  /// Without a login, only this machine (or a proxy on it) may reach the server.
  private static func checkExposure(
    _ configuration: Configuration, _ name: String, _ problems: inout [ConfigurationProblem]
  ) {
    guard !configuration.mayBeExposed else { return }
    for address in configuration.listen where address.socketAddress?.isLocal == false {
      problems.append(
        ConfigurationProblem(
          file: name, path: "listen",
          expected: "a loopback address or a unix socket while auth.mode is \"none\" "
            + "(everybody who reaches \(address) could open terminals; set auth, or insecure: true "
            + "if something else keeps strangers away)",
          found: "\"\(address)\""))
    }
  }

  private static func find(_ program: String) -> String? {
    let folders = environment("PATH") ?? "/usr/bin:/bin"
    return folders.split(separator: ":").map { "\($0)/\(program)" }.first {
      // Root takes no program from a folder that is open to others, whatever its PATH says.
      $0.hasPrefix("/") && isExecutableFile($0)
        && (geteuid() != 0 || FileTrust.distrust(of: $0) == nil)
    }
  }

  private static var standardState: String? {
    environment("STATE_DIRECTORY").flatMap { $0.split(separator: ":").first.map(String.init) }
      ?? environment("HOME").map { "\($0)/.local/state/webtermd" }
  }

  private static func standardControl(_ state: String?) -> String? {
    let folder = environment("RUNTIME_DIRECTORY").flatMap {
      $0.split(separator: ":").first.map(String.init)
    }
    return (folder ?? state).map { "\($0)/control.sock" }
  }

  private static func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }
}
