// The state machine that tells text from control sequences.

/// A parser of control functions after Paul Williams' state machine for DEC's terminals
/// (https://vt100.net/emu/dec_ansi_parser), with the differences that xterm.js has: C1 controls are
/// the code points 0x80 to 0x9f wherever they stand, and strings end with BEL, too.
struct ControlParser {
  /// What a code point has completed.
  enum Event: Equatable {
    case nothing
    case print
    case execute
    /// An escape sequence: ``identity`` says which.
    case escape
    /// A control sequence: ``identity`` and ``parameters`` say which.
    case control
    /// An operating system command: ``string``.
    case command
    /// A string that means nothing here.
    case end
  }

  /// The most of an operating system command that is kept, in bytes; a longer one is none.
  static let longestString = 4096

  private(set) var state = ControlTable.State.ground
  /// Each parser keeps it, since a global value is looked for anew at each use.
  private let table = ControlTable.shared
  private(set) var parameters = Parameters()
  /// Prefix and intermediates, the last one lowest.
  private var collected: UInt32 = 0
  /// ``collected`` and the final byte.
  private(set) var identity: UInt32 = 0
  /// An operating system command, without what frames it.
  private(set) var string: [UInt8] = []
  private var isStringTooLong = false

  /// Whether the next printable character is text.
  var isGround: Bool { state == .ground }

  /// Whether printable characters belong to a command.
  var isCommand: Bool { state == .oscString }

  /// Takes printable ASCII into a command.
  mutating func putText(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
    guard !isStringTooLong else { return }
    guard string.count + range.count <= Self.longestString else {
      isStringTooLong = true
      string = []
      return
    }
    string.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[range]))
  }

  /// Reads an escape sequence of two bytes, from the ground; false where the second one begins
  /// something longer.
  mutating func readEscape(_ byte: UInt8) -> Bool {
    guard byte &- 0x30 < 0x4f, !Self.isIntroducer(byte) else { return false }
    collected = 0
    identity = UInt32(byte)
    return true
  }

  /// Whether ESC and this begin a string or a control sequence: `P`, `X`, `[`, `]`, `^`, `_`.
  private static func isIntroducer(_ byte: UInt8) -> Bool {
    byte == 0x50 || byte == 0x58 || byte == 0x5b || byte &- 0x5d < 3
  }

  /// Reads a control sequence behind its introducer, from the ground: as most are, without controls
  /// in it.
  ///
  /// - Returns: Where it ends; nil where it is another one, or not all there: then each byte must
  ///   be taken in for itself.
  mutating func readControl(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
    clear()
    var index = start
    if index < bytes.count, bytes[index] &- 0x3c < 4 {
      collected = UInt32(bytes[index])
      index += 1
    }
    index = parameters.read(bytes, from: index)
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      guard byte &- 0x30 < 12 else {
        if byte &- 0x20 < 16 { return readIntermediates(bytes, from: index - 1) }
        identity = collected << 8 | UInt32(byte)
        return byte &- 0x40 < 0x3f ? index : nil
      }
      parameters.take(byte)
    }
    return nil
  }

  private mutating func readIntermediates(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: Int
  ) -> Int? {
    for index in start..<bytes.count {
      let byte = bytes[index]
      guard byte &- 0x20 < 16 else {
        identity = collected << 8 | UInt32(byte)
        return byte &- 0x40 < 0x3f ? index + 1 : nil
      }
      collected = collected << 8 | UInt32(byte)
    }
    return nil
  }

  /// Takes the next code point in.
  mutating func next(_ code: UInt32) -> Event {
    let byte = code < 0xa0 ? UInt8(code) : ControlTable.beyond
    // A state has `width` entries.
    let transition = table[Int(state.rawValue) * ControlTable.width + Int(byte)]
    defer {
      // What ended a string may begin the next sequence. The low half of a transition is a state's
      // number.
      let next = ControlTable.State(rawValue: transition & 15) ?? .ground
      state = ControlTable.ends(transition) && byte == ControlTable.esc ? .escape : next
    }
    switch ControlTable.Action(rawValue: transition >> 4) {
    case .ignore, nil: return .nothing
    case .print: return .print
    case .execute: return .execute
    case .clear: clear()
    case .collect: collected = collected << 8 | UInt32(byte)
    case .parameter: parameters.take(byte)
    case .escape:
      identity = collected << 8 | UInt32(byte)
      return .escape
    case .control:
      identity = collected << 8 | UInt32(byte)
      return .control
    case .beginString:
      string.removeAll(keepingCapacity: true)
      isStringTooLong = false
    case .putString: put(code)
    case .endString:
      clear()
      return isStringTooLong || byte == ControlTable.can || byte == ControlTable.sub
        ? .end : .command
    case .endDeviceString:
      clear()
      return .end
    }
    return .nothing
  }

  private mutating func clear() {
    parameters.reset()
    collected = 0
  }

  private mutating func put(_ code: UInt32) {
    guard !isStringTooLong else { return }
    if code < 0x80, string.count < Self.longestString { return string.append(UInt8(code)) }
    guard let scalar = Unicode.Scalar(code) else { return }
    string.append(contentsOf: UTF8.encode(scalar) ?? UTF8.EncodedScalar())
    guard string.count > Self.longestString else { return }
    isStringTooLong = true
    string = []
  }

  /// What brings a parser to where this one is, from the ground.
  var unfinished: String {
    let escape = "\u{1b}"
    var bytes: [UInt8] = []
    for shift in stride(from: 24, through: 0, by: -8) {
      let byte = UInt8(truncatingIfNeeded: collected >> UInt32(shift))
      if byte != 0 { bytes.append(byte) }
    }
    let prefix = String(decoding: bytes.filter { $0 >= 0x3c }, as: UTF8.self)
    let intermediates = String(decoding: bytes.filter { $0 < 0x3c }, as: UTF8.self)
    let sequence = prefix + parameters.text
    switch state {
    case .ground: return ""
    case .escape: return escape
    case .escapeIntermediate: return escape + intermediates
    case .csiEntry: return escape + "["
    case .csiParameter: return escape + "[" + sequence
    case .csiIntermediate: return escape + "[" + sequence + intermediates
    case .csiIgnore: return escape + "[0<"
    case .ignoredString: return escape + "X"
    // One that is too long is none, as is one that begins with no number.
    case .oscString:
      return escape + "]" + (isStringTooLong ? "-" : String(decoding: string, as: UTF8.self))
    case .dcsEntry: return escape + "P"
    case .dcsParameter: return escape + "P" + sequence
    case .dcsIntermediate: return escape + "P" + sequence + intermediates
    case .dcsIgnore: return escape + "P0<"
    case .dcsPassthrough: return escape + "Pz"
    }
  }
}
