// Lines of text beside a second way to make them, wherever the bytes are cut.

import Testing

@testable import WebTerm

/// Another one that makes lines, of all bytes at once: a row of strings, one for each column, in
/// which nil continues the one before.
private struct Reference {
  var row: [String?] = []
  var column = 0

  static func lines(_ words: [String]) -> [String] {
    var reference = Reference()
    var lines: [String] = []
    for word in words {
      switch word {
      case "\n":
        lines.append(reference.row.compactMap(\.self).joined())
        reference = Reference()
      case "\r": reference.column = 0
      case "\u{8}": reference.column -= reference.column > 0 ? 1 : 0
      case "\t": reference.tab()
      case "\u{1b}[K", "\u{1b}[0K", "\u{1b}[J": reference.cut(reference.column)
      case "\u{1b}[2K", "\u{1b}[2J": reference.cut(0)
      case "\u{1b}[1K", "\u{1b}[1J":
        for index in 0..<min(reference.column + 1, reference.row.count) {
          reference.set(index, " ")
        }
      case "\u{301}":
        guard reference.column > 0, reference.column <= reference.row.count else { continue }
        var index = reference.column - 1
        while reference.row[index] == nil { index -= 1 }
        reference.row[index]?.unicodeScalars.append("\u{301}")
      case "漢", "👍":
        reference.set(reference.column, word, isWide: true)
        reference.column += 2
      case let word where word.hasPrefix("\u{1b}") || word.hasPrefix("\u{7f}"): break
      default:
        for character in word {
          reference.set(reference.column, String(character))
          reference.column += 1
        }
      }
    }
    return lines
  }

  private mutating func blank(_ index: Int) {
    guard index < row.count else { return }
    var (start, end) = (index, index + 1)
    while row[start] == nil { start -= 1 }
    while end < row.count, row[end] == nil { end += 1 }
    guard end - start > 1 else { return }
    for other in start..<end { row[other] = " " }
  }

  private mutating func set(_ index: Int, _ text: String, isWide: Bool = false) {
    while row.count < index + (isWide ? 2 : 1) { row.append(row.count < index ? " " : "") }
    blank(index)
    row[index] = text
    guard isWide else { return }
    blank(index + 1)
    row[index + 1] = nil
  }

  private mutating func tab() {
    let target = column / 8 * 8 + 8
    while row.count < column { row.append(" ") }
    if row.count < target {
      row.append("\t")
      while row.count < target { row.append(nil) }
    }
    column = target
  }

  private mutating func cut(_ end: Int) {
    guard end < row.count else { return }
    blank(end)
    row.removeSubrange(end...)
  }
}

@Suite("Lines of text") struct LineTextTests {
  private static let words = [
    "a", "bc", "prompt> ", "é", "漢", "👍", "\u{301}", "\t", "\r", "\r", "\u{8}", "\u{8}", "\n", "\n",
    "\u{1b}[K", "\u{1b}[1K", "\u{1b}[2K", "\u{1b}[J", "\u{1b}[1J", "\u{1b}[2J", "\u{1b}[31m",
    "\u{1b}[12;3H", "\u{1b}(B", "\u{1b}]0;a title\u{7}", "\u{1b}]8;;http://a\u{1b}\\",
    "\u{1b}P1q\u{1b}\\",
    "\u{7f}", "\u{1b}M", "[-", " ",
  ]

  private func lines(_ bytes: [UInt8], cuts: [Int] = []) -> [String] {
    var text = LineText()
    var found: [String] = []
    var start = 0
    for end in cuts.sorted() + [bytes.count] {
      bytes[start..<end].withUnsafeBufferPointer { piece in
        text.take(piece) { found.append(String(decoding: $0, as: UTF8.self)) }
      }
      start = end
    }
    return found
  }

