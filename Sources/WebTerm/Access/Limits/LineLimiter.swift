// How many log lines strangers get. It has no clock.

import EventLoop

/// Bounds what those who have no business here cost in lines: so many of a kind for each address
/// and for all together, and of the rest a count.
struct LineLimiter {
  typealias Instant = MonotonicInstant

  /// What was not written.
  struct Count: Equatable {
    let event: String
    var lines: Int
    /// Where they came from; nil where that is more than one address.
    var address: AddressKey?
  }

  private struct Key: Hashable {
    let event: String
    /// Nil for all addresses together.
    let address: AddressKey?
  }

  /// Lines a minute of one address, and of all.
  private static let perAddress = 10
  private static let perEvent = 60
  /// Addresses remembered; of further ones, the bound for all holds alone.
  private static let most = 1000

  private var buckets: [Key: TokenBucket] = [:]
  private var counts: [Count] = []

  /// How many buckets are kept.
  var size: Int { buckets.count }

  /// Whether a line may be written; where not, it is counted.
  ///
  /// - Parameters:
  ///   - event: What it is about, in words of ours.
  ///   - address: Who has caused it.
  ///   - now: The time.
  /// - Returns: False where there are enough of them.
  mutating func admits(_ event: String, from address: AddressKey, now: Instant) -> Bool {
    let mayWrite =
      take(Key(event: event, address: address), Self.perAddress, now)
      && take(Key(event: event, address: nil), Self.perEvent, now)
    if !mayWrite { count(event, address) }
    return mayWrite
  }

  private mutating func take(_ key: Key, _ perMinute: Int, _ now: Instant) -> Bool {
    if buckets[key] == nil, buckets.count >= Self.most {
      buckets = buckets.filter { !$1.isFull(now: now) }
      if buckets.count >= Self.most, key.address != nil { return true }
    }
    return buckets[key, default: TokenBucket(now: now)].take(perMinute: perMinute, now: now)
  }

  private mutating func count(_ event: String, _ address: AddressKey) {
    guard let index = counts.firstIndex(where: { $0.event == event }) else {
      counts.append(Count(event: event, lines: 1, address: address))
      return
    }
    counts[index].lines += 1
    if counts[index].address != address { counts[index].address = nil }
  }

  /// What was counted since this was asked last.
  mutating func takeCounts() -> [Count] {
    defer { counts = [] }
    return counts
  }
}
