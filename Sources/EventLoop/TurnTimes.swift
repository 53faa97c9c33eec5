// How long the loop's turns take: what is ready meanwhile waits for as long.

/// A histogram of durations with fixed bounds.
public struct TurnTimes: Equatable, Sendable {
  /// Upper bounds, in microseconds. What takes longer is counted beyond the last one.
  public static let bounds = [
    50, 100, 250, 500, 1000, 2500, 5000, 10_000, 25_000, 100_000, 1_000_000,
  ]

  /// How many turns took no longer than the bound of the same index, and longer than the one
  /// before; the last count is of those beyond all bounds.
  public private(set) var counts = [12 of Int](repeating: 0)
  /// How many there were.
  public private(set) var total = 0
  /// All of them together, in microseconds.
  public private(set) var microseconds = 0

  init() {}

  mutating func record(from beginning: MonotonicInstant, to end: MonotonicInstant) {
    let time = Int(end.nanoseconds - beginning.nanoseconds) / 1000
    total += 1
    microseconds += time
    var index = 0
    while index < Self.bounds.count, time > Self.bounds[index] { index += 1 }
    counts[index] += 1
  }

  public static func == (a: Self, b: Self) -> Bool {
    a.total == b.total && a.microseconds == b.microseconds
      && a.counts.indices.allSatisfy { a.counts[$0] == b.counts[$0] }
  }
}
