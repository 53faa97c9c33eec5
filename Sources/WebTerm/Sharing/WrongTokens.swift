// How often an address may come with a token that opens nothing.

import EventLoop

/// Counts wrong tokens by address. It has no clock.
///
/// What it guards are 128 random bits, which cannot be guessed: so it bounds what trying costs, and
/// when it remembers too many addresses it lets the newest try rather than keep anybody out.
struct WrongTokens {
  typealias Instant = MonotonicInstant

  /// Wrong ones a minute.
  static let perMinute = 10
  /// Addresses remembered.
  private static let most = 10_000

  private static let sweepAgain: Duration = .seconds(1)

  private var buckets: [AddressKey: TokenBucket] = [:]
  /// When those that do not matter any more were last looked for: with all of them full, looking is
  /// dear.
  private var swept: Instant?

  /// How many addresses are remembered.
  var count: Int { buckets.count }

  /// Whether an address has to wait, whatever it comes with.
  func refuses(_ address: AddressKey, now: Instant) -> Bool {
    guard var bucket = buckets[address] else { return false }
    return !bucket.take(perMinute: Self.perMinute, now: now)
  }

  /// It was wrong.
  mutating func failed(_ address: AddressKey, now: Instant) {
    if buckets[address] == nil, buckets.count >= Self.most {
      sweep(now)
      guard buckets.count < Self.most else { return }
    }
    _ = buckets[address, default: TokenBucket(now: now)].take(perMinute: Self.perMinute, now: now)
  }

  private mutating func sweep(_ now: Instant) {
    if let swept, now - swept < Self.sweepAgain { return }
    swept = now
    buckets = buckets.filter { !$1.isFull(now: now) }
  }
}
