// What a telnet remote waits for, and how long.

import EventLoop

/// The deadlines of one conversation. Its owner has the timer.
struct TelnetDeadlines {
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
