// Who may do what with which target and terminal: the one place that decides it.

/// The rules as they are now: the configured targets, and who belongs together.
///
/// A terminal is judged by its own destination, whatever address it is asked for by. Its target
/// counts as it is configured now; where a reload has removed it, as it was when the terminal was
/// opened, since live terminals go on.
final class Rights {
  /// The configured targets.
  var targets: TargetTable
  /// Who may see, watch, take over and end every terminal.
  var operators: [Invitation] = []
  /// Who may read recordings and logs of consoles.
  var auditors: [Invitation] = []
  private let memberships: Memberships

  /// - Parameters:
  ///   - targets: The configured ones.
  ///   - memberships: Say who belongs to which group.
  init(targets: TargetTable, memberships: Memberships = Memberships()) {
    self.targets = targets
    self.memberships = memberships
  }

  /// Whether a login may see a target at all.
  func admits(_ login: Login?, to target: Target) -> Bool { role(of: login, at: target) != nil }

  /// What a login may do at a target: the best that applies; nil where it is not open to it.
  func role(of login: Login?, at target: Target) -> Role? {
    guard let visitors = target.visitors else { return .type }
    guard let name = login?.name else { return nil }
    var best: Role?
    for entry in visitors where best != .type && includes(name, entry.who) {
      best = max(best ?? .watch, entry.may)
    }
    return best
  }

  /// What a login may do where a terminal leads, as its target is configured now.
  func role(of login: Login?, at destination: Destination) -> Role? {
    role(of: login, at: targets[destination.target.name] ?? destination.target)
  }

  /// Whether a login may see, watch, take over and end every terminal.
  func isOperator(_ login: Login?) -> Bool { belongs(login, to: operators) }

  /// Whether a login may read recordings and logs of consoles.
  func isAuditor(_ login: Login?) -> Bool { belongs(login, to: auditors) }

  /// Whether a login is one of them.
  func belongs(_ login: Login?, to people: [Invitation]) -> Bool {
    guard let name = login?.name else { return false }
    return people.contains { includes(name, $0) }
  }

  private func includes(_ name: AccountName, _ invitation: Invitation) -> Bool {
    switch invitation {
    case .login(let login): login == name
    case .group(let group): memberships.includes(name, in: group)
    }
  }

  /// The entries of `visitors` that let a login in.
  func invitations(of login: Login?) -> [Invitation] {
    guard let name = login?.name else { return [] }
    return [.login(name)] + memberships.groups(of: name).map { .group($0) }
  }

  /// The same sentence for a target that is closed and for one that was never there.
  private static func closed(_ name: String) -> Refusal {
    .forbidden("\(name) is not open to you.")
  }

  private static func watchedOnly(_ name: String) -> Refusal {
    .forbidden("You may watch at \(name), and open no terminal of your own there.")
  }

  /// Judges the opening of a terminal.
  ///
  /// - Parameters:
  ///   - destination: Where to.
  ///   - login: Who asks.
  /// - Returns: The destination as it is configured now.
  /// - Throws: ``Refusal/forbidden(_:)``.
  func opening(_ destination: Destination, by login: Login?) throws(Refusal) -> Destination {
    let name = destination.target.name
    guard let target = targets[name] else {
      // One that was never there is no other than one that is closed.
      guard admits(login, to: destination.target) else { throw Self.closed(name) }
      throw .forbidden("\(name) is not among the targets any more.")
    }
    guard let role = role(of: login, at: target) else { throw Self.closed(name) }
    let destination = Destination(
      target: target, method: destination.method, user: destination.user, port: destination.port)
    guard role == .type || destination.isShared else { throw Self.watchedOnly(name) }
    guard destination.isAllowed else {
      throw .forbidden(
        "\(destination.method.rawValue) to port \(destination.port) as \(destination.user.text) "
          + "is not allowed here.")
    }
    return destination
  }

  /// Whether a login may see where a terminal leads.
  func sees(_ destination: Destination, _ login: Login?) -> Bool {
    admits(login, to: targets[destination.target.name] ?? destination.target)
  }

  /// Judges the return to a terminal that is the login's own.
  ///
  /// - Parameters:
  ///   - destination: The terminal's.
  ///   - login: Who asks.
  /// - Throws: ``Refusal/forbidden(_:)``.
  func returning(to destination: Destination, by login: Login?) throws(Refusal) {
    guard let role = role(of: login, at: destination) else {
      throw Self.closed(destination.target.name)
    }
    guard role == .type || destination.isShared else {
      throw Self.watchedOnly(destination.target.name)
    }
  }

  /// Judges the use of a terminal of one's own, at a line of which there may be shared ones, too.
  ///
  /// - Parameters:
  ///   - destination: The terminal's.
  ///   - login: Whose it is.
  /// - Throws: ``Refusal/forbidden(_:)``: who may only watch has none.
  func owning(_ destination: Destination, by login: Login?) throws(Refusal) {
    guard role(of: login, at: destination) == .type else {
      throw Self.watchedOnly(destination.target.name)
    }
  }
}

/// Why a channel does not get what it asked for.
enum Refusal: Error, Equatable {
  case forbidden(String)
  case unknownTerminal
  case limit(String)
  case spawn(String)
  case stopping

  /// For a counter.
  var word: String {
    switch self {
    case .forbidden: "forbidden"
    case .unknownTerminal: "unknown-terminal"
    case .limit: "limit"
    case .spawn: "spawn"
    case .stopping: "stopping"
    }
  }
}
