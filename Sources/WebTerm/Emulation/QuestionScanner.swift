// Finds where a host asks something in what it says, without drawing it. What asks is
// QuestionSequence's.

/// Looks for questions: sequences that a terminal answers as if the answer were typed.
///
/// Feed it bytes in whatever pieces they arrive; the result does not depend on where they were cut.
/// Its time is linear in their number, and its memory fixed.
struct QuestionScanner {
  /// How a host says C1 controls. Every host may say one as ESC and a byte.
  enum Controls {
    case onlyEscaped
    /// 0x80 to 0x9f.
    case bytes
    /// U+0080 to U+009F.
    case utf8
  }

  private enum State {
    case text
    case escape
    case escapeIntermediate
    case control(QuestionSequence)
    case command(QuestionSequence)
    case device(QuestionSequence)
    /// A string: of a device, or of which it is known that nothing is asked in it.
    case string(asks: Bool)
  }

  /// Longer ones ask nothing, in bytes.
  private static let longest = 4096
  private static let (bell, cancel, substitute, escape): (UInt8, UInt8, UInt8, UInt8) = (
    0x07, 0x18, 0x1a, 0x1b
  )
  /// What comes before 0x80 to 0x9f in UTF-8 where they are controls.
  private static let lead: UInt8 = 0xc2

  private let controls: Controls
  private var state = State.text
  private var former: UInt8 = 0
  /// The offset of the next byte.
  private(set) var offset: Int
  /// Where the present sequence begins.
  private var beginning = 0

  /// - Parameters:
  ///   - offset: That of the first byte that it will see; text, or the rest of something that does
  ///     not count.
  ///   - controls: How the host says C1 controls.
  init(at offset: Int, _ controls: Controls) {
    self.offset = offset
    self.controls = controls
  }

  /// Where a sequence begins of which more is to come; nil in text.
  var unfinished: Int? {
    if case .text = state { return controls == .utf8 && former == Self.lead ? offset - 1 : nil }
    return beginning
  }

  /// Reads on.
  ///
  /// - Parameters:
  ///   - bytes: What follows what was read before.
  ///   - answered: Questions that end before this offset do not count.
  /// - Returns: Where the first one begins that counts; what follows it was not read then.
  mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>, beyond answered: Int) -> Int? {
    var index = 0
    while index < bytes.count {
      if case .text = state {
        let next = bytes[index...].firstIndex(where: mayBegin) ?? bytes.count
        if next > index { former = bytes[next - 1] }
        offset += next - index
        index = next
        guard index < bytes.count else { return nil }
      }
      let former = beginning
      let asks = take(bytes[index])
      index += 1
      offset += 1
      if asks, offset > answered { return former }
      if offset - beginning > Self.longest { giveUp() }
    }
    return nil
  }

  private func mayBegin(_ byte: UInt8) -> Bool {
    byte == Self.escape || (byte >= 0x80 && byte < 0xa0 && controls != .onlyEscaped)
  }

  /// What is too long asks nothing; a string lasts until it ends all the same.
  private mutating func giveUp() {
    beginning = offset
    switch state {
    case .command, .device, .string: state = .string(asks: false)
    default: state = .text
    }
  }

  /// Takes a byte in; true where a question ends with it.
  private mutating func take(_ byte: UInt8) -> Bool {
    defer { former = byte }
    if byte >= 0x80, byte < 0xa0 {
      switch controls {
      case .bytes: return takeC1(byte, at: offset)
      case .utf8 where former == Self.lead: return takeC1(byte, at: offset - 1)
      case .utf8, .onlyEscaped: break
      }
    }
    switch byte {
    case Self.cancel, Self.substitute:
      state = .text
      return false
    case Self.escape:
      // It ends a string; what ends it may begin something else.
      defer { begin(.escape, at: offset) }
      return stringAsks
    case Self.bell:
      guard case .command = state else { return takeInside(byte) }
      defer { state = .text }
      return stringAsks
    default:
      return takeInside(byte)
    }
  }

  private var stringAsks: Bool {
    switch state {
    case .command(let sequence): sequence.asksAsCommand
    case .string(let asks): asks
    default: false
    }
  }

  private mutating func begin(_ state: State, at offset: Int) {
    self.state = state
    beginning = offset
  }

  private mutating func takeC1(_ byte: UInt8, at offset: Int) -> Bool {
    defer {
      switch byte {
      case 0x9b: begin(.control(QuestionSequence()), at: offset)
      case 0x9d: begin(.command(QuestionSequence()), at: offset)
      case 0x90: begin(.device(QuestionSequence()), at: offset)
      case 0x98, 0x9e, 0x9f: begin(.string(asks: false), at: offset)
      default: state = .text
      }
    }
    return stringAsks
  }

  private mutating func takeInside(_ byte: UInt8) -> Bool {
    switch state {
    case .text: break
    case .escape: takeEscaped(byte)
    case .escapeIntermediate:
      if byte >= 0x30 { state = .text }
    case .control(var sequence):
      switch byte {
      case 0x20..<0x40:
        sequence.take(byte)
        state = .control(sequence)
      case 0x40..<0x7f:
        state = .text
        return sequence.asksAsControl(byte)
      case 0x80...: state = .text
      default: break
      }
    case .command(var sequence):
      // What may be the first byte of the string's end is a part of it only where it is not.
      if isLead(former) { sequence.takeString(former) }
      if !isLead(byte) { sequence.takeString(byte) }
      state = .command(sequence)
    case .device(var sequence):
      switch byte {
      case 0x20..<0x40:
        sequence.take(byte)
        state = .device(sequence)
      case 0x40..<0x7f: state = .string(asks: sequence.asksAsDevice(byte))
      case 0x80...: state = .text
      default: break
      }
    case .string(let asks):
      // One that was too long may be a command, which the bell ends.
      if byte == Self.bell, !asks { state = .text }
    }
    return false
  }

  private func isLead(_ byte: UInt8) -> Bool { controls == .utf8 && byte == Self.lead }

  private mutating func takeEscaped(_ byte: UInt8) {
    switch byte {
    case 0x5b: state = .control(QuestionSequence())
    case 0x5d: state = .command(QuestionSequence())
    case 0x50: state = .device(QuestionSequence())
    case 0x58, 0x5e, 0x5f: state = .string(asks: false)
    case 0x20...0x2f: state = .escapeIntermediate
    case 0..<0x20: break
    default: state = .text
    }
  }
}
