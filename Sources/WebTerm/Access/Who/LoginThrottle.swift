// How fast passwords may be tried. It has no clock. Whose turn it is, is LoginTurns'.

import EventLoop

/// Slows the guessing of passwords down: per address, per network and per name.
///
/// The first failures cost nothing: people mistype. From then on each one doubles the time for
/// which nothing more is checked for that address. A right password forgives what was tried for its
/// own name from its own address, and nothing else: who has a login of their own cannot guess at
/// others' any faster.
struct LoginThrottle {
  typealias Instant = MonotonicInstant

  /// Somebody who tries, and as whom.
  struct Attempt {
    let address: AddressKey
    /// Nil where that is no name at all.
    let name: AccountName?

    fileprivate var parties: [Party] {
      [.address(address)] + (address.site.map { [.site($0)] } ?? [])
        + (name.map { [.name($0)] } ?? [])
    }
  }

  /// Why a password is not checked now, and how long to wait.
  enum Refusal: Error, Equatable {
    case address(Duration)
    case network(Duration)
    case name(Duration)
    /// Too many of that address wait for their turn.
    case crowdedAddress
    /// Too many wait in all.
    case crowded
  }

  /// How an attempt is to be treated.
  enum Standing: Equatable {
    /// Nothing speaks against it: its turn is before all others'.
    case clean
    /// A few failures, as people make them.
    case doubtful
    /// So many that guesses at a name that is under attack are not taken from there.
    case suspect
  }

  fileprivate enum Party: Hashable {
    case address(AddressKey)
    case site(UInt64)
    case name(AccountName)

    /// Failures without consequence.
    var free: Int {
      switch self {
      case .address: 3
      case .site: 12
      case .name: 10
      }
    }
  }

  /// Failures of an address at one name.
  private struct Count {
    var all = 0
    /// How many of them its network was charged with.
    var ofSite = 0
  }

  private struct Record {
    var failures = 0
    /// Of an address: for which names. What goes beyond ``LoginThrottle/mostNames`` is not
    /// forgiven.
    var byName: [AccountName: Count] = [:]
    var blockedUntil: Instant
    var lastFailure: Instant
  }

  private static let firstPause: Duration = .seconds(1)
  private static let longestPause: Duration = .seconds(60)
  /// Between two checks of a name that is under attack, for those who have done nothing wrong: they
  /// wait, but are let in.
  private static let longestHold: Duration = .seconds(2)
  /// Failures are forgotten after so long without another.
  private static let memory: Duration = .seconds(900)
  /// Records kept; past it the forgettable go, then those with the fewest failures.
  private static let most = 10_000
  private static let mostNames = 16
  /// Addresses from which a name has logged in that are remembered: a login pushes out no more than
  /// its own.
  private static let mostAddresses = 16

  private var records: [Party: Record] = [:]
  /// Who has logged in from where, the latest last: what others do to their name or their network
  /// does not touch them.
  private var known: [AccountName: [AddressKey]] = [:]

  /// Why an attempt is refused now; nil where it may take its turn.
  func refusal(of attempt: Attempt, now: Instant) -> Refusal? {
    if let pause = pause(of: .address(attempt.address), now) { return .address(pause) }
    guard !isKnown(attempt) else { return nil }
    if let pause = attempt.address.site.flatMap({ pause(of: .site($0), now) }) {
      return .network(pause)
    }
    guard standing(of: attempt, now: now) == .suspect,
      let pause = attempt.name.flatMap({ pause(of: .name($0), now) })
    else { return nil }
    return .name(pause)
  }

  /// How an attempt is to be treated.
  func standing(of attempt: Attempt, now: Instant) -> Standing {
    if isKnown(attempt), failures(of: .address(attempt.address), now) == 0 { return .clean }
    let parties = attempt.parties.filter { if case .name = $0 { false } else { true } }
    if parties.allSatisfy({ failures(of: $0, now) == 0 }) { return .clean }
    return parties.allSatisfy { failures(of: $0, now) <= $0.free } ? .doubtful : .suspect
  }

  /// Until when an attempt has to wait though it is not refused, since its name is under attack;
  /// nil where it has not.
  func hold(of attempt: Attempt, now: Instant) -> Instant? {
    guard !isKnown(attempt), let name = attempt.name, let record = records[.name(name)],
      record.failures > Party.name(name).free
    else { return nil }
    let end = min(record.blockedUntil, record.lastFailure + Self.longestHold)
    return end > now ? end : nil
  }

  /// A password was wrong.
  mutating func failed(_ attempt: Attempt, now: Instant) {
    if records.count >= Self.most { forget(now: now) }
    // An address that waits by itself does not make its neighbours wait, however long it goes on.
    let address = Party.address(attempt.address)
    let isCharged = failures(of: address, now) <= address.free
    for party in attempt.parties {
      if case .site = party, !isCharged { continue }
      var record = records[party] ?? Record(blockedUntil: now, lastFailure: now)
      if now - record.lastFailure > Self.memory {
        (record.failures, record.byName) = (0, [:])
      }
      record.failures += 1
      if party == address, let name = attempt.name,
        record.byName[name] != nil || record.byName.count < Self.mostNames
      {
        record.byName[name, default: Count()].all += 1
        if isCharged { record.byName[name, default: Count()].ofSite += 1 }
      }
      record.lastFailure = now
      record.blockedUntil = now + Self.pause(after: record.failures - party.free)
      records[party] = record
    }
  }

  /// A password was right.
  mutating func succeeded(_ attempt: Attempt, now: Instant) {
    guard let name = attempt.name else { return }
    var addresses = (known[name] ?? []).filter { $0 != attempt.address }
    if addresses.count >= Self.mostAddresses { addresses.removeFirst() }
    known[name] = addresses + [attempt.address]
    guard let forgiven = records[.address(attempt.address)]?.byName[name] else { return }
    for party in attempt.parties {
      guard var record = records[party] else { continue }
      let count = if case .site = party { forgiven.ofSite } else { forgiven.all }
      record.failures -= min(count, record.failures)
      record.byName[name] = nil
      if record.failures <= party.free { record.blockedUntil = now }
      records[party] = record.failures > 0 ? record : nil
    }
  }

  private func isKnown(_ attempt: Attempt) -> Bool {
    attempt.name.map { known[$0]?.contains(attempt.address) == true } == true
  }

  private func failures(of party: Party, _ now: Instant) -> Int {
    guard let record = records[party], now - record.lastFailure <= Self.memory else { return 0 }
    return record.failures
  }

  private func pause(of party: Party, _ now: Instant) -> Duration? {
    guard let end = records[party]?.blockedUntil, end > now else { return nil }
    return end - now
  }

  private static func pause(after tooMany: Int) -> Duration {
    guard tooMany > 0 else { return .zero }
    return min(firstPause * (1 << min(tooMany - 1, 10)), longestPause)
  }

  private mutating func forget(now: Instant) {
    records = records.filter { now - $1.lastFailure < Self.memory }
    guard records.count >= Self.most else { return }
    let order = records.sorted {
      ($0.value.failures, $0.value.lastFailure.nanoseconds)
        < ($1.value.failures, $1.value.lastFailure.nanoseconds)
    }
    for (party, _) in order.prefix(order.count / 2) { records[party] = nil }
  }
}

extension AddressKey {
  /// The IPv6 network of 48 bits that it belongs to: so many addresses one customer gets. Nil for
  /// others.
  var site: UInt64? { if case .ipv6(let network) = self { network >> 16 } else { nil } }
}
