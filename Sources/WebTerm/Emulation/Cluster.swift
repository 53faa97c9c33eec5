// A character of several code points, as it is kept.

/// A cluster: what stands before its last code point, and that one. So each begins as another one
/// does, none is stored as a whole, and a mark is put on at the same price whatever it stands on.
struct Cluster: Internable {
  /// A code point, or with ``Cell/clusterBit`` a cluster's number.
  var former: UInt32
  var last: UInt32
  /// How many code points.
  var count: UInt32

  @inline(__always)
  func hash(_ seed: UInt64) -> UInt64 {
    mixed(UInt64(former) << 32 | UInt64(last) ^ seed, seed)
  }
}
