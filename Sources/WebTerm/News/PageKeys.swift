// What pages call terminals: numbers that say nothing of how many there are.

/// Numbers for pages, one for each terminal's own number, which no page could work out or count by.
///
/// An ID is a secret of its owner's, and a terminal's own number would tell how many others have
/// opened meanwhile. A Feistel network of 52 bits gives each number another one, and no two the
/// same; numbers of JavaScript hold 53.
struct PageKeys {
  private static let rounds = 4
  private static let half: UInt64 = 26
  private static let mask: UInt64 = 1 << half - 1

  private let secret: UInt64

  init() {
    secret = UInt64.random(in: .min ... .max)
  }

  /// What pages call the terminal of that number.
  func key(of number: Int) -> Int {
    let number = UInt64(truncatingIfNeeded: number)
    var (left, right) = (number >> Self.half & Self.mask, number & Self.mask)
    for round in 0..<Self.rounds {
      // Swift's hashing is SipHash, by a key of this process's.
      var hasher = Hasher()
      hasher.combine(secret)
      hasher.combine(round)
      hasher.combine(right)
      (left, right) = (right, left ^ UInt64(truncatingIfNeeded: hasher.finalize()) & Self.mask)
    }
    return Int(left << Self.half | right)
  }
}
