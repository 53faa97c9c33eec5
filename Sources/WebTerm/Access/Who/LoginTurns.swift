// Whose password is checked next, where several wait. It has no clock.

import EventLoop

/// Those who wait until their password is checked: one at a time, since each takes its time.
///
/// Those with no failures go first; among equals networks take turns, and within a network
/// addresses do, so that many who ask from one place do not keep others waiting.
struct LoginTurns {
  typealias Instant = MonotonicInstant

  /// What is to be done next.
  enum Step: Equatable {
    case check(Int)
    case refuse(Int, LoginThrottle.Refusal)
  }

  private struct Waiting {
    let number: Int
    let attempt: LoginThrottle.Attempt

    /// Whose turns it takes: all of an IPv6 network of 48 bits are one.
    var network: Turn {
      attempt.address.site.map { .site($0) } ?? .address(attempt.address)
    }
  }

  private enum Turn: Hashable {
    case site(UInt64)
    case address(AddressKey)
  }

  /// What an attempt is chosen by; the least is next.
  private struct Rank: Comparable {
    let isClean: Bool
    let networkTurn: Int
    let addressTurn: Int
    let number: Int

    static func < (a: Self, b: Self) -> Bool {
      (a.isClean ? 0 : 1, a.networkTurn, a.addressTurn, a.number)
        < (b.isClean ? 0 : 1, b.networkTurn, b.addressTurn, b.number)
    }
  }

  /// Attempts that may wait: of one address, at one name, of one network, and in all.
  private static let mostOfAddress = 8
  private static let mostOfName = 32
  private static let mostOfNetwork = 32
  private static let most = 256
  /// Turns remembered.
  private static let mostTurns = 1024

  private(set) var throttle = LoginThrottle()
  private var waiting: [Waiting] = []
  private var running: Waiting?
  /// Which turn was whose last one.
  private var turns: [Turn: Int] = [:]
  private var lastTurn = 0

  /// How many wait.
  var count: Int { waiting.count }

  /// Whether no attempt waits, and none is checked.
  var isIdle: Bool { waiting.isEmpty && running == nil }

  /// Takes an attempt in.
  ///
  /// - Parameters:
  ///   - number: What it is called from now on; each is higher than those before.
  ///   - attempt: Who tries, and as whom.
  ///   - now: The time.
  /// - Returns: Who is refused: this one, or another one that had to make room for it. Nil where
  ///   all may wait.
  mutating func add(
    _ number: Int, _ attempt: LoginThrottle.Attempt, now: Instant
  ) -> (number: Int, why: LoginThrottle.Refusal)? {
    if let refusal = throttle.refusal(of: attempt, now: now) { return (number, refusal) }
    let new = Waiting(number: number, attempt: attempt)
    if waiting.count(where: { $0.attempt.address == attempt.address }) >= Self.mostOfAddress {
      return (number, .crowdedAddress)
    }
    waiting.append(new)
    let isTooMuch =
      waiting.count > Self.most
      || waiting.count(where: { $0.network == new.network }) > Self.mostOfNetwork
      || waiting.count(where: { $0.attempt.name == attempt.name }) > Self.mostOfName
    return isTooMuch ? makeRoom(for: new, now) : nil
  }

  /// Sends away the last of those that have the most places, the doubtful before the clean.
  private mutating func makeRoom(
    for new: Waiting, _ now: Instant
  ) -> (number: Int, why: LoginThrottle.Refusal)? {
    let rivals = waiting.filter {
      waiting.count > Self.most || $0.network == new.network
        || $0.attempt.name == new.attempt.name
    }
    let counts = Dictionary(rivals.map { ($0.network, 1) }, uniquingKeysWith: +)
    let loser = rivals.max { a, b in
      (isClean(a, now) ? 0 : 1, counts[a.network] ?? 0, a.number)
        < (isClean(b, now) ? 0 : 1, counts[b.network] ?? 0, b.number)
    }
    guard let loser else { return nil }
    withdraw(loser.number)
    return (loser.number, .crowded)
  }

  private func isClean(_ each: Waiting, _ now: Instant) -> Bool {
    throttle.standing(of: each.attempt, now: now) == .clean
  }

  /// Forgets an attempt that waits: its visitor is gone. One that is being checked counts when that
  /// is over.
  mutating func withdraw(_ number: Int) {
    waiting.removeAll { $0.number == number }
  }

  /// What is to be done now; nil where nothing can be.
  mutating func next(now: Instant) -> Step? {
    for each in waiting {
      guard let refusal = throttle.refusal(of: each.attempt, now: now) else { continue }
      withdraw(each.number)
      return .refuse(each.number, refusal)
    }
    guard running == nil else { return nil }
    let ready = waiting.filter { throttle.hold(of: $0.attempt, now: now) == nil }
    let best = ready.map { ($0, rank(of: $0, now)) }.min { $0.1 < $1.1 }
    guard let (chosen, _) = best else { return nil }
    withdraw(chosen.number)
    running = chosen
    lastTurn += 1
    if turns.count > Self.mostTurns {
      turns = turns.filter { $1 > lastTurn - Self.mostTurns / 4 }
    }
    turns[chosen.network] = lastTurn
    turns[.address(chosen.attempt.address)] = lastTurn
    return .check(chosen.number)
  }

  private func rank(of each: Waiting, _ now: Instant) -> Rank {
    Rank(
      isClean: isClean(each, now),
      networkTurn: turns[each.network] ?? 0,
      addressTurn: turns[.address(each.attempt.address)] ?? 0, number: each.number)
  }

  /// The check has ended.
  mutating func ended(succeeded: Bool, now: Instant) {
    guard let attempt = running.take()?.attempt else { return }
    if succeeded {
      throttle.succeeded(attempt, now: now)
    } else {
      throttle.failed(attempt, now: now)
    }
  }

  /// When ``next(now:)`` is to be asked again, where nothing else happens before.
  func nextDeadline(now: Instant) -> Instant? {
    guard running == nil else { return nil }
    return waiting.compactMap { throttle.hold(of: $0.attempt, now: now) }.min()
  }
}
