// One place of the screen.

/// A character and how it looks, in eight bytes:
///
///     63            32 31   24 23  22 21        20          0
///     rendition        unused  width  cluster   code point
///
/// With `cluster` the number is that of a cluster of code points instead. A code point of 0 is no character: the place is
/// empty, or the second half of a wide one (then its width is 0).
struct Cell: Equatable {
  private var bits: UInt64

  private static let clusterBit: UInt64 = 1 << 21

  init(code: UInt32 = 0, width: Int = 1, rendition: UInt32 = 0) {
    bits = UInt64(rendition) << 32 | UInt64(width) << 22 | UInt64(code)
  }

  init(cluster: UInt32, width: Int, rendition: UInt32) {
    bits = UInt64(rendition) << 32 | UInt64(width) << 22 | Self.clusterBit | UInt64(cluster)
  }

  /// The second half of a wide character.
  static func secondHalf(_ rendition: UInt32) -> Cell { Cell(width: 0, rendition: rendition) }

  var rendition: UInt32 {
    get { UInt32(bits >> 32) }
    set { bits = bits & 0xffff_ffff | UInt64(newValue) << 32 }
  }

  var width: Int { Int(bits >> 22 & 3) }

  var isCluster: Bool { bits & Self.clusterBit != 0 }

  /// A code point, or a cluster's number.
  var code: UInt32 { UInt32(truncatingIfNeeded: bits & 0x1fffff) }

  var isEmpty: Bool { bits & 0x3fffff == 0 }
}
