// The hosts that can be reached, and what of them is allowed.

/// The two ways to reach a host.
enum Method: String, CaseIterable, Sendable {
  case ssh
  case telnet
}

/// Who decides whether an ssh host's key is the right one.
enum HostKeys: Equatable, Sendable {
  /// The server: the first key that it sees holds from then on.
  case pin
  /// The visitor, each time.
  case ask
  /// The administrator, by a known_hosts file.
  case file(String)
}

/// A configured host.
struct Target: Equatable, Sendable {
  /// What one method of a target allows.
  struct Rules: Equatable, Sendable {
    var ports: PortSet
    var users: [UserPattern]
    var hostKeys = HostKeys.pin
    /// A private key of the administrator's that logs every visitor in (ssh only).
    var identity: String?

    func allows(user: Username) -> Bool {
      users.contains { $0.matches(user.text) }
    }
  }

  let name: String
  /// A host name or an address; never from a visitor.
  let host: String
  var title: String?
  /// The character set that the page decodes with.
  var charset = "utf-8"
  /// Who may open it when there is a login; nil is everybody.
  var visitors: [String]?
  var rules: [Method: Rules]
}

/// A user name that is safe to stand in an argument list.
struct Username: Equatable, Sendable {
  /// `[A-Za-z0-9_][A-Za-z0-9_.@+-]{0,63}`: no option, no white space, no control character.
  let text: String

  /// Nil where `text` is not of that form.
  init?(_ bytes: [UInt8]) {
    guard (1...64).contains(bytes.count), let first = bytes.first, Self.mayBegin(first),
      bytes.dropFirst().allSatisfy({ Self.mayBegin($0) || ".@+-".utf8.contains($0) })
    else { return nil }
    text = String(decoding: bytes, as: UTF8.self)
  }

  private static func mayBegin(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default:
      false
    }
  }
}

/// What a terminal's URL names, checked: somewhere to go.
struct Destination: Equatable, Sendable {
  let target: Target
  let method: Method
  let user: Username
  let port: UInt16

  /// Whether both lead to the same place, whatever the rules of its target say.
  func isSamePlace(as other: Destination) -> Bool {
    target.name == other.target.name && method == other.method && user == other.user
      && port == other.port
  }

  /// Whether the target's rules let it through.
  var isAllowed: Bool {
    guard let rules = target.rules[method] else { return false }
    return rules.ports.contains(port) && rules.allows(user: user)
  }
}
