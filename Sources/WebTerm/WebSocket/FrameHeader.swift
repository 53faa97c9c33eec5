// A WebSocket frame's header as a value, and as bytes to be sent.

/// One frame header (RFC 6455, section 5.2).
///
///      0                   1                   2                   3
///      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
///     +-+-+-+-+-------+-+-------------+-------------------------------+
///     |F|R|R|R| opcode|M| Payload len |    Extended payload length    |
///     |I|S|S|S|  (4)  |A|     (7)     |          (16 or 64)           |
///     |N|V|V|V|       |S|             |  (if payload len is 126/127)  |
///     +-+-+-+-+-------+-+-------------+-------------------------------+
///     |                 Masking key, if M is set (32)                 |
///     +---------------------------------------------------------------+
package struct FrameHeader: Equatable {
  package enum Opcode: UInt8 {
    case continuation = 0
    case text = 1
    case binary = 2
    case close = 8
    case ping = 9
    case pong = 10

    var isControl: Bool { rawValue >= 8 }
  }

  package let opcode: Opcode
  /// Whether this frame ends its message.
  package let isFinal: Bool
  /// The payload's length, in bytes.
  package let length: Int
  /// The masking key, first byte lowest; nil on frames of a server.
  package let mask: UInt32?

  package init(_ opcode: Opcode, isFinal: Bool = true, length: Int, mask: UInt32? = nil) {
    self.opcode = opcode
    self.isFinal = isFinal
    self.length = length
    self.mask = mask
  }

  /// Lends the header's bytes to `body`.
  package func withBytes<R>(_ body: (RawSpan) -> R) -> R {
    var bytes = [14 of UInt8](repeating: 0)  // the most that a header takes
    var count = 2
    bytes[0] = (isFinal ? 0x80 : 0) | opcode.rawValue
    switch length {
    case ..<126:
      bytes[1] = UInt8(length)
    case ..<0x1_0000:
      bytes[1] = 126
      count = 4
    default:
      bytes[1] = 127
      count = 10
    }
    for index in 2..<count {
      bytes[index] = UInt8(truncatingIfNeeded: length >> (8 * (count - 1 - index)))
    }
    if let mask {
      bytes[1] |= 0x80
      for index in 0..<4 { bytes[count + index] = UInt8(truncatingIfNeeded: mask >> (8 * index)) }
      count += 4
    }
    return body(bytes.span.bytes.extracting(0..<count))
  }
}
