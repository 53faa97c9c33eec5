// The serial line behind a console server, and how it is set from here (RFC 2217).

/// `telnet.line` of a target: what the line is set to when the conversation begins.
struct SerialLine: Equatable, Sendable {
  enum Parity: String, CaseIterable, Sendable {
    case none
    case odd
    case even
    case mark
    case space
  }

  enum Flow: String, CaseIterable, Sendable {
    case none
    case software
    case hardware
  }

  /// Bits per second; nil leaves the line as it is, here and below.
  var baud: Int?
  /// Bits of a character.
  var bits: Int?
  var parity: Parity?
  /// Stop bits.
  var stop: Int?
  var flow: Flow?

  /// What a client says (section 3); a server answers with a hundred more.
  enum Command {
    static let setBaud: UInt8 = 1
    static let setBits: UInt8 = 2
    static let setParity: UInt8 = 3
    static let setStop: UInt8 = 4
    static let setControl: UInt8 = 5
    static let suspend: UInt8 = 108
    static let resume: UInt8 = 109
  }

  /// Begins a break.
  static let breakOn = message([Command.setControl, 5])
  /// Ends it.
  static let breakOff = message([Command.setControl, 6])

  private static func message(_ parameters: [UInt8]) -> TelnetMessage {
    .subnegotiation(TelnetOption.serialLine, parameters)
  }

  /// What sets the line.
  var messages: [TelnetMessage] {
    var parameters: [[UInt8]] = []
    if let baud {
      parameters.append([Command.setBaud] + (0..<4).map { UInt8(baud >> (24 - 8 * $0) & 0xff) })
    }
    if let bits { parameters.append([Command.setBits, UInt8(bits)]) }
    if let parity {
      let value = Parity.allCases.firstIndex(of: parity) ?? 0
      parameters.append([Command.setParity, UInt8(value + 1)])
    }
    if let stop { parameters.append([Command.setStop, UInt8(stop)]) }
    if let flow {
      let value = Flow.allCases.firstIndex(of: flow) ?? 0
      parameters.append([Command.setControl, UInt8(value + 1)])
    }
    return parameters.map(Self.message)
  }
}

extension SerialLine {
  /// Reads `line`.
  init(_ section: inout Section) {
    self.init()
    baud = section.integer("baud", in: 50...4_000_000)
    bits = section.integer("bits", in: 5...8)
    parity = section.choice("parity")
    stop = section.integer("stop", in: 1...2)
    flow = section.choice("flow")
  }
}
