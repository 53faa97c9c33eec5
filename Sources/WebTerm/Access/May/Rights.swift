// Who may do what with which target and terminal: the one place that decides it.

/// The rules as they are now: the configured targets, and who belongs together.
///
/// A terminal is judged by its own destination, whatever address it is asked for by. Its target
/// counts as it is configured now; where a reload has removed it, as it was when the terminal was
/// opened, since live terminals go on.
final class Rights {
  /// The configured targets.
  var targets: TargetTable
  private let memberships: Memberships

  /// - Parameters:
  ///   - targets: The configured ones.
  ///   - memberships: Say who belongs to which group.
  init(targets: TargetTable, memberships: Memberships = Memberships()) {
    self.targets = targets
    self.memberships = memberships
  }

  /// Whether a login may see a target at all.
  func admits(_ login: Login?, to target: Target) -> Bool {
    guard let visitors = target.visitors else { return true }
    guard let name = login?.name else { return false }
    return visitors.contains { invitation in
      switch invitation {
      case .login(let login): login == name
      case .group(let group): memberships.includes(name, in: group)
      }
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
    guard admits(login, to: target) else { throw Self.closed(name) }
    let destination = Destination(
      target: target, method: destination.method, user: destination.user, port: destination.port)
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
    guard sees(destination, login) else { throw Self.closed(destination.target.name) }
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
