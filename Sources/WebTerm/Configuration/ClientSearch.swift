// The client programs that a configuration needs: which they are on this machine, and whether they
// may be run.

import EventLoop
import Glibc

/// Looks for the clients that a configuration does not name, and checks those that it does.
struct ClientSearch {
  /// The configuration's file; nil for the built-in defaults.
  let file: String?
  /// Where mistakes go.
  let problems: ProblemList

  /// Completes what a configuration says of clients, and of algorithms that are the clients'.
  func complete(_ configuration: inout Configuration) {
    let distrust = distrustOfSSH(configuration)
    configuration.clients.mayBeAsked = distrust == nil
    completeClients(&configuration)
    completeAlgorithms(&configuration, distrust)
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

  /// Finds the clients that are not named, and checks that those in use can be executed.
  private func completeClients(_ configuration: inout Configuration) {
    for method in Method.allCases {
      let configured = configuration.clients.paths[method]
      let isUsed = configuration.targets.contains { $0.rules[method] != nil }
      // Telnet needs no program.
      if method == .telnet, configured == nil { continue }
      let path = configured ?? Self.find(method.rawValue)
      configuration.clients.paths[method] = path
      guard isUsed || configured != nil else { continue }
      guard let path, isExecutableFile(path) else {
        problems.add(
          .error, "clients.\(method.rawValue)", "an executable file",
          found: path.map { "\"\($0)\"" } ?? "no \(method.rawValue) on PATH")
        continue
      }
    }
    configuration.clients.keyScan = Self.find("ssh-keyscan")
    findAccount(&configuration)
  }

  /// What targets say of ssh's algorithms must be true of the installed one.
  private func completeAlgorithms(_ configuration: inout Configuration, _ distrust: String?) {
    let rule = configuration.inventory.rule
    let all = configuration.targets.map(\.rules) + (rule.map { [$0.rules] } ?? [])
    guard all.contains(where: { $0[.ssh]?.algorithms != nil }) else { return }
    if let distrust {
      return problems.add(
        .error, "clients.ssh",
        "a program and a configuration that only root can change, since root runs it",
        found: distrust)
    }
    guard let program = configuration.clients.paths[.ssh],
      let capabilities = try? SSHCapabilities(of: program)
    else { return }
    for index in configuration.targets.indices {
      capabilities.complete(
        &configuration.targets[index].rules, of: "targets[\(index)].ssh", problems)
    }
    if var rule {
      capabilities.complete(&rule.rules, of: "inventory.ssh", problems)
      configuration.inventory.rule = rule
    }
  }

  /// Only root can give the clients another account.
  private func findAccount(_ configuration: inout Configuration) {
    guard let user = configuration.clients.user else { return }
    configuration.clients.fence.account = ClientAccount(named: user)
    guard geteuid() != 0 || configuration.clients.fence.account == nil else { return }
    let expected =
      geteuid() == 0 ? "an account's name" : "no other account, since the server is not root"
    problems.add(.error, "clients.user", expected, found: "\"\(user)\"")
  }

  /// A program by its name; nil where PATH has none that may be run.
  private static func find(_ program: String) -> String? {
    let folders = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
    return folders.split(separator: ":").map { "\($0)/\(program)" }.first {
      // Root takes no program from a folder that is open to others, whatever its PATH says.
      $0.hasPrefix("/") && isExecutableFile($0)
        && (geteuid() != 0 || FileTrust.distrust(of: $0) == nil)
    }
  }
}
