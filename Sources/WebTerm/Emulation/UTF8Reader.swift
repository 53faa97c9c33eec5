// Bytes to code points, as the page's emulator reads them.

/// Reads UTF-8 piece by piece. What is not UTF-8 is left out without a trace, as is a byte order
/// mark: so does xterm.js, and a replacement character would take a cell that the page does not
/// have.
struct UTF8Reader {
  /// The bits of a character that has begun, and its bytes, the last one lowest.
  private var code: UInt32 = 0
  private var bytes: UInt32 = 0
  private var length: UInt8 = 0
  private var count: UInt8 = 0

  /// Whether no character has begun.
  var isBetween: Bool { count == 0 }

  /// The bytes of a character that has begun, at most three.
  var unfinished: [UInt8] {
    (0..<UInt32(count)).reversed().map { UInt8(truncatingIfNeeded: bytes >> ($0 * 8)) }
  }

  /// Takes the next byte in.
  ///
  /// - Returns: A code point that it completes. A byte that ends an unfinished character by not
  ///   belonging to it is itself read anew, so that nothing of it is lost.
  @inline(__always)
  mutating func next(_ byte: UInt8) -> UInt32? {
    if count == 0, byte < 0x80 { return UInt32(byte) }
    return nextOther(byte)
  }

  private mutating func nextOther(_ byte: UInt8) -> UInt32? {
    guard count > 0, byte & 0xc0 == 0x80 else {
      count = 0
      if byte < 0x80 { return UInt32(byte) }
      begin(byte)
      return nil
    }
    code = code << 6 | UInt32(byte & 0x3f)
    bytes = bytes << 8 | UInt32(byte)
    count += 1
    guard count == length else { return nil }
    count = 0
    return Self.checked(code, length: length)
  }

  private mutating func begin(_ byte: UInt8) {
    switch byte {
    case 0xc0...0xdf: (length, code) = (2, UInt32(byte & 0x1f))
    case 0xe0...0xef: (length, code) = (3, UInt32(byte & 0x0f))
    case 0xf0...0xf7: (length, code) = (4, UInt32(byte & 0x07))
    default: return
    }
    bytes = UInt32(byte)
    count = 1
  }

  /// A code point, where such a length is right for it and it is one that counts.
  static func checked(_ code: UInt32, length: UInt8) -> UInt32? {
    switch length {
    case 2: return code < 0x80 ? nil : code
    case 3: return code < 0x800 || (0xd800...0xdfff).contains(code) || code == 0xfeff ? nil : code
    default: return code < 0x10000 || code > 0x10ffff ? nil : code
    }
  }
}
