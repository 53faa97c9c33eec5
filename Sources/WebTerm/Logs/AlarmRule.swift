// When a line of a console raises an alarm. There is no clock here: the time is passed in.

/// What raises an alarm.
package struct AlarmRule {
  package enum Cause {
    /// A line of text that the pattern is found in.
    case match(Pattern)
    /// Silence for so many milliseconds, since the last output or since the line was opened.
    case silence(Int)
    /// So many bytes of output within so many milliseconds.
    case volume(bytes: Int, within: Int)
  }

  package let name: String
  package let cause: Cause
  /// For so long after an alarm the same one of the same line does not count, in milliseconds.
  package let hold: Int

  package init(name: String, cause: Cause, hold: Int) {
    self.name = name
    self.cause = cause
    self.hold = hold
  }
}

/// What one rule knows of one line. All times are milliseconds of one clock that never goes back.
package struct AlarmState {
  /// A window is counted in so many parts and the one that has begun: nothing that comes within a
  /// window is missed, and what comes within one that is longer by less than a part counts, too.
  private static let parts = 8

  /// Until when another alarm does not count.
  private var heldUntil: Int?
  /// When the line has last said something, or was opened; nil while it is closed, and after its
  /// silence has raised the alarm.
  private var quietSince: Int?
  /// Bytes by parts of the window, and which part the newest one is.
  private var counts: [Int] = []
  private var part = 0

  package init() {}

  /// Whether an alarm of now counts; it holds others back then.
  private mutating func raise(_ rule: AlarmRule, at now: Int) -> Bool {
    if let heldUntil, now < heldUntil { return false }
    heldUntil = now + rule.hold
    return true
  }

  /// The line was opened.
  package mutating func opened(at now: Int) { quietSince = now }

  /// The line was closed: it is not silent then.
  package mutating func closed() { quietSince = nil }

  /// The line has said so many bytes; true where that is an alarm.
  package mutating func output(_ bytes: Int, _ rule: AlarmRule, at now: Int) -> Bool {
    switch rule.cause {
    case .match: return false
    case .silence:
      quietSince = now
      return false
    case .volume(let most, let window):
      guard count(bytes, within: window, at: now) >= most else { return false }
      return raise(rule, at: now)
    }
  }

  /// The line has said a line of text, finished or not; true where that is an alarm.
  package mutating func text(
    _ line: UnsafeBufferPointer<UInt8>, _ rule: AlarmRule, at now: Int
  ) -> Bool {
    guard case .match(let pattern) = rule.cause else { return false }
    // What does not count need not be looked for.
    if let heldUntil, now < heldUntil { return false }
    return pattern.isFound(in: line) && raise(rule, at: now)
  }

  /// When ``tick(_:at:)`` is to be called; nil where nothing is waited for.
  package func deadline(_ rule: AlarmRule) -> Int? {
    guard case .silence(let time) = rule.cause, let quietSince else { return nil }
    return quietSince + time
  }

  /// Time has passed; true where silence is an alarm now. It is one once, until the line says
  /// something again.
  package mutating func tick(_ rule: AlarmRule, at now: Int) -> Bool {
    guard let deadline = deadline(rule), now >= deadline else { return false }
    quietSince = nil
    return raise(rule, at: now)
  }

  /// Counts bytes; returns how many there were within the window.
  private mutating func count(_ bytes: Int, within window: Int, at now: Int) -> Int {
    let newest = now / max(1, (window + Self.parts - 1) / Self.parts)
    let slots = Self.parts + 1
    if counts.isEmpty { counts = [Int](repeating: 0, count: slots) }
    for passed in 0..<min(slots, max(0, newest - part)) { counts[(newest - passed) % slots] = 0 }
    part = max(part, newest)
    counts[part % slots] += bytes
    return counts.reduce(0, +)
  }
}
