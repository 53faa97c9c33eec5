// How much one address may have.

import EventLoop

/// A network address as limits count it: an IPv4 address, an IPv6 network of 64 bits, or nobody's.
enum AddressKey: Hashable {
  case ipv4(UInt32)
  case ipv6(network: UInt64)
  /// Whoever comes through a unix socket without a forwarded address.
  case local

  init(_ host: SocketAddress.Host?) {
    self =
      switch host {
      case .ipv4(let word)?: .ipv4(word)
      case .ipv6(let high, _)?: .ipv6(network: high)
      case nil: .local
      }
  }
}

/// Counts per address: terminals, and how fast they are opened. Connections are ConnectionCensus's.
struct AddressLimits {
  typealias Instant = MonotonicInstant

  private struct Entry {
    var terminals = 0
    var openings: TokenBucket
  }

  private var entries: [AddressKey: Entry] = [:]

  /// How many terminals `address` has.
  func terminals(of address: AddressKey) -> Int { entries[address]?.terminals ?? 0 }

  /// Takes one opening out of the address's minute; false where none is left.
  mutating func mayOpen(_ address: AddressKey, perMinute: Int, now: Instant) -> Bool {
    update(address, perMinute, now) { $0.openings.take(now: now) }
  }

  mutating func terminalOpened(by address: AddressKey, perMinute: Int, now: Instant) {
    update(address, perMinute, now) { $0.terminals += 1 }
  }

  mutating func terminalClosed(by address: AddressKey, now: Instant) {
    entries[address]?.terminals -= 1
    forgetIfIdle(address, now)
  }

  private mutating func update<R>(
    _ address: AddressKey, _ perMinute: Int, _ now: Instant, _ body: (inout Entry) -> R
  ) -> R {
    let fresh = Entry(openings: TokenBucket(perMinute: perMinute, now: now))
    return body(&entries[address, default: fresh])
  }

  /// An address with nothing open is remembered only for as long as its minute matters.
  private mutating func forgetIfIdle(_ address: AddressKey, _ now: Instant) {
    guard let entry = entries[address], entry.terminals == 0,
      entry.openings.isFull(now: now)
    else { return }
    entries[address] = nil
  }
}

/// So many per minute, all at once or evenly.
struct TokenBucket {
  typealias Instant = MonotonicInstant

  private let interval: Duration
  private let size: Duration
  /// When the bucket is full again. Each take moves it on by one interval.
  private var full: Instant

  init(perMinute: Int, now: Instant) {
    interval = .seconds(60) / perMinute
    size = .seconds(60)
    full = now
  }

  func isFull(now: Instant) -> Bool { full <= now }

  /// False where the bucket is empty.
  mutating func take(now: Instant) -> Bool {
    let next = max(full, now) + interval
    guard next - now <= size else { return false }
    full = next
    return true
  }
}

extension AddressKey: CustomStringConvertible {
  var description: String {
    switch self {
    case .ipv4(let word): "\(SocketAddress.Host.ipv4(word))"
    case .ipv6(let network): "\(SocketAddress.Host.ipv6(high: network, low: 0))/64"
    case .local: "local"
    }
  }
}
