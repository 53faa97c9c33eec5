// Where a terminal leads.

/// What a terminal's URL names, checked: somewhere to go.
struct Destination: Equatable, Sendable {
  let target: Target
  let method: Method
  let user: Username
  let port: UInt16

  /// Whether both have the same address, whatever the rules of its target say.
  func hasSameAddress(as other: Destination) -> Bool {
    target.name == other.target.name && method == other.method && user == other.user
      && port == other.port
  }

  /// What its line is called; nil where it has no name of its own.
  var line: String? { target.rules[method]?.ports.names[port] }

  /// What people call it: the line's name, or the target's with the port.
  var name: String { line ?? "\(target.title ?? target.name):\(port)" }

  /// Whether the way there may use algorithms that are not thought safe any more.
  var isOutdated: Bool { method == .ssh && target.rules[.ssh]?.algorithms?.isAddition == true }

  /// Whether there is one terminal for all who come there.
  var isShared: Bool { target.rules[method]?.isShared == true }

  /// Whether the server opens it by itself and keeps it open.
  var isStanding: Bool { target.rules[method]?.isStanding == true }

  /// Whether the page asks before it sends a break.
  var confirmsBreak: Bool { target.rules[method]?.telnet.confirmsBreak ?? true }

  /// Whether the target's rules let it through.
  var isAllowed: Bool {
    guard let rules = target.rules[method] else { return false }
    return rules.ports.contains(port) && rules.allows(user: user)
  }
}

extension TargetTable {
  /// Where an address leads; nil where there is no target of that name.
  func destination(at address: TerminalAddress) -> Destination? {
    self[address.target].map {
      Destination(target: $0, method: address.method, user: address.user, port: address.port)
    }
  }
}
