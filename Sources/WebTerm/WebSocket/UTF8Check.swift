// Whether bytes that arrive in pieces are UTF-8, told at the first byte that is not.

/// An incremental check of UTF-8 (RFC 3629), as text messages need it (RFC 6455, section 8.1).
struct UTF8Check {
  /// Continuation bytes that the current character still needs.
  private var bytesLeft = 0
  /// What the next continuation byte may be. The first one after some lead bytes has a narrower
  /// range: it shuts out overlong forms, surrogates and what lies beyond U+10FFFF.
  private var next: ClosedRange<UInt8> = 0x80...0xbf

  /// Whether the bytes so far end with a whole character.
  var isComplete: Bool { bytesLeft == 0 }

  /// Takes one byte; false where no UTF-8 text goes on like this.
  mutating func accepts(_ byte: UInt8) -> Bool {
    guard bytesLeft == 0 else {
      guard next.contains(byte) else { return false }
      bytesLeft -= 1
      next = 0x80...0xbf
      return true
    }
    switch byte {
    case 0x00...0x7f: return true
    case 0xc2...0xdf: expect(1, 0x80...0xbf)
    case 0xe0: expect(2, 0xa0...0xbf)
    case 0xed: expect(2, 0x80...0x9f)
    case 0xe1...0xef: expect(2, 0x80...0xbf)
    case 0xf0: expect(3, 0x90...0xbf)
    case 0xf4: expect(3, 0x80...0x8f)
    case 0xf1...0xf3: expect(3, 0x80...0xbf)
    default: return false
    }
    return true
  }

  private mutating func expect(_ count: Int, _ range: ClosedRange<UInt8>) {
    bytesLeft = count
    next = range
  }
}
