// When the loop was away: what comes too late for a deadline then is the loop's own fault.

/// Whether the loop has kept its deadlines, or was stopped, frozen with its machine, or busy for
/// too long.
///
/// A deadline that judges a peer's answer counts only time in which an answer could be heard.
public struct Presence {
  /// Being later than this is being away.
  private static let tolerance: Duration = .seconds(1)
  /// So long everybody has to be heard after an absence: what was lost meanwhile is sent again
  /// within seconds.
  public static let grace: Duration = .seconds(10)

  /// When the last absence ended; nil where there was none.
  public private(set) var returnedAt: MonotonicInstant?

  public init() {}

  /// The loop looks at its timers.
  ///
  /// - Parameters:
  ///   - now: When it does.
  ///   - due: When it should have, at the latest; nil where nothing is due.
  public mutating func look(at now: MonotonicInstant, due: MonotonicInstant?) {
    if let due, now - due > Self.tolerance { returnedAt = now }
  }

  /// A deadline for a peer that it judges: not before an absence of ours has been over for a while.
  public func fair(_ deadline: MonotonicInstant) -> MonotonicInstant {
    returnedAt.map { max(deadline, $0 + Self.grace) } ?? deadline
  }
}
