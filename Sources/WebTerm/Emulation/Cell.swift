// One place of the screen.

/// A character and how it looks, in eight bytes:
///
///     63            32 31   24 23  22 21        20          0
///     rendition        unused  width  cluster   code point
///
/// With `cluster` the number is that of a cluster of code points instead. A code point of 0 is no
/// character: the place is empty, or the second half of a wide one (then its width is 0).
struct Cell: Equatable {
  private(set) var bits: UInt64

  /// Tells a cluster's number from a code point.
  static let clusterBit: UInt32 = 1 << 21
  private static let characterBits: UInt64 = 0x3fffff

  init(bits: UInt64) {
    self.bits = bits
  }

  @inline(__always)
  init(code: UInt32 = 0, width: Int = 1, rendition: UInt32 = 0) {
    bits =
      UInt64(rendition) << 32 | UInt64(truncatingIfNeeded: width) << 22 | UInt64(code)
  }

  init(cluster: UInt32, width: Int, rendition: UInt32) {
    self.init(code: cluster | Self.clusterBit, width: width, rendition: rendition)
  }

  /// The second half of a wide character.
  @inline(__always)
  static func secondHalf(_ rendition: UInt32) -> Cell { Cell(width: 0, rendition: rendition) }

  var rendition: UInt32 {
    get { UInt32(truncatingIfNeeded: bits >> 32) }
    set { bits = bits & 0xffff_ffff | UInt64(newValue) << 32 }
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
