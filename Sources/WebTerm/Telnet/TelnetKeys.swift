// Keys on their way to a telnet host or a raw line.

/// What becomes of keys, as things stand.
struct TelnetKeys: Equatable {
  /// What follows a carriage return.
  let afterReturn: [UInt8]
  /// Whether a byte that looks like an IAC is sent twice.
  let doublesEscape: Bool

  /// Whether these keys are sent as they are to whatever host: none of them means anything to
  /// telnet.
  static func areSentAsTyped(_ keys: RawSpan) -> Bool {
    keys.withUnsafeBytes { keys in
      !keys.contains { $0 == UInt8(ascii: "\r") || $0 == TelnetCommand.escape }
    }
  }

  /// Keys as they are sent.
  func encode(_ keys: Span<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(keys.count + 8)
    for index in keys.indices {
      let byte = keys[index]
      bytes.append(byte)
      switch byte {
      case UInt8(ascii: "\r"): bytes += afterReturn
      case TelnetCommand.escape where doublesEscape: bytes.append(byte)
      default: break
      }
    }
    return bytes
  }
}
