// What a telnet remote waits for, and how long.

import EventLoop

/// The deadlines of one conversation. Its owner has the timer.
struct TelnetDeadlines {
  /// How long a host may take to say its first command of telnet.
  static let firstWordTimeout: Duration = .milliseconds(300)
  /// How long what may be the beginning of a command waits for the rest of it before it is shown.
  static let longestHold: Duration = .milliseconds(300)
  /// How long a host that asks without end may take no answers, and is not heard meanwhile: behind
  /// what it says may be its end.
  static let longestDeafness: Duration = .seconds(10)
  /// How long a host that has closed its own direction may take nothing of what was typed.
  static let lastWordsTimeout: Duration = .seconds(5)

  /// A host that has not spoken telnet by then is taken for a raw line.
  var firstWord: MonotonicInstant?
  /// The break that is on ends.
  var breakEnd: MonotonicInstant?
  /// What is held back is shown.
  var hold: MonotonicInstant?
  /// A host that takes no answers is heard all the same.
  var answers: MonotonicInstant?
  /// A host that has closed its own direction is sent nothing any more.
  var lastWords: MonotonicInstant?

  /// The nearest; nil where nothing is waited for.
  var next: MonotonicInstant? {
    var nearest: MonotonicInstant?
    for deadline in [firstWord, breakEnd, hold, answers, lastWords] {
      if let deadline, nearest.map({ deadline < $0 }) ?? true { nearest = deadline }
    }
    return nearest
  }

  /// The host has taken something: it lives, and its time begins anew.
  mutating func hostHasTaken(now: MonotonicInstant) {
    answers = nil
    if lastWords != nil { lastWords = now + Self.lastWordsTimeout }
  }

  /// Takes a deadline back where it has passed.
  ///
  /// - Returns: Whether it has.
  mutating func take(
    _ deadline: WritableKeyPath<Self, MonotonicInstant?>, now: MonotonicInstant
  ) -> Bool {
    guard let time = self[keyPath: deadline], time <= now else { return false }
    self[keyPath: deadline] = nil
    return true
  }
}
