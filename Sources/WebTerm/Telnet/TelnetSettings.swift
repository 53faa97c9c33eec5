// How a target's telnet hosts want to be talked to, as an administrator sets it.

/// `telnet` of a target, beside its ports and users.
struct TelnetSettings: Equatable, Sendable {
  enum Mode: String, CaseIterable, Sendable {
    /// Telnet where the host speaks it first, else bytes as they are.
    case auto
    case telnet
    /// A serial line behind a TCP port: not one byte more or less than is typed.
    case raw
  }

  /// What the Enter key sends.
  enum Enter: String, CaseIterable, Sendable {
    case cr
    case crlf
    case crnul
  }

  /// Who shows what is typed.
  enum Echo: String, CaseIterable, Sendable {
    /// The host, unless it has said that it does not.
    case auto
    case on
    case off
  }

  var mode = Mode.auto
  /// Nil where the protocol says.
  var enter: Enter?
  var echo = Echo.auto
  /// Whether the screen's size is told, where the host asks for it.
  var tellsSize = true
  /// Whether the user's name is told, where the host asks for it.
  var tellsUser = true
}

extension TelnetSettings {
  /// Takes what is set in a target's `telnet`.
  init(_ section: inout Section) {
    self.init()
    mode = section.choice("mode") ?? mode
    enter = section.choice("enter")
    echo = section.choice("echo") ?? echo
    tellsSize = section.boolean("naws") ?? tellsSize
    tellsUser = section.boolean("user") ?? tellsUser
  }
}
