// How long a terminal is kept: what it was opened with, and who has been there since.

import EventLoop

/// What a terminal is opened with, whatever a later configuration says.
struct TerminalTerms {
  /// Bytes of seen output to be kept.
  var history: Int
  /// How long it outlives its channel; zero is not at all.
  var patience: Duration
  /// How long a visitor may do nothing; zero is for ever.
  var idlePatience: Duration
}

/// When a terminal will have been left alone for too long.
struct Lifetime {
  typealias Instant = MonotonicInstant

  /// How long it outlives its channel.
  let patience: Duration
  private let idlePatience: Duration
  /// When a visitor last typed, or changed the screen's size.
  private(set) var lastTouched: Instant
  /// Since when there is no channel.
  private var detachedSince: Instant?

  init(_ terms: TerminalTerms, now: Instant) {
    patience = terms.patience
    idlePatience = terms.idlePatience
    lastTouched = now
  }

  mutating func touch(now: Instant) {
    lastTouched = now
  }

  mutating func attach() {
    detachedSince = nil
  }

  /// - Returns: False where it does not outlive its channel.
  mutating func detach(now: Instant) -> Bool {
    detachedSince = now
    return patience > .zero
  }

  /// When it ends if nobody does anything, and why.
  var end: (deadline: Instant, reason: TerminalEndReason)? {
    let idle = idlePatience > .zero ? lastTouched + idlePatience : nil
    let gone = detachedSince.map { $0 + patience }
    switch (idle, gone) {
    case (let idle?, let gone?) where gone <= idle: return (gone, .detachedTooLong)
    case (let idle?, _): return (idle, .idle)
    case (nil, let gone?): return (gone, .detachedTooLong)
    case (nil, nil): return nil
    }
  }
}
