// Changes of many rows that are put off, in any order and mixture: the screen is the same as where
// each is done at once.

import Testing

@testable import WebTerm

/// Numbers that are the same each time (SplitMix64).
private struct Numbers: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

@Suite("Changes of many rows that are put off") struct RowDebtTests {
  /// What changes many rows.
  private static let changes = [
    "\u{1b}[ @", "\u{1b}[2 @", "\u{1b}[ A", "\u{1b}[3 A", "\u{1b}['}", "\u{1b}[2'}", "\u{1b}['~",
    "\u{1b}[4'~", "\u{1b}[99'~", "\u{1b}[?2J", "\u{1b}[?J", "\u{1b}[?1J",
  ]
  /// What touches few, moves them, or takes what they owe away.
  private static let others = [
    "x", "漢", "漢字", "\n", "\r", "\u{1b}[H", "\u{1b}M", "\u{1b}[A", "\u{1b}[5C", "\u{1b}[3;4H",
    "\u{1b}[9d", "\u{1b}[L", "\u{1b}[2M", "\u{1b}[S", "\u{1b}[2T", "\u{1b}[K", "\u{1b}[?K",
    "\u{1b}[J",
    "\u{1b}[P", "\u{1b}[2@", "\u{1b}[2;9r", "\u{1b}[r", "\u{1b}[3r", "\u{1b}[1\"q", "\u{1b}[\"q",
    "\u{1b}#8", "\u{1b}[99b", "\u{1b}[?47h", "\u{1b}[?47l",
  ]

  private func stream(_ numbers: inout Numbers) -> [UInt8] {
    let few = (0..<Int.random(in: 2...12, using: &numbers)).compactMap { _ in
      (Bool.random(using: &numbers) ? Self.changes : Self.others).randomElement(using: &numbers)
    }
    // Many different backgrounds fill a debt up.
    let coloured = Int.random(in: 0..<4, using: &numbers) == 0
    var text = ""
    for _ in 0..<Int.random(in: 50...900, using: &numbers) {
      let all = Bool.random(using: &numbers) ? few : Self.changes + Self.others
      text += all.randomElement(using: &numbers) ?? ""
      if coloured { text += "\u{1b}[48;5;\(UInt8.random(in: 0...255, using: &numbers))m" }
    }
    return Array(text.utf8)
  }

  @Test("any changes make the same screen", arguments: 0..<120 as Range<UInt64>)
  func same(_ seed: UInt64) {
    var numbers = Numbers(state: seed)
    let columns = Int.random(in: 2...30, using: &numbers)
    let rows = Int.random(in: 1...40, using: &numbers)
    var quick = Screen(columns: columns, rows: rows)
    var slow = Screen(columns: columns, rows: rows)
    slow.drawsAll = true
    for _ in 0..<3 {
      let bytes = stream(&numbers)
      quick.feed(bytes)
      slow.feed(bytes)
    }
    let same = ScreenPainter.paint(quick) == ScreenPainter.paint(slow)
    #expect(same, "seed \(seed), \(columns) × \(rows)")
  }

  @Test("a change of all rows costs less than one row at a time")
  func work() {
    let protected = String(repeating: "\u{1b}[1\"qx\u{1b}[0\"q漢", count: 700)
    let hostile = String(repeating: "\u{1b}[?2J\u{1b}[ @\u{1b}['}\u{1b}[?J", count: 200)
    var (quick, slow) = (Screen(columns: 80, rows: 24), Screen(columns: 80, rows: 24))
    slow.drawsAll = true
    for text in [protected, hostile] {
      var (little, much) = (WorkBudget(.max), WorkBudget(.max))
      quick.feed(Array(text.utf8), &little)
      slow.feed(Array(text.utf8), &much)
      if text == hostile { #expect((Int.max - little.left) * 3 < Int.max - much.left) }
    }
    let same = ScreenPainter.paint(quick) == ScreenPainter.paint(slow)
    #expect(same)
  }
}
