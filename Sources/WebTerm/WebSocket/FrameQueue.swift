// Short messages on their way out.

/// Encoded frames that wait for their turn. Nothing may follow a close frame (RFC 6455, section
/// 5.5.1).
struct FrameQueue {
  private var bytes: [UInt8]
  private var hasClose = false

  /// - Parameter opening: Bytes that must go out before the first frame: the handshake's answer.
  init(opening: [UInt8]) {
    bytes = opening
  }

  var isEmpty: Bool { bytes.isEmpty }

  /// How much waits, in bytes.
  var count: Int { bytes.count }

  /// Adds a frame, unless a close frame came before it.
  mutating func add(_ opcode: FrameHeader.Opcode, _ payload: [UInt8]) {
    guard !hasClose else { return }
    hasClose = opcode == .close
    FrameHeader(opcode, length: payload.count).withBytes { header in
      header.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }
    bytes.append(contentsOf: payload)
  }

  /// Adds a close frame.
  mutating func close(_ code: CloseCode) {
    add(.close, [UInt8(code.rawValue >> 8), UInt8(code.rawValue & 0xff)])
  }

  /// Puts what is left of a frame whose beginning is out before everything else.
  mutating func complete(with rest: [UInt8]) {
    bytes.insert(contentsOf: rest, at: 0)
  }

  /// Takes all of it.
  mutating func take() -> [UInt8] {
    defer { bytes = [] }
    return bytes
  }
}
