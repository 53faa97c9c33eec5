// A host's bytes, taken apart: what is data, and what is telnet's own.

/// The receiving half of the protocol (RFC 854). It owns nothing and answers nothing; the result
/// does not depend on where the bytes were cut.
struct TelnetDecoder {
  /// What a piece of the input is.
  enum Event: Equatable {
    /// Data: this range of the input, as it stands there.
    case data(Range<Int>)
    case command(UInt8)
    case negotiation(TelnetVerb, UInt8)
    /// The option and what was said of it; what came beyond ``longestSubnegotiation`` is missing.
    case subnegotiation(UInt8, [UInt8])
  }

  private enum State: Equatable {
    case data
    /// A carriage return was the last byte: a NUL after it is none (RFC 854, "The NVT printer").
    case carriageReturn
    case escape
    case verb(TelnetVerb)
    case subnegotiationOption
    case subnegotiation
    case subnegotiationEscape
  }

  /// The most of a subnegotiation that is kept, in bytes; the rest is dropped up to its end.
  static let longestSubnegotiation = 4096

  /// Whether the host's bytes come as they are (BINARY).
  var isBinary = false
  private var state = State.data
  private var option: UInt8 = 0
  private var parameters: [UInt8] = []

  /// Takes in what comes next.
  ///
  /// - Parameters:
  ///   - input: The host's bytes.
  ///   - position: Where to go on; moved past what was taken.
  /// - Returns: What it is; nil where everything is taken.
  mutating func next(_ input: Span<UInt8>, _ position: inout Int) -> Event? {
    while position < input.count {
      let byte = input[position]
      switch state {
      case .data, .carriageReturn:
        if let event = takeData(input, &position) { return event }
      case .escape:
        position += 1
        if let event = takeCommand(byte, at: position - 1) { return event }
      case .verb(let verb):
        position += 1
        state = .data
        return .negotiation(verb, byte)
      case .subnegotiationOption:
        position += 1
        option = byte
        parameters = []
        state = .subnegotiation
      case .subnegotiation:
        position += 1
        if byte == TelnetCommand.escape { state = .subnegotiationEscape } else { keep(byte) }
      case .subnegotiationEscape:
        position += 1
        if let event = takeSubnegotiationEnd(byte, at: position - 1) { return event }
      }
    }
    return nil
  }

  private mutating func takeData(_ input: Span<UInt8>, _ position: inout Int) -> Event? {
    let start = position
    while position < input.count {
      let byte = input[position]
      if byte == TelnetCommand.escape || (byte == 0 && state == .carriageReturn && !isBinary) {
        break
      }
      state = byte == UInt8(ascii: "\r") ? .carriageReturn : .data
      position += 1
    }
    let run = start..<position
    if position < input.count {
      state = input[position] == TelnetCommand.escape ? .escape : .data
      position += 1
    }
    return run.isEmpty ? nil : .data(run)
  }

  private mutating func takeCommand(_ byte: UInt8, at position: Int) -> Event? {
    if let verb = TelnetVerb(rawValue: byte) {
      state = .verb(verb)
      return nil
    }
    switch byte {
    case TelnetCommand.subnegotiation:
      state = .subnegotiationOption
      return nil
    case TelnetCommand.escape:
      state = .data
      // The second of the two is the byte that is meant.
      return .data(position..<(position + 1))
    default:
      state = .data
      return .command(byte)
    }
  }

  private mutating func takeSubnegotiationEnd(_ byte: UInt8, at position: Int) -> Event? {
    switch byte {
    case TelnetCommand.escape:
      keep(byte)
      state = .subnegotiation
      return nil
    case TelnetCommand.endOfSubnegotiation:
      state = .data
      defer { parameters = [] }
      return .subnegotiation(option, parameters)
    default:
      // A host that forgot the end must not swallow what comes after it.
      parameters = []
      return takeCommand(byte, at: position)
    }
  }

  private mutating func keep(_ byte: UInt8) {
    if parameters.count < Self.longestSubnegotiation { parameters.append(byte) }
  }
}
