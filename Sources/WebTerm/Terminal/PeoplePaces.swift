// How much each person at a terminal may ask of all the others.

import EventLoop

/// What a person has left of something that goes to everybody here: some at once, and more each
/// second. It is the person's, not a viewer's: who leaves and comes again has no more of it.
struct Pace {
  private let burst: Int
  private var left: Int
  private var filledAt: MonotonicInstant

  /// - Parameters:
  ///   - burst: How many at once; one more each second.
  ///   - now: The time.
  init(burst: Int, now: MonotonicInstant) {
    self.burst = burst
    left = burst
    filledAt = now
  }

  mutating func admits(now: MonotonicInstant) -> Bool {
    fill(now)
    guard left > 0 else { return false }
    left -= 1
    return true
  }

  /// Whether nothing of it was used lately.
  mutating func isFull(now: MonotonicInstant) -> Bool {
    fill(now)
    return left == burst
  }

  private mutating func fill(_ now: MonotonicInstant) {
    let seconds = Int((now - filledAt).components.seconds)
    guard seconds > 0 else { return }
    filledAt = now
    left = min(burst, left + min(seconds, burst))
  }
}

/// The paces of all who have been at one terminal lately.
struct PeoplePaces {
  /// What has a pace.
  enum Deed: Int, CaseIterable {
    /// A line to everybody here.
    case note
    /// A link is made.
    case link
    /// The page comes into sight.
    case sight

    /// How many of it at once; one more each second.
    var burst: Int {
      switch self {
      case .note, .link: 5
      case .sight: 20
      }
    }
  }

  private struct Key: Hashable {
    let owner: Owner
    let deed: Deed
  }

  /// Those who have nothing to get back are forgotten when there are so many.
  private static let many = 64

  private var paces: [Key: Pace] = [:]

  /// Whether a person may do that now; it counts then.
  mutating func admits(_ deed: Deed, of person: Person, now: MonotonicInstant) -> Bool {
    if paces.count >= Self.many {
      paces = paces.filter { entry in
        var pace = entry.value
        return !pace.isFull(now: now)
      }
    }
    let key = Key(owner: person.holder.visitor.owner, deed: deed)
    return paces[key, default: Pace(burst: deed.burst, now: now)].admits(now: now)
  }
}
