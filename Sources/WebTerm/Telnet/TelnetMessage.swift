// What telnet says, as bytes.

/// A command of telnet's (RFC 854 and 855).
enum TelnetMessage: Equatable {
  case command(UInt8)
  case negotiation(TelnetVerb, UInt8)
  /// What is said of an option that was agreed on.
  case subnegotiation(UInt8, [UInt8])

  /// As it is sent: what would be taken for an IAC is doubled.
  var bytes: [UInt8] {
    switch self {
    case .command(let code): return [TelnetCommand.escape, code]
    case .negotiation(let verb, let option): return [TelnetCommand.escape, verb.rawValue, option]
    case .subnegotiation(let option, let parameters):
      var bytes = [TelnetCommand.escape, TelnetCommand.subnegotiation, option]
      for byte in parameters {
        bytes.append(byte)
        if byte == TelnetCommand.escape { bytes.append(byte) }
      }
      return bytes + [TelnetCommand.escape, TelnetCommand.endOfSubnegotiation]
    }
  }
}

/// What a break is made of.
struct TelnetBreak: Equatable {
  struct End: Equatable {
    /// In milliseconds.
    let after: Int
    let message: [UInt8]
  }

  let message: [UInt8]
  /// What ends it; nil where it ends by itself.
  var end: End?
}
