// How much one address may have.

import EventLoop

/// Counts per address: terminals, and how fast they are opened. Connections are ConnectionCensus's.
struct AddressLimits {
  typealias Instant = MonotonicInstant

  private struct Entry {
    var terminals = 0
    var openings: TokenBucket

    init(now: Instant) {
      openings = TokenBucket(now: now)
    }
  }

  private static let fewest = 64

  private var entries: [AddressKey: Entry] = [:]
  /// At so many entries those that do not matter any more are looked for, so that there are never
  /// more than twice as many as matter (and ``fewest``), and looking costs little for each.
  private var sweepsAt = AddressLimits.fewest

  /// How many addresses are remembered.
  var count: Int { entries.count }

  /// How many terminals `address` has.
  func terminals(of address: AddressKey) -> Int { entries[address]?.terminals ?? 0 }

  /// Takes one opening out of the address's minute; false where none is left.
  mutating func mayOpen(_ address: AddressKey, perMinute: Int, now: Instant) -> Bool {
    if entries.count >= sweepsAt { sweep(now) }
    return entries[address, default: Entry(now: now)].openings.take(perMinute: perMinute, now: now)
  }

  mutating func terminalOpened(by address: AddressKey, now: Instant) {
    entries[address, default: Entry(now: now)].terminals += 1
  }

  mutating func terminalClosed(by address: AddressKey) {
    entries[address]?.terminals -= 1
  }

  /// An address with nothing open is remembered only for as long as its minute matters.
  private mutating func sweep(_ now: Instant) {
    entries = entries.filter { $1.terminals > 0 || !$1.openings.isFull(now: now) }
    sweepsAt = max(Self.fewest, 2 * entries.count)
  }
}

/// So many per minute, all at once or evenly.
struct TokenBucket {
  typealias Instant = MonotonicInstant

  private static let size: Duration = .seconds(60)

  /// When the bucket is full again. Each take moves it on by its share of a minute.
  private var full: Instant

  init(now: Instant) {
    full = now
  }

  func isFull(now: Instant) -> Bool { full <= now }

  /// False where the bucket is empty. The rate is that of this moment: another configuration counts
  /// at once.
  mutating func take(perMinute: Int, now: Instant) -> Bool {
    let next = max(full, now) + Self.size / perMinute
    guard next - now <= Self.size else { return false }
    full = next
    return true
  }
}
