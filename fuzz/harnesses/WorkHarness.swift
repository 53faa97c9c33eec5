// A host that wants to be expensive.

@testable import WebTerm

/// What drawing costs: whatever the bytes are, no byte may cost more than a bound, a feed stops
/// where its budget is spent, and what is drawn in pieces is what is drawn at once.
enum WorkHarness: Harness {
  static let seeds: [[UInt8]] = [
    "\u{1b}c", "x\u{1b}[9999b", "漢\u{1b}[9999b", "\u{263a}\u{fe0f}\u{301}\u{1b}[9999b",
    "\u{1b}[999S",
    "\u{1b}[L\u{1b}[M", "\u{1b}[ @\u{1b}[ A", "\u{1b}#8\u{1b}[2J", "\u{1b}[?47h\u{1b}[?47l",
    "\u{1b}[1\"qx\u{1b}[?2J", "\u{1b}]8;;http://a/\u{7}y", "\u{1b}[2;3r\n\n\n",
    "\u{1b}[38;2;1;2;3mx",
    "\u{1b}['}\u{1b}['~", "\u{1b}#8\u{1b}[ @", "\u{1b}[4hx\u{1b}[9999b", "e\u{301}\u{1b}[99b",
    "\u{1b}[41m\u{1b}[?2J", "\u{1b}]10;#fff;#000\u{7}", "\u{1b}[?7lxx漢", "\u{1b}]8;id=1;h\u{7}y",
    "\u{1b}[999Z\u{1b}[999I", "\u{1b}[4hx\r", "\u{1b}]2;t\u{7}\u{1b}[22t", "x\u{301}\u{302}",
    "\u{1b}[1\"qx\u{1b}[?2J\u{1b}[ @", "x\n\u{1b}['}\u{1b}[?J",
    "\u{1b}[9r\u{1b}[ @\u{1b}[r\u{1b}[ A",
  ].map { Array(String(repeating: $0, count: 8).utf8) }

  static let rounds = 200

  /// The dearest known is a selective erasure of a whole screen, in units of ``WorkBudget``.
  private static let mostOfByte = 1200
  /// What a screen's tables may cost beyond that when they are tidied up.
  private static let mostAnyway = 50_000
  private static let share = 4000

  static func run(_ bytes: [UInt8]) {
    var whole = Screen(columns: 80, rows: 24)
    var budget = WorkBudget(.max)
    whole.feed(bytes, &budget)
    require(
      .max - budget.left <= mostAnyway + mostOfByte * bytes.count, "no byte costs more than it may")
    var inShares = Screen(columns: 80, rows: 24)
    var done = 0
    while done < bytes.count {
      var left = WorkBudget(share)
      let taken = bytes[done...].withUnsafeBufferPointer { inShares.feed($0, &left) }
      require(taken > 0, "it goes on")
      require(left.left > -mostAnyway, "it stops where its share is spent")
      done += taken
    }
    require(
      ScreenPainter.paint(whole) == ScreenPainter.paint(inShares), "shares change nothing")
  }
}
