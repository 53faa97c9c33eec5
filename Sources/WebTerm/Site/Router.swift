// From a request's path to what it means. Nothing is answered here.

/// What a path stands for.
enum Route: Equatable {
  case directory
  /// What can be reached, as data.
  case devices
  case workspace
  /// All terminals, for operators.
  case operate
  case terminal(Destination)
  /// A terminal by its ID, whatever that is.
  case watch(String)
  /// A file of the page, by its path below `static/`.
  case file(String)
  case health
  case metrics
  /// Nothing that exists, or not well-formed.
  case problem(ResponseHead.Status, String)
  /// The same, where terminals are: what exists there is said only after a login.
  case noTerminal(ResponseHead.Status, String)

  /// Whether the answer depends on who may log in and who belongs together. What does not exist may
  /// be a removed target's, with terminals.
  var needsAccounts: Bool {
    switch self {
    case .directory, .devices, .workspace, .operate, .terminal, .watch, .noTerminal, .problem: true
    case .file, .health, .metrics: false
    }
  }

  /// Whether only those may see it who have logged in, where that is asked for.
  var needsLogin: Bool {
    switch self {
    case .directory, .devices, .workspace, .operate, .terminal, .noTerminal: true
    // Whether guests come to a terminal by its ID is ``WatchGate``'s to say.
    case .file, .health, .metrics, .problem, .watch: false
    }
  }

  /// The subprotocol of the channel at its address; a terminal's where there is none.
  var subprotocol: String {
    switch self {
    case .devices: NewsChannel.subprotocol
    case .operate: OperateChannel.subprotocol
    default: TerminalChannel.subprotocol
    }
  }

  /// Whether it is there for some and not for others.
  var isForSome: Bool { if case .watch = self { true } else { false } }
}

/// Maps paths to routes.
struct Router {
  /// What is said where there is nothing.
  static let nothing = "There is nothing at this address."

  let basePath: String
  let targets: TargetTable
  /// What an address means that names no target: the first one of the configuration itself,
  /// whatever files come and go.
  let standard: Target?
  /// Whether a target that is not there is answered for as one that is closed.
  let hidesTargets: Bool

  /// - Parameters:
  ///   - basePath: Where a proxy mounts the server.
  ///   - targets: All of them.
  ///   - standard: What an address means that names none.
  ///   - hasLogins: Whether visitors are asked who they are.
  init(basePath: String, targets: TargetTable, standard: Target?, hasLogins: Bool = false) {
    self.basePath = basePath
    self.targets = targets
    self.standard = standard
    hidesTargets = hasLogins && targets.all.contains { $0.visitors != nil }
  }

  /// The route of a request's path.
  ///
  /// - Parameters:
  ///   - path: With its percent-encoding intact.
  ///   - former: Looks for a target that is configured no more.
  /// - Returns: What it stands for.
  func route(_ path: Substring, former: (String) -> Target? = { _ in nil }) -> Route {
    guard path.utf8.starts(with: basePath.utf8) else {
      return .problem(.notFound, Self.nothing)
    }
    let parts = path.dropFirst(basePath.count).split(
      separator: "/", omittingEmptySubsequences: false)
    let segments = parts.map { PercentDecoding.decode($0) }
    let texts = segments.map { $0.map { String(decoding: $0, as: UTF8.self) } ?? "" }
    let isBelowRemote = texts.first == "remote"
    if segments.contains(nil) {
      let message = "The address has a percent sign that encodes nothing."
      return isBelowRemote ? .noTerminal(.badRequest, message) : .problem(.badRequest, message)
    }
    switch (texts.first, texts.count) {
    case (nil, _), ("", 1): return .directory
    case ("w", 1): return .workspace
    case ("devices", 1): return .devices
    case ("watch", 2): return .watch(texts[1])
    case ("operate", 1): return .operate
    case ("healthz", 1): return .health
    case ("metrics", 1): return .metrics
    case ("static", 2...): return .file(texts.dropFirst().joined(separator: "/"))
    case ("remote", 4):
      guard let standard else {
        return .noTerminal(.notFound, "An address has to name its target here.")
      }
      return terminal(standard, texts[1], segments[2] ?? [], texts[3])
    case ("remote", 5):
      guard let target = targets[texts[1]] ?? former(texts[1]) ?? closed(texts[1]) else {
        return .noTerminal(.notFound, "There is no target of this name.")
      }
      return terminal(target, texts[2], segments[3] ?? [], texts[4])
    default:
      return isBelowRemote
        ? .noTerminal(.notFound, Self.nothing) : .problem(.notFound, Self.nothing)
    }
  }

  /// What stands for a target that is not there, where that is not to be known.
  private func closed(_ name: String) -> Target? {
    guard hidesTargets, !name.isEmpty, name.utf8.allSatisfy(\.isNameByte) else { return nil }
    return Target(name: name, host: "", visitors: [], rules: [:])
  }

  private func terminal(
    _ target: Target, _ method: String, _ user: [UInt8], _ port: String
  ) -> Route {
    guard let method = Method(rawValue: method) else {
      return .noTerminal(.notFound, "Hosts are reached by ssh or telnet only.")
    }
    guard let user = Username(user) else {
      return .noTerminal(
        .badRequest,
        "A user name has 1 to 64 letters, digits and _ . @ + -, begins with a letter, a digit or _, "
          + "and may have a backslash inside."
      )
    }
    guard let port = UInt16(address: port) else {
      return .noTerminal(.badRequest, "A port is a number from 1 to 65535, without leading zeros.")
    }
    return .terminal(Destination(target: target, method: method, user: user, port: port))
  }
}
