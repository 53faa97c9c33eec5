// Why a WebSocket ends, as a number.

/// A close code (RFC 6455, section 7.4; 4000 and up are the terminal channel's own).
package struct CloseCode: RawRepresentable, Equatable, Sendable {
  package let rawValue: UInt16

  package init(rawValue: UInt16) {
    self.rawValue = rawValue
  }

  static let normal = CloseCode(rawValue: 1000)
  static let goingAway = CloseCode(rawValue: 1001)
  static let protocolError = CloseCode(rawValue: 1002)
  static let notUTF8 = CloseCode(rawValue: 1007)
  static let violation = CloseCode(rawValue: 1008)
  static let tooBig = CloseCode(rawValue: 1009)

  static let badMessage = CloseCode(rawValue: 4000)
  static let helloMissing = CloseCode(rawValue: 4001)
  static let notAllowed = CloseCode(rawValue: 4003)
  static let unknownTerminal = CloseCode(rawValue: 4004)
  static let idle = CloseCode(rawValue: 4008)
  static let attachedElsewhere = CloseCode(rawValue: 4009)
  static let tooMany = CloseCode(rawValue: 4029)
  static let couldNotStart = CloseCode(rawValue: 4500)

  /// Whether a peer may send it in a close frame.
  var mayBeSent: Bool {
    switch rawValue {
    case 1000...1003, 1007...1014, 3000...4999: true
    default: false
    }
  }
}
