// The hosts that can be reached, and what of them is allowed.

/// Who decides whether an ssh host's key is the right one.
enum HostKeys: Equatable, Sendable {
  /// The server: the first key that it sees holds from then on.
  case pin
  /// The visitor, each time.
  case ask
  /// The administrator, by a known_hosts file.
  case file(String)
}

/// What a host takes for the key that erases a character.
enum Backspace: String, CaseIterable, Sendable {
  /// 0x7f.
  case del
  /// 0x08.
  case bs
}

/// A configured host.
struct Target: Equatable, Sendable {
  /// What one method of a target allows.
  struct Rules: Equatable, Sendable {
    var ports: PortSet
    var users: [UserPattern]
    var hostKeys = HostKeys.pin
    /// Algorithms beside or in place of ssh's own choice (ssh only).
    var algorithms: SSHAlgorithms?
    /// How its hosts talk (telnet only).
    var telnet = TelnetSettings()
    /// A private key of the administrator's that logs every visitor in (ssh only).
    var identity: String?
    /// Whether there is one terminal for each port, for all who come to it.
    var isShared = false
    /// Whether the server opens each port by itself and keeps it open, too.
    var isStanding = false

    func allows(user: Username) -> Bool {
      users.contains { $0.matches(user.text) }
    }
  }

  private(set) var name: String
  /// A host name or an address; never from a visitor.
  let host: String
  var title: String?
  /// Where it belongs, as a path: "Hall 2/Rack 7".
  var group: String?
  /// What else it can be found by.
  var labels: [String: String] = [:]
  /// The character set that the page decodes with.
  var charset = "utf-8"
  /// What its hosts take for a terminal, where that is another than everybody else's (terminfo(5)).
  var terminalType: String?
  /// What Backspace sends to its hosts.
  var backspace = Backspace.del
  /// How fast its hosts take what is pasted.
  var paste = PastePace()
  /// Who may come to it when there is a login, and as what; nil is everybody, to type.
  var visitors: [Admittance]?
  /// Of whom another one must be looking on while the typist types; nil where none need.
  var requires: Invitation?
  /// What must be accepted before a terminal opens.
  var notice: String?
  /// What belongs beside it.
  var related: [RelatedTerminal] = []
  /// Whether its consoles have a log, where that is said here.
  var log: Bool?
  var rules: [Method: Rules]

  /// Whether any way to it leads to a terminal that all visitors share.
  var isShared: Bool { rules.values.contains { $0.isShared } }

  /// The same under another name.
  func renamed(_ name: String) -> Target {
    var target = self
    target.name = name
    return target
  }
}

/// The targets as they are now, in order: the first one is what an address without a target's name
/// means.
struct TargetTable: Sendable {
  let all: [Target]
  private let indices: [String: Int]

  init(_ targets: [Target]) {
    all = targets
    indices = Dictionary(
      targets.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  subscript(name: String) -> Target? { indices[name].map { all[$0] } }
}
