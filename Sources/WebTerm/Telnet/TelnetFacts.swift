// What a telnet host may learn of us, and how it is told.

/// Each fact is told in a subnegotiation of its option, where the host has asked for it.
struct TelnetFacts {
  var terminalType: String
  /// Nil where it is not told.
  var user: String?
  var charset: String
  /// The screen's size, in characters.
  var columns: Int
  var rows: Int

  private static let `is`: UInt8 = 0
  /// Asks for a fact.
  static let send: UInt8 = 1

  /// The terminal's type (RFC 1091).
  var terminalTypeMessage: TelnetMessage {
    .subnegotiation(TelnetOption.terminalType, [Self.is] + Array(terminalType.utf8))
  }

  /// The window's size (RFC 1073).
  var sizeMessage: TelnetMessage {
    let (columns, rows) = (UInt16(clamping: columns), UInt16(clamping: rows))
    return .subnegotiation(
      TelnetOption.windowSize,
      [columns, rows].flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] })
  }

  /// USER, where it is asked for or everything is, and nothing else whatever is asked for (RFC
  /// 1572).
  ///
  /// - Parameter asked: What stands behind SEND.
  /// - Returns: Nil where it is not told.
  func userMessage(asked: ArraySlice<UInt8>) -> TelnetMessage? {
    let variable: UInt8 = 0
    let value: UInt8 = 1
    let escape: UInt8 = 2
    let userVariable: UInt8 = 3
    guard let user else { return nil }
    let names = asked.split { $0 == variable || $0 == userVariable }
    guard names.isEmpty || names.contains(where: { $0.elementsEqual("USER".utf8) }) else {
      return .subnegotiation(TelnetOption.environment, [Self.is])
    }
    let escaped = user.utf8.flatMap { $0 <= userVariable ? [escape, $0] : [$0] }
    return .subnegotiation(
      TelnetOption.environment, [Self.is, variable] + Array("USER".utf8) + [value] + escaped)
  }

  /// The target's own set where the host offers it (RFC 2066).
  ///
  /// - Parameter offer: A separator, and names between separators.
  /// - Returns: What accepts or rejects; silence is never an answer.
  func charsetMessage(offer: ArraySlice<UInt8>) -> TelnetMessage {
    let accepted: UInt8 = 2
    let rejected: UInt8 = 3
    guard let separator = offer.first else {
      return .subnegotiation(TelnetOption.charset, [rejected])
    }
    let name = offer.dropFirst().split(separator: separator).first { name in
      String(decoding: name, as: UTF8.self).lowercased() == charset
    }
    return .subnegotiation(TelnetOption.charset, name.map { [accepted] + $0 } ?? [rejected])
  }
}
