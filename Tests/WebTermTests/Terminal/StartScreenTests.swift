// The screen where a log begins.

import Testing

@testable import WebTerm

@Suite("Start screen") struct StartScreenTests {
  private func leave(_ screen: inout StartScreen, _ bytes: [UInt8], from start: Int = 0) -> Int {
    var work = WorkBudget(.max)
    return screen.leave(bytes.span.bytes, from: start, &work)
  }

  private func text(_ painting: [UInt8], columns: Int = 20, rows: Int = 4) -> String {
    var screen = Screen(columns: columns, rows: rows)
    screen.feed(painting)
    return (0..<columns).map {
      String(decoding: screen.active.grid[0, $0].text(screen), as: UTF8.self)
    }
    .joined().filter { $0 != "\0" }
  }

  private func size(_ columns: Int, _ rows: Int) throws -> TerminalSize {
    try #require(TerminalSize(columns: columns, rows: rows))
  }

  @Test("nothing is there before something leaves")
  func empty() throws {
    var screen = StartScreen(charset: "utf-8")
    screen.resize(at: 0, start: 0, to: try size(20, 4))
    #expect(screen.painting.isEmpty && screen.capacity == 0 && screen.cost == 20 * 4 * 8)
    #expect(leave(&screen, Array("hello".utf8)) == 5)
    #expect(text(screen.painting) == "hello" && screen.capacity == 20 * 4 * 8 && screen.cost == 0)
  }

  @Test("a size counts from its byte on, and is told until then")
  func sizes() throws {
    var screen = StartScreen(charset: "utf-8")
    screen.resize(at: 0, start: 0, to: try size(5, 4))
    screen.resize(at: 7, start: 0, to: try size(20, 4))
    #expect(screen.sizes(from: 0).map(\.offset) == [0, 7])
    _ = leave(&screen, Array("0123456789".utf8))
    #expect(screen.sizes(from: 10).map { [$0.offset, $0.size.columns] } == [[10, 20]])
    // Seven characters wrapped at five columns, the others went on in the second row.
    var painted = Screen(columns: 20, rows: 4)
    painted.feed(screen.painting)
    #expect(painted.active.y == 1 && painted.active.x == 5)
  }

  @Test("another character set is translated, wherever it is cut; half a character stays")
  func charsets() throws {
    for (charset, bytes, words) in [
      ("gbk", [0xba, 0xba, 0xd7, 0xd6] as [UInt8], "漢字"), ("cp437", [0x81, 0xb3], "ü│"),
      ("latin1", [0xfc, 0x80], "ü€"), ("euc-kr", [0xc7, 0xd1], "한"),
    ] {
      for cut in 0...bytes.count {
        var screen = StartScreen(charset: charset)
        screen.resize(at: 0, start: 0, to: try size(20, 4))
        let taken = leave(&screen, Array(bytes[..<cut]))
        #expect(leave(&screen, Array(bytes[taken...]), from: taken) == bytes.count - taken)
        let expected = charset == "gbk" ? "汉字" : words
        #expect(text(screen.painting) == expected, "\(charset) at \(cut)")
      }
    }
  }

  @Test("a screen that is too large is not drawn, and one that was given up stays so")
  func bounds() throws {
    var screen = StartScreen(charset: "utf-8")
    screen.resize(at: 0, start: 0, to: try size(1000, 1000))
    #expect(!screen.mayPaint && leave(&screen, [65]) == 1 && screen.painting.isEmpty)
    screen.resize(at: 1, start: 1, to: try size(20, 4))
    #expect(leave(&screen, [66], from: 1) == 1 && screen.painting.isEmpty && !screen.mayPaint)
  }

  @Test("the screen of now is that of the start with the log, which stays")
  func now() throws {
    var screen = StartScreen(charset: "utf-8")
    screen.resize(at: 0, start: 0, to: try size(20, 4))
    _ = leave(&screen, Array("old".utf8))
    let now = try #require(screen.copy())
    var work = WorkBudget(.max)
    #expect(screen.draw(Array(" new".utf8).span.bytes, from: 3, on: now, &work) == 4)
    #expect(text(now.painting) == "old new")
    #expect(text(screen.painting) == "old")
  }

  /// What hosts print whose bytes cost much more than others.
  static let expensive: [String: String] = [
    "resets": "\u{1b}c", "erasures": "\u{1b}[2J", "scrolling": "\u{1b}[999S",
    "insertion": "\u{1b}[L\u{1b}[M", "columns": "\u{1b}[ @", "repetition": "x\u{1b}[9999b",
    "buffers": "\u{1b}[?47h\u{1b}[?47l", "alignment": "\u{1b}#8",
    "clusters": "\u{263a}\u{fe0f}" + String(repeating: "\u{301}", count: 62) + "\u{1b}[9999b",
    "links": "\u{1b}]8;;" + String(repeating: "x", count: 3900) + "\u{7}y",
  ]

  @Test(
    "whatever is printed on whatever screen, a share of work is enough for a turn, and the rest comes later",
    arguments: expensive.keys.sorted(), [[80, 24], [4, 1000], [2, 1000], [1000, 100]])
  func work(_ kind: String, _ size: [Int]) throws {
    let text = try #require(Self.expensive[kind])
    let bytes = Array(String(repeating: text, count: 1 + 4000 / text.utf8.count).utf8)
    var screen = StartScreen(charset: "utf-8")
    screen.resize(at: 0, start: 0, to: try self.size(size[0], size[1]))
    var (offset, turns) = (0, 0)
    let share = 200_000
    // The last byte of a share may move every cell, and every one of a row's several times.
    let most = share + 8 * size[0] * size[1] + 100_000
    while offset < bytes.count {
      var work = WorkBudget(share)
      let taken = screen.leave(
        bytes.span.bytes.extracting(droppingFirst: offset), from: offset, &work)
      #expect(share - work.left <= most, "\(kind): \(share - work.left)")
      try #require(taken > 0)
      offset += taken
      turns += 1
      // What is behind shows that it goes on; a slow machine need not see the end.
      if turns == 3 { return }
    }
  }

  @Test("sizes within a piece are looked at, not only the last one")
  func sizesWithin() throws {
    var screen = StartScreen(charset: "utf-8")
    screen.resize(at: 0, start: 0, to: try size(80, 24))
    screen.resize(at: 7, start: 0, to: try size(1000, 1000))
    screen.resize(at: 1000, start: 0, to: try size(80, 24))
    #expect(!screen.mayPaint)
    let bytes = Array(String(repeating: "\u{1b}c", count: 1000).utf8)
    #expect(leave(&screen, bytes) == bytes.count)
    #expect(screen.painting.isEmpty && !screen.mayPaint && screen.capacity == 0)
  }
}
