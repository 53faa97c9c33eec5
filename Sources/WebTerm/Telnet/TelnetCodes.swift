// The numbers that telnet is made of (RFC 854, 855 and the registry of options).

/// What follows IAC.
enum TelnetCommand {
  static let endOfSubnegotiation: UInt8 = 240
  static let dataMark: UInt8 = 242
  static let breakSignal: UInt8 = 243
  static let subnegotiation: UInt8 = 250
  /// Interpret as command; doubled, it is a byte of data.
  static let escape: UInt8 = 255
}

/// The four verbs about an option.
enum TelnetVerb: UInt8 {
  case will = 251
  case wont = 252
  case `do` = 253
  case dont = 254
}

/// The options that mean something here.
enum TelnetOption {
  /// Bytes as they are (RFC 856).
  static let binary: UInt8 = 0
  /// The side that says WILL repeats what it gets (RFC 857).
  static let echo: UInt8 = 1
  /// No line has to be given back and forth (RFC 858).
  static let suppressGoAhead: UInt8 = 3
  /// Says that everything before it was processed (RFC 860).
  static let timingMark: UInt8 = 6
  /// The terminal's type (RFC 1091).
  static let terminalType: UInt8 = 24
  /// The window's size (RFC 1073).
  static let windowSize: UInt8 = 31
  /// The environment; of ours the user's name only (RFC 1572).
  static let environment: UInt8 = 39
  /// The character set (RFC 2066).
  static let charset: UInt8 = 42
  /// The serial line behind a console server (RFC 2217).
  static let serialLine: UInt8 = 44
}