  @Test(
    "they are what another way makes of them, wherever the bytes are cut",
    arguments: 0..<200 as Range<UInt64>)
  func reference(_ seed: UInt64) {
    var numbers = SeededNumbers(state: seed)
    let words = (0..<Int.random(in: 1...400, using: &numbers)).map { _ in
      Self.words.randomElement(using: &numbers) ?? ""
    }
    let bytes = Array(words.joined().utf8)
    let cuts = (0..<Int.random(in: 0...40, using: &numbers)).map { _ in
      Int.random(in: 0...bytes.count, using: &numbers)
    }
    let expected = Reference.lines(words).map { $0.hasPrefix("[-- ") ? " " + $0 : $0 }
    #expect(lines(bytes) == expected, "seed \(seed)")
    #expect(lines(bytes, cuts: cuts) == expected, "seed \(seed)")
  }

  @Test(
    "what a console prints",
    arguments: [
      ("10 %\r50 %\r100 %\r\ndone\r\n", ["100 %", "done"]),
      ("pass\u{8} \u{8}\u{8} \u{8}x\n", ["pax "]), ("\u{1b}[1;31mpan\u{1b}[0mic\n", ["panic"]),
      ("a\tb\n", ["a\tb"]), ("long text\rnew\u{1b}[K\n", ["new"]), ("漢字\rab\n", ["ab字"]),
      ("漢字\ra\n", ["a 字"]), ("\u{1b}]0;never ended\nseen\n", ["", "seen"]), ("\n\n", ["", ""]),
      ("[-- 2026 mark --]\n", [" [-- 2026 mark --]"]), ("\u{200b}[-- x\n", [" [-- x"]),
      ("x\r[-- y\n", [" [-- y"]), ("a\u{2028}[-- b\n", ["a[-- b"]),
    ])
  func examples(_ text: String, _ expected: [String]) {
    #expect(lines(Array(text.utf8)) == expected)
  }

  @Test("bytes that are no UTF-8 leave no trace")
  func broken() {
    #expect(lines([0xff, 0x61, 0xc3, 0x0a, 0xe2, 0x82, 0x62, 0x0a]) == ["a", "b"])
  }

  @Test("a line that is not finished is written once, and the rest of it for itself")
  func unfinished() {
    var text = LineText()
    func take(_ words: String) -> [String] {
      var found: [String] = []
      Array(words.utf8).withUnsafeBufferPointer { bytes in
        text.take(bytes) { found.append(String(decoding: $0, as: UTF8.self)) }
      }
      return found
    }
    func flush() -> String? { text.flushUnfinished().map { String(decoding: $0, as: UTF8.self) } }
    #expect(flush() == nil)
    #expect(take("one\nlogin: ") == ["one"])
    #expect(text.isUnfinished)
    #expect(flush() == "login:  …")
    #expect(flush() == nil)
    #expect(!text.isUnfinished)
    #expect(take("alice\r\n") == ["alice"])
    #expect(take("login: ") == [])
    #expect(flush() == "login:  …")
    // The mark makes none of the log's own lines of it either.
    #expect(take("[--") == [])
    #expect(flush() == " [-- …")
    // Nothing is left of it.
    #expect(take("\r\n\r\nx\n") == ["", "x"])
  }

  @Test("a long line is cut and marked", arguments: ["x", "é", "漢", "\t", "e\u{301}\u{302}"])
  func long(_ word: String) {
    let bytes = Array((String(repeating: word, count: 20_000) + "\nnext\n").utf8)
    let found = lines(bytes, cuts: [1000, 4095, 4096, 4097, 9000])
    #expect(found.count == 2 && found[1] == "next")
    #expect(found[0].hasSuffix(LineText.cutMark) && found[0].hasPrefix(word))
    #expect(found[0].utf8.count <= LineText.longestLine + LineText.cutMark.utf8.count)
    #expect(found[0].utf8.count > LineText.longestLine / 10)
  }

  @Test("between lines it takes little memory")
  func memory() {
    var text = LineText()
    let bytes = Array((String(repeating: "漢\u{301}", count: 20_000) + "\nshort\n").utf8)
    bytes.withUnsafeBufferPointer { text.take($0) { _ in } }
    #expect(text.memory < 2048)
  }
}
