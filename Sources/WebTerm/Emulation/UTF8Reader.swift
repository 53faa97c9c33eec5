// Bytes to code points, as the page's emulator reads them.

/// Reads UTF-8 piece by piece. What is not UTF-8 is left out without a trace, as is a byte order mark: so does xterm.js, and a
/// replacement character would take a cell that the page does not have.
struct UTF8Reader {
  /// The bytes of a character that has begun, at most three.
  private(set) var unfinished: [UInt8] = []

  /// Takes the next byte in.
  ///
  /// - Returns: A code point that it completes. A byte that ends an unfinished character by not belonging to it is itself read
  ///   anew, so that nothing of it is lost.
  mutating func next(_ byte: UInt8) -> UInt32? {
    if unfinished.isEmpty {
      if byte < 0x80 { return UInt32(byte) }
      if Self.length(byte) > 1 { unfinished.append(byte) }
      return nil
    }
    guard byte & 0xc0 == 0x80 else {
      unfinished.removeAll(keepingCapacity: true)
      return next(byte)
    }
    unfinished.append(byte)
    guard unfinished.count == Self.length(unfinished[0]) else { return nil }
    return complete()
  }

  /// The length of a character that begins so; 1 for a byte that begins none.
  private static func length(_ byte: UInt8) -> Int {
    switch byte {
    case 0xc0...0xdf: 2
    case 0xe0...0xef: 3
    case 0xf0...0xf7: 4
    default: 1
    }
  }

  private mutating func complete() -> UInt32? {
    let length = unfinished.count
    let mask: UInt8 = length == 2 ? 0x1f : length == 3 ? 0x0f : 0x07
    let code = unfinished.dropFirst().reduce(UInt32(unfinished[0] & mask)) {
      $0 << 6 | UInt32($1 & 0x3f)
    }
    let last = unfinished[length - 1]
    unfinished.removeAll(keepingCapacity: true)
    switch length {
    case 2:
      // An overlong form of an ASCII character: its last byte is looked at again, and begins nothing.
      return code < 0x80 ? next(last) : code
    case 3: return code < 0x800 || (0xd800...0xdfff).contains(code) || code == 0xfeff ? nil : code
    default: return code < 0x10000 || code > 0x10ffff ? nil : code
    }
  }
}
