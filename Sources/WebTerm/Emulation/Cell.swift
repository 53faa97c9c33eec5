// One place of the screen.

/// A character and how it looks, in eight bytes:
///
///     63          62            32 31   24 23  22 21        20          0
///     protected   rendition        unused  width  cluster   code point
///
/// With `cluster` the number is that of a cluster of code points instead. A code point of 0 is no
/// character: the place is empty, or the second half of a wide one (then its width is 0). The upper
/// half, the look, is what cells of one pen share.
struct Cell: Equatable {
  private(set) var bits: UInt64

  /// Tells a cluster's number from a code point.
  static let clusterBit: UInt32 = 1 << 21
  /// Tells a look that selective erasures leave alone (DECSCA).
  static let protectedLook: UInt32 = 1 << 31
  private static let characterBits: UInt64 = 0x3fffff

  init(bits: UInt64) {
    self.bits = bits
  }

  @inline(__always)
  init(code: UInt32 = 0, width: Int = 1, look: UInt32 = 0) {
    bits = UInt64(look) << 32 | UInt64(truncatingIfNeeded: width) << 22 | UInt64(code)
  }

  init(cluster: UInt32, width: Int, look: UInt32) {
    self.init(code: cluster | Self.clusterBit, width: width, look: look)
  }

  /// The second half of a wide character.
  @inline(__always)
  static func secondHalf(_ look: UInt32) -> Cell { Cell(width: 0, look: look) }

  /// The number of a rendition, and whether it is protected.
  var look: UInt32 {
    get { UInt32(truncatingIfNeeded: bits >> 32) }
    set { bits = bits & 0xffff_ffff | UInt64(newValue) << 32 }
  }

  /// Whether selective erasures leave it alone.
  var isProtected: Bool { bits >> 63 == 1 }

  /// The number of a rendition.
  var rendition: UInt32 {
    get { look & ~Self.protectedLook }
    set { look = look & Self.protectedLook | newValue }
  }

  var width: Int {
    get { Int(truncatingIfNeeded: bits >> 22 & 3) }
    set { bits = bits & ~(3 << 22) | UInt64(truncatingIfNeeded: newValue) << 22 }
  }

  var isCluster: Bool { bits & UInt64(Self.clusterBit) != 0 }

  /// A code point, or a cluster's number with ``clusterBit``.
  var character: UInt32 { UInt32(truncatingIfNeeded: bits & Self.characterBits) }

  /// A code point, or a cluster's number.
  var code: UInt32 { UInt32(truncatingIfNeeded: bits & 0x1fffff) }

  var isEmpty: Bool { bits & Self.characterBits == 0 }
}
