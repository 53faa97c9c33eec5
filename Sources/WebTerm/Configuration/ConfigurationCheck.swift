// What a configuration says that has no effect, or another one than meant: nothing that a part can
// see by itself.

import EventLoop
import Glibc

/// Looks at a configuration as a whole, and at the files that it names.
struct ConfigurationCheck {
  private let configuration: Configuration
  private let file: String
  private(set) var problems: [ConfigurationProblem] = []

  /// - Parameters:
  ///   - configuration: One whose parts are right.
  ///   - file: What messages call it.
  init(_ configuration: Configuration, file: String) {
    self.configuration = configuration
    self.file = file
    checkTargets()
    checkInventory()
    checkFiles()
    checkLayouts()
    checkColors()
    checkRelated()
    checkListening()
    checkLogin()
    checkUnbuilt()
  }

  private mutating func add(
    _ weight: ConfigurationProblem.Weight, _ path: String, _ expected: String, _ found: String
  ) {
    problems.append(
      ConfigurationProblem(
        weight: weight, file: file, path: path, expected: expected, found: found))
  }

  private mutating func checkTargets() {
    for (index, target) in configuration.targets.enumerated() where target.rules.isEmpty {
      add(.error, "targets[\(index)]", "ssh or telnet, or both", "neither")
    }
    let (most, lines) = (TargetTable.mostStanding, configuration.standing)
    if lines > most { add(.error, "targets", "at most \(most) lines that stand", "\(lines)") }
  }

  private mutating func checkInventory() {
    let inventory = configuration.inventory
    if inventory.rule != nil, inventory.patterns.isEmpty {
      add(.doubt, "directory", "files for which inventory counts", "nothing")
    }
    if configuration.targets.isEmpty, inventory.patterns.isEmpty {
      add(.error, "targets", "at least one target, or files in directory", "nothing")
    }
  }

  /// Files that are read only when a visitor comes; they may still be made.
  private mutating func checkFiles() {
    func expectFile(_ path: String, at key: String) {
      var status = stat()
      let code = stat(path, &status) == 0 ? 0 : errno
      let isFile = code == 0 && status.st_mode & S_IFMT == S_IFREG
      guard !isFile else { return }
      let reason = code == 0 ? "something else" : String(cString: strerror(code))
      add(.doubt, key, "a file that is there", "\(path): \(reason)")
    }
    let named = configuration.targets.enumerated().map { ("targets[\($0)]", $1.rules) }
    for (path, rules) in named + [("inventory", configuration.inventory.rule?.rules ?? [:])] {
      guard let ssh = rules[.ssh] else { continue }
      if let identity = ssh.identity { expectFile(identity, at: "\(path).ssh.identity") }
      if case .file(let known) = ssh.hostKeys { expectFile(known, at: "\(path).ssh.hostKeys") }
    }
    guard let state = configuration.namedState else { return }
    // It is made where it is missing, and the folders above it.
    var folder = state
    while access(folder, F_OK) != 0, errno == ENOENT, let slash = folder.lastIndex(of: "/") {
      folder = slash == folder.startIndex ? "/" : String(folder[..<slash])
    }
    // Root may write everywhere, but these take no folders from anybody.
    let isKernels = ["/proc", "/sys"].contains { folder == $0 || folder.hasPrefix("\($0)/") }
    var status = stat()
    let isFolder = stat(folder, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    if isKernels || !isFolder || access(folder, W_OK | X_OK) != 0 {
      add(.doubt, "state", "a folder that is there or can be made, for host keys", state)
    }
  }

  private mutating func checkLayouts() {
    let names = Set(configuration.targets.map(\.name))
    // Else a target may come from a file, now or later.
    guard configuration.inventory.patterns.isEmpty else { return }
    for (index, layout) in configuration.layouts.enumerated() {
      for (number, tab) in layout.tabs.enumerated() {
        for (order, pane) in tab.panes.enumerated() where !names.contains(pane.target) {
          let near = NearestWord.of(pane.target, among: Array(names))
          add(
            .doubt, "layouts[\(index)].tabs[\(number)].panes[\(order)]", "a configured target",
            "\"\(pane.text)\"" + (near.map { " (the nearest one is \"\($0)\")" } ?? ""))
        }
      }
    }
  }

  /// A slip in a rule would leave devices without their colour, and nobody would see it.
  private mutating func checkColors() {
    guard configuration.inventory.patterns.isEmpty else { return }
    for (index, rule) in configuration.colors.enumerated()
    where !configuration.targets.contains(where: rule.matches) {
      add(
        .doubt, "colors[\(index)].match", "what stands at a configured target",
        "\"\(rule.key)=\(rule.pattern.pattern)\"")
    }
  }

  private mutating func checkListening() {
    let addresses = configuration.listen
    for (index, address) in addresses.enumerated() {
      if case .host(_, port: 0) = address { continue }
      if addresses[..<index].contains(address) {
        add(.error, "listen[\(index)]", "each address once", "\"\(address)\" again")
      }
      if case .unix(let path) = address, path.utf8.count > 107 {
        add(.error, "listen[\(index)]", "a path of at most 107 bytes", "\(path.utf8.count) bytes")
      }
    }
  }

  /// Logins that no person can have, or all can.
  private mutating func checkLogin() {
    let proxies = configuration.proxies
    let isFar = configuration.listen.contains { $0.socketAddress?.isLocal == false }
    switch configuration.login.mode {
    case .none: break
    case .header:
      if proxies.networks.isEmpty, !proxies.trustsUnix {
        add(
          .error, "proxies", "at least one, since auth.mode \"header\" believes nobody else",
          "an empty array")
      }
      if isFar, proxies.networks.contains(where: { $0.bits == 0 }) {
        add(
          .doubt, "proxies", "the proxies' own addresses, since these peers say who a visitor is",
          "every address, and one that is not this machine's in listen")
      }
    case .htpasswd(let file):
      if let content = try? readFile(file), PasswordFile(content).hashes.isEmpty {
        add(.doubt, "auth.file", "at least one name:hash, or nobody can log in", "none in \(file)")
      }
      if isFar {
        add(
          .doubt, "listen", "a proxy with TLS in front, since passwords come as they are typed",
          "an address that others reach")
      }
    }
  }

  /// What is read and checked, and on which no part of the server acts yet: silence would promise it.
  private mutating func checkUnbuilt() {
    guard !configuration.auditors.isEmpty else { return }
    add(.doubt, "auditors", "to be left out: it has no effect yet", "it")
  }

  /// A slip in an address would leave out what it names, without a word.
  private mutating func checkRelated() {
    let names = Set(configuration.targets.map(\.name))
    // Else a target may come from a file, now or later.
    guard configuration.inventory.patterns.isEmpty else { return }
    for (index, target) in configuration.targets.enumerated() {
      for (order, place) in target.related.enumerated() where !names.contains(place.address.target)
      {
        let near = NearestWord.of(place.address.target, among: Array(names))
        add(
          .doubt, "targets[\(index)].related[\(order)].address", "a configured target",
          "\"\(place.address.text)\"" + (near.map { " (the nearest one is \"\($0)\")" } ?? ""))
      }
    }
  }
}
