// What is not drawn, since it scrolls away unseen: the screen is the same as where everything is
// drawn.

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

@Suite("Output that is never seen") struct SkippingTests {
  private static let words = [
    "abc", "a longer word", "é", "°½", "漢字", "Привет", "e\u{301}", "\u{301}", "☺\u{fe0f}", "👍🏽",
    "\t",
    "\u{8}", "\u{7}", "\r", "\u{b}", "\u{1b}[m", "\u{1b}[0;1m", "\u{1b}[4:3m", "\u{1b}[38;2;1;2;3m",
    "\u{1b}[48;5;9m", "\u{1b}[7m", "\u{1b}[K", "\u{1b}[1K", "\u{1b}(B", "\u{1b}]0;t\u{7}",
    "\u{1b}]2;tü\u{1b}\\", "\u{1b}]8;;http://a/\u{7}", "\u{1b}]8;;\u{1b}\\",
  ]
  /// What ends ordinary output.
  private static let others = [
    "\u{1b}[H", "\u{1b}[2;3r", "\u{1b}7", "\u{1b}8", "\u{e}", "\u{f}", "\u{1b}(0", "\u{85}",
    "\u{1b}[?1049h", "\u{1b}[?1049l", "\u{1b}c", "\u{1b}[4h", "\u{1b}[4l", "\u{1b}[20h",
    "\u{1b}[20l",
    "\u{1b}]4;1;#fff\u{7}", "\u{1b}[5b", "\u{1b}[A",
  ]

  /// What moves, erases or fills much at once.
  private static let large = [
    "\u{1b}[ @", "\u{1b}[2 A", "\u{1b}['}", "\u{1b}[3'~", "\u{1b}[4D\u{1b}['~",
    "\u{1b}[9C\u{1b}['}",
    "\u{1b}[1\"q", "\u{1b}[0\"q", "\u{1b}[?J", "\u{1b}[?1K", "\u{1b}[?2J", "\u{1b}[?K", "\u{1b}[J",
    "\u{1b}[44m", "\u{1b}[m", "\u{1b}#8", "\u{1b}[L", "\u{1b}[2M", "\u{1b}M", "\u{1b}[S",
    "\u{1b}[T",
    "\u{1b}[2;5r", "\u{1b}[r", "\u{1b}[9b", "漢\u{1b}[999b", "x\u{1b}[99b", "☺\u{fe0f}\u{1b}[99b",
    "\u{1b}[2@", "\u{1b}[P", "\u{1b}[3X", "\u{1b}[4h", "\u{1b}[4l", "\u{1b}[?7l", "\u{1b}[?7h",
    "\u{1b}[?47h", "\u{1b}[?47l", "\u{1b}[3;4H", "\u{1b}[H", "abc", "漢字", "漢", "x", "e\u{301}",
    "\n",
    "\u{1b}(0", "\u{1b}(B", "\u{1b}[?25l", "\u{1b}[3 q", "\u{1b}]2;t\u{7}", "\u{1b}[22t",
    "\u{1b}[23t",
    "\u{1b}]4;1;#fff\u{7}", "\u{1b}]104\u{7}", "\u{1b}[20h", "\u{1b}[!p",
  ]

  /// All sequences that do much, in any order.
  private func largeStream(_ numbers: inout Numbers) -> [UInt8] {
    let resets = Int.random(in: 0..<4, using: &numbers) == 0
    var text = ""
    for _ in 0..<Int.random(in: 50...600, using: &numbers) {
      let word = Self.large.randomElement(using: &numbers) ?? ""
      // The same again is what is noted instead of done.
      text += String(repeating: word, count: Int.random(in: 1...3, using: &numbers))
      if resets, Int.random(in: 0..<100, using: &numbers) == 0 { text += "\u{1b}c" }
    }
    return Array(text.utf8)
  }

  private func stream(_ numbers: inout Numbers) -> [UInt8] {
    if Bool.random(using: &numbers) { return largeStream(&numbers) }
    var text = ""
    let ends = Bool.random(using: &numbers) ? ["\r\n"] : ["\r\n", "\r\n", "\n"]
    for _ in 0..<Int.random(in: 100...900, using: &numbers) {
      text += Self.words.randomElement(using: &numbers) ?? ""
      if Int.random(in: 0..<3, using: &numbers) == 0 {
        text += ends.randomElement(using: &numbers) ?? ""
      }
      if Int.random(in: 0..<400, using: &numbers) == 0 {
        text += Self.others.randomElement(using: &numbers) ?? ""
      }
    }
    var bytes = Array(text.utf8)
    if Int.random(in: 0..<4, using: &numbers) == 0 {
      let place = Int.random(in: 0..<bytes.count, using: &numbers)
      bytes[place] = UInt8.random(in: 0...255, using: &numbers)
    }
    return bytes
  }

