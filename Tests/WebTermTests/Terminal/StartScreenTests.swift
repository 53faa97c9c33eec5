// The screen where a log begins.

import Testing

@testable import WebTerm

@Suite("Start screen") struct StartScreenTests {
  private func leave(_ screen: inout StartScreen, _ bytes: [UInt8], from start: Int = 0) -> Int {
    screen.leave(bytes.span.bytes, from: start)
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
    #expect(text(screen.painting(with: Array(" new".utf8).span.bytes, from: 3)) == "old new")
    #expect(text(screen.painting) == "old")
  }
}
