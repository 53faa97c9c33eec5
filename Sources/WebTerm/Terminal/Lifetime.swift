// How long a terminal is kept: what it was opened with, and who has been there since.

import EventLoop

/// What a terminal is opened with, whatever a later configuration says.
struct TerminalPolicy {
  /// Bytes of seen output to be kept.
  var history: Int
  /// Whether ^C is answered by the screen of now instead of what is on its way.
  var catchUp = true
  /// How many viewers it may have at once.
  var viewers = 32
  /// How long it outlives its channel; zero is not at all.
  var patience: Duration
  /// How long a visitor may do nothing; zero is for ever.
  var idleTimeout: Duration
  /// How long it may live at all; zero is without end.
  var session: Duration = .zero
}

/// When a terminal will have been left alone for too long.
struct Lifetime {
  typealias Instant = MonotonicInstant

  /// How long it outlives its channel.
  let patience: Duration
  private let idleTimeout: Duration
  /// When its longest life is over, whoever is there, and when that is said.
  private let session: (end: Instant, warning: Instant)?
  private var isWarned = false
  /// Whether it belongs to a line that is kept open: then nothing ends it.
  private(set) var isStanding: Bool
  /// How long before that the visitor is told.
  private static let warning: Duration = .seconds(300)
  /// When a visitor last typed, or changed the screen's size.
  private(set) var lastTouched: Instant
  /// Since when there is no channel by which it lives.
  private var detachedSince: Instant?
  /// When it is over, since its remote is and its owner was told.
  private var lastWords: Instant?
  /// How long those who watch may take to hear the rest.
  private static let lastWordsTimeout: Duration = .seconds(2)
  /// When the server came back from an absence in which nobody could reach it.
  private var reachableSince: Instant?
  /// Nobody may come in vain for longer than this without being noticed: a terminal that is
  /// detached is looked at so often.
  private static let longestWait: Duration = .seconds(30)

  init(_ terms: TerminalPolicy, isStanding: Bool = false, now: Instant) {
    self.isStanding = isStanding
    patience = terms.patience
    idleTimeout = terms.idleTimeout
    let sayAfter = max(terms.session - Self.warning, .zero)
    session = terms.session > .zero ? (now + terms.session, now + sayAfter) : nil
    lastTouched = now
  }

  mutating func touch(now: Instant) {
    lastTouched = now
  }

  mutating func attach() {
    detachedSince = nil
    isWarned = false
  }

  /// - Returns: False where it does not outlive its channel.
  mutating func detach(now: Instant) -> Bool {
    detachedSince = detachedSince ?? now
    return patience > .zero || isStanding
  }

  /// The line is kept open from now on, or not any more: then no viewer has been here since now.
  mutating func stand(_ stands: Bool, isAttached: Bool, now: Instant) {
    isStanding = stands
    if !stands { (lastTouched, detachedSince) = (now, isAttached ? nil : now) }
  }

  /// Its owner was told that its remote has ended: others are not waited for long.
  mutating func ownerWasTold(now: Instant) {
    lastWords = lastWords ?? now + Self.lastWordsTimeout
  }

  /// When it ends if nobody does anything, and why.
  var end: (deadline: Instant, reason: TerminalEndReason)? {
    guard !isStanding else { return nil }
    let ends: [(deadline: Instant?, reason: TerminalEndReason)] = [
      (lastWords, .over), (session?.end, .session),
      (detachedSince.map { inReach($0) + patience }, .detachedTooLong),
      (idleTimeout > .zero ? inReach(lastTouched) + idleTimeout : nil, .idle),
    ]
    return ends.compactMap { end in end.deadline.map { ($0, end.reason) } }
      .min { $0.deadline < $1.deadline }
  }

  /// How long the visitor may do nothing from now on, in whole seconds; nil where that is for ever.
  func idleLeft(now: Instant) -> Int? {
    guard idleTimeout > .zero, !isStanding else { return nil }
    return max(0, Int((inReach(lastTouched) + idleTimeout - now).components.seconds))
  }

  /// Time counts only from when the server could be reached.
  func inReach(_ since: Instant) -> Instant { max(since, reachableSince ?? since) }

  /// The server came back from an absence.
  mutating func serverReturned(at instant: Instant?) {
    reachableSince = instant
  }

  /// When something is to be done about it next.
  func nextDeadline(now: Instant) -> Instant? {
    guard let deadline = end?.deadline else { return nil }
    if detachedSince != nil { return min(deadline, now + Self.longestWait) }
    guard let session, !isWarned else { return deadline }
    return min(deadline, session.warning)
  }

  /// What a visitor should be told now about the end of its longest life; nil for nothing. It is
  /// told once to each who comes.
  mutating func warn(now: Instant) -> String? {
    guard let session, !isWarned, !isStanding, detachedSince == nil, session.warning <= now else {
      return nil
    }
    isWarned = true
    let minutes = max(1, Int((session.end - now).components.seconds + 30) / 60)
    return "This terminal's longest life ends in \(minutes) \(minutes == 1 ? "minute" : "minutes")."
  }
}
