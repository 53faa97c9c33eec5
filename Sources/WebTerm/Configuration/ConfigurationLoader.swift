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
    let found = ProblemList(file: name)
    ClientSearch(file: file, problems: found).complete(&configuration)
    problems += found.problems
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