  @Test("any output in any pieces makes the same screen", arguments: 0..<150 as Range<UInt64>)
  func same(_ seed: UInt64) {
    var numbers = Numbers(state: seed)
    let columns = Int.random(in: 2...30, using: &numbers)
    let rows = Int.random(in: 1...8, using: &numbers)
    var quick = Screen(columns: columns, rows: rows)
    var slow = Screen(columns: columns, rows: rows)
    slow.drawsAll = true
    for _ in 0..<3 {
      let bytes = stream(&numbers)
      slow.feed(bytes)
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = Int.random(in: 1...rest.count, using: &numbers)
        quick.feed(Array(rest.prefix(count)))
        rest = rest.dropFirst(count)
      }
    }
    let same = ScreenPainter.paint(quick) == ScreenPainter.paint(slow)
    #expect(same, "seed \(seed), \(columns) × \(rows)")
  }

  @Test("of a flood of lines no more is drawn than its last screen", arguments: ["", "\u{1b}[32m"])
  func work(_ colour: String) {
    let line = "\(colour)a line of a flood in some script, é, 漢字\u{1b}[0m, and its end\r\n"
    let bytes = Array(String(repeating: line, count: 1000).utf8)
    var (quick, slow) = (Screen(columns: 80, rows: 24), Screen(columns: 80, rows: 24))
    slow.drawsAll = true
    var (little, much) = (WorkBudget(.max), WorkBudget(.max))
    quick.feed(bytes, &little)
    slow.feed(bytes, &much)
    #expect((Int.max - little.left) * 5 < Int.max - much.left)
    let same = ScreenPainter.paint(quick) == ScreenPainter.paint(slow)
    #expect(same)
  }

  @Test("the last character again is the character as often", arguments: 0..<60 as Range<UInt64>)
  func again(_ seed: UInt64) {
    var numbers = Numbers(state: seed)
    let columns = Int.random(in: 2...30, using: &numbers)
    let rows = Int.random(in: 1...8, using: &numbers)
    let count = Int.random(in: 1...(3 * columns * rows), using: &numbers)
    let character = ["x", "漢", "e\u{301}", "é", "漢\u{302}"].randomElement(using: &numbers) ?? ""
    let modes = ["", "\u{1b}[4h", "\u{1b}[2;4r\u{1b}[3H", "\u{1b}[?1049h"]
    let start =
      (modes.randomElement(using: &numbers) ?? "")
      + String(repeating: "a漢字", count: Int.random(in: 0...40, using: &numbers)) + "\u{1b}[41m"
    let printed = start + String(repeating: character, count: count + 1)
    var quick = Screen(columns: columns, rows: rows)
    var slow = Screen(columns: columns, rows: rows)
    quick.feed(Array("\(start)\(character)\u{1b}[\(count)b".utf8))
    // What parts characters, too.
    slow.feed(Array("\(printed)\u{1b}\\".utf8))
    let same = ScreenPainter.paint(quick) == ScreenPainter.paint(slow)
    #expect(same, "seed \(seed), \(columns) × \(rows), \(count) times \(character)")
  }

  @Test("of what comes between full resets only names, colours and some modes are looked at")
  func reset() {
    let text = String(repeating: "some text, é 漢字 ", count: 20)
    let hostile = String(repeating: "\(text)\u{1b}[?1049h\u{1b}#8", count: 100)
    let lasting = "\u{1b}]2;name\u{7}\u{1b}]4;7;#123456\u{7}\u{1b}[?25l\u{1b}[4 q\u{1b}[20h"
    let bytes = Array("\u{1b}c\(lasting)\(hostile)\u{1b}]0;half\u{1b}cend".utf8)
    var (quick, slow) = (Screen(columns: 80, rows: 24), Screen(columns: 80, rows: 24))
    slow.drawsAll = true
    var (little, much) = (WorkBudget(.max), WorkBudget(.max))
    quick.feed(bytes, &little)
    slow.feed(bytes, &much)
    #expect((Int.max - little.left) * 3 < Int.max - much.left)
    #expect(quick.titles.title == Array("half".utf8) && quick.modes.isCursorHidden)
    let same = ScreenPainter.paint(quick) == ScreenPainter.paint(slow)
    #expect(same)
  }
}
