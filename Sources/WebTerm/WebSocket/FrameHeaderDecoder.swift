// Finds frame headers in a stream of bytes. Which frames may follow which is MessageAssembler's.

/// Splits a byte stream into WebSocket frame headers (RFC 6455, section 5.2).
///
/// Feed it bytes in whatever pieces they arrive; the result does not depend on where they were cut.
package struct FrameHeaderDecoder {
  /// Whose frames are read: a client masks every frame, a server none (section 5.1).
  package enum Sender {
    case client
    case server
  }

  /// How a header breaks the protocol.
  package enum Problem: Error, Equatable {
    case reservedBitSet
    case unknownOpcode
    case fragmentedControlFrame
    case oversizedControlFrame
    case wrongMasking
    case lengthNotMinimal
    case lengthOutOfRange
  }

  private enum State {
    case firstByte
    case lengthByte(opcode: FrameHeader.Opcode, isFinal: Bool)
    case extendedLength(
      opcode: FrameHeader.Opcode, isFinal: Bool, bytesLeft: Int, value: UInt64, least: UInt64)
    case mask(opcode: FrameHeader.Opcode, isFinal: Bool, length: Int, bytesRead: Int, key: UInt32)
  }

  private let sender: Sender
  private var state = State.firstByte

  package init(sender: Sender) {
    self.sender = sender
  }

  /// Takes one byte; returns the header that it completes, if it does.
  ///
  /// - Throws: A ``Problem``; the decoder is of no use afterwards.
  package mutating func consume(_ byte: UInt8) throws(Problem) -> FrameHeader? {
    switch state {
    case .firstByte:
      state = try Self.afterFirst(byte)
      return nil
    case .lengthByte(let opcode, let isFinal):
      return try takeLength(byte, opcode, isFinal)
    case .extendedLength(let opcode, let isFinal, let bytesLeft, let value, let least):
      let value = value << 8 | UInt64(byte)
      guard bytesLeft == 1 else {
        state = .extendedLength(
          opcode: opcode, isFinal: isFinal, bytesLeft: bytesLeft - 1, value: value, least: least)
        return nil
      }
      guard value >= least else { throw .lengthNotMinimal }
      guard let length = Int(exactly: value) else { throw .lengthOutOfRange }
      return endLength(opcode, isFinal, length)
    case .mask(let opcode, let isFinal, let length, let bytesRead, let key):
      let key = key | UInt32(byte) << (8 * bytesRead)
      guard bytesRead == 3 else {
        state = .mask(
          opcode: opcode, isFinal: isFinal, length: length, bytesRead: bytesRead + 1, key: key)
        return nil
      }
      state = .firstByte
      return FrameHeader(opcode, isFinal: isFinal, length: length, mask: key)
    }
  }

  private static func afterFirst(_ byte: UInt8) throws(Problem) -> State {
    guard byte & 0x70 == 0 else { throw .reservedBitSet }
    guard let opcode = FrameHeader.Opcode(rawValue: byte & 0x0f) else { throw .unknownOpcode }
    let isFinal = byte & 0x80 != 0
    guard isFinal || !opcode.isControl else { throw .fragmentedControlFrame }
    return .lengthByte(opcode: opcode, isFinal: isFinal)
  }

  private mutating func takeLength(
    _ byte: UInt8, _ opcode: FrameHeader.Opcode, _ isFinal: Bool
  ) throws(Problem) -> FrameHeader? {
    guard (byte & 0x80 != 0) == (sender == .client) else { throw .wrongMasking }
    let short = Int(byte & 0x7f)
    guard short > 125 else { return endLength(opcode, isFinal, short) }
    guard !opcode.isControl else { throw .oversizedControlFrame }
    state = .extendedLength(
      opcode: opcode, isFinal: isFinal, bytesLeft: short == 126 ? 2 : 8, value: 0,
      least: short == 126 ? 126 : 0x1_0000)
    return nil
  }

  private mutating func endLength(
    _ opcode: FrameHeader.Opcode, _ isFinal: Bool, _ length: Int
  ) -> FrameHeader? {
    guard sender == .client else {
      state = .firstByte
      return FrameHeader(opcode, isFinal: isFinal, length: length)
    }
    state = .mask(opcode: opcode, isFinal: isFinal, length: length, bytesRead: 0, key: 0)
    return nil
  }
}
