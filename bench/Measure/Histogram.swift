// Many durations in little memory, with every percentile exact to one part in 128.

/// A histogram of durations in nanoseconds, in the manner of HdrHistogram: buckets whose width
/// grows with the value, so that the error is bounded relative to it. Histograms add up;
/// percentiles never do.
struct Histogram {
  /// Buckets per doubling: a value is known to 1 / 128 of itself.
  private static let subBuckets = 128
  private static let subBits = 7

  private var counts: [Int] = []
  private(set) var count = 0
  private(set) var largest = 0

  /// Takes one value in; a negative one counts as 0.
  mutating func record(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    record(nanoseconds: Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000))
  }

  /// Takes one value in; a negative one counts as 0.
  mutating func record(nanoseconds: Int) {
    let value = max(0, nanoseconds)
    let bucket = Self.bucket(of: value)
    if bucket >= counts.count {
      counts.append(contentsOf: repeatElement(0, count: bucket + 1 - counts.count))
    }
    counts[bucket] += 1
    count += 1
    largest = max(largest, value)
  }

  /// Takes all values of another one in.
  mutating func add(_ other: Histogram) {
    if other.counts.count > counts.count {
      counts.append(contentsOf: repeatElement(0, count: other.counts.count - counts.count))
    }
    for (bucket, more) in other.counts.enumerated() { counts[bucket] += more }
    count += other.count
    largest = max(largest, other.largest)
  }

  /// The value that `share` of all values (0…1) do not exceed, in nanoseconds; 0 where there are
  /// none.
  func percentile(_ share: Double) -> Int {
    let wanted = max(1, Int((share * Double(count)).rounded(.up)))
    var seen = 0
    for (bucket, more) in counts.enumerated() {
      seen += more
      if seen >= wanted { return min(largest, Self.upperBound(of: bucket)) }
    }
    return largest
  }

  private static func bucket(of value: Int) -> Int {
    guard value >= subBuckets else { return value }
    let shift = Int.bitWidth - value.leadingZeroBitCount - subBits - 1
    return (shift + 1) * subBuckets + (value >> shift) - subBuckets
  }

  private static func upperBound(of bucket: Int) -> Int {
    guard bucket >= subBuckets else { return bucket }
    let shift = bucket / subBuckets - 1
    return ((bucket % subBuckets + subBuckets + 1) << shift) - 1
  }
}
