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
  /// Whether the host is not told who is there.
  var isConsole: Bool { mode == .raw || !tellsUser }
  /// The serial line behind the port; nil where it is not set from here.
  var line: SerialLine?
  /// How long a break lasts, in milliseconds, where the line is set from here; else the console
  /// server decides.
  var breakDuration = 250
  /// What is sent in place of telnet's break: some console servers have a command for it.
  var breakString: [UInt8]?
  /// Whether the page asks before it sends one.
  var confirmsBreak = true
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
    section.section("line") { line = SerialLine(&$0) }
    confirmsBreak = section.boolean("confirmBreak") ?? confirmsBreak
    breakDuration = section.integer("breakDuration", in: 1...10_000) ?? breakDuration
    breakString = section.string(
      "break", "characters, control characters as ^A to ^_ (a caret as ^^)", Self.characters)
  }

  /// Reads `^Ecl0`: ASCII, in which a caret and a letter are a control character, and two carets
  /// one.
  private static func characters(_ text: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      guard (0x20..<0x7f).contains(byte) else { return nil }
      guard byte == UInt8(ascii: "^") else {
        bytes.append(byte)
        continue
      }
      guard let letter = rest.popFirst() else { return nil }
      switch letter {
      case UInt8(ascii: "^"): bytes.append(letter)
      case 0x40...0x5f, 0x61...0x7a: bytes.append(letter & 0x1f)
      default: return nil
      }
    }
    return bytes.isEmpty ? nil : bytes
  }
}
