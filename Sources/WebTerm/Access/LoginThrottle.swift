// How fast passwords may be tried. It has no clock.

import EventLoop

/// Slows the guessing of passwords down, per address.
///
/// The first failures cost nothing: people mistype. From then on each one doubles the time for which
/// nothing more is checked for that address.
struct LoginThrottle {
  typealias Instant = MonotonicInstant

  /// Failures without consequence.
  private static let freeFailures = 3
  private static let firstPause: Duration = .seconds(1)
  private static let longestPause: Duration = .seconds(60)
  /// Failures are forgotten after so long without another.
  private static let memory: Duration = .seconds(900)
  /// Addresses remembered; past it the forgettable go, then those that wait least.
  private static let most = 10_000
  /// Checks at once for one address, and for all.
  private static let checksPerAddress = 8
  private static let checksAtMost = 32

  private struct Entry {
    var failures = 0
    var checks = 0
    var blockedUntil: Instant
    var lastFailure: Instant
  }

  private var entries: [AddressKey: Entry] = [:]
  private var checks = 0

  /// Begins a check, where one may begin now.
  ///
  /// - Returns: How long to wait before the next try; nil where the check may begin.
  mutating func begin(_ address: AddressKey, now: Instant) -> Duration? {
    var entry = entries[address] ?? Entry(blockedUntil: now, lastFailure: now)
    guard entry.blockedUntil <= now else { return entry.blockedUntil - now }
    guard checks < Self.checksAtMost, entry.checks < Self.checksPerAddress else {
      return Self.firstPause
    }
    checks += 1
    entry.checks += 1
    if entries.count >= Self.most { forget(now: now) }
    entries[address] = entry
    return nil
  }

  /// A check has ended.
  mutating func end(_ address: AddressKey, succeeded: Bool, now: Instant) {
    checks -= 1
    guard var entry = entries[address] else { return }
    entry.checks -= 1
    if succeeded {
      entry.failures = 0
    } else {
      if now - entry.lastFailure > Self.memory { entry.failures = 0 }
      entry.failures += 1
      entry.lastFailure = now
      entry.blockedUntil = now + Self.pause(after: entry.failures)
    }
    entries[address] = entry.failures == 0 && entry.checks == 0 ? nil : entry
  }

  private static func pause(after failures: Int) -> Duration {
    guard failures > freeFailures else { return .zero }
    let doublings = min(failures - freeFailures - 1, 10)
    return min(firstPause * (1 << doublings), longestPause)
  }

  private mutating func forget(now: Instant) {
    entries = entries.filter { $1.checks > 0 || now - $1.lastFailure < Self.memory }
    guard entries.count >= Self.most else { return }
    let idle = entries.filter { $1.checks == 0 }
      .sorted { $0.value.blockedUntil < $1.value.blockedUntil }
    for (address, _) in idle.prefix(idle.count / 2 + 1) { entries[address] = nil }
  }
}
