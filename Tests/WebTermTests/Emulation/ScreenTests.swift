// The screen model by itself; that it agrees with the page's emulator is tested in a browser.

import Testing

@testable import WebTerm

extension Screen {
  /// A screen that has been fed.
  fileprivate init(_ text: String, columns: Int = 10, rows: Int = 4) {
    self.init(columns: columns, rows: rows)
    feed(Array(text.utf8))
  }

  /// The rows as text; an empty place is a dot.
  fileprivate var text: [String] {
    (0..<rows).map { row in
      (0..<columns).map { column in
        let cell = active.grid[row, column]
        if cell.isEmpty { return cell.width == 0 ? "" : "." }
        return String(decoding: cell.text(self), as: UTF8.self)
      }.joined()
    }
  }

  fileprivate func rendition(_ row: Int, _ column: Int) -> Rendition {
    renditions[active.grid[row, column].rendition]
  }

  /// The same in an emulator that was painted.
  fileprivate var painted: Screen {
    var screen = Screen(columns: columns, rows: rows)
    screen.feed(ScreenPainter.paint(self))
    return screen
  }
}

@Suite("Screen model") struct ScreenTests {
  @Test("characters wrap, scroll and take their cells")
  func printing() {
    let screen = Screen("0123456789ab\r\n漢字漢字漢字\r\ne\u{301}x")
    #expect(screen.text == ["ab........", "漢字漢字漢", "字........", "e\u{301}x........"])
    #expect(screen.active.grid.isWrapped(2) && !screen.active.grid.isWrapped(1))
    #expect(Screen("\u{1b}[10G漢").text[1] == "漢........")
  }

  @Test("a cursor at the margin waits for the next character")
  func pendingWrap() {
    var screen = Screen("0123456789")
    #expect(screen.active.x == 10 && screen.active.y == 0)
    #expect(screen.painted.active.x == 10)
    screen.feed(Array("\u{1b}[K!".utf8))
    #expect(screen.text[0] == "0123456789" && screen.text[1] == "!.........")
  }

  @Test("sequences erase, insert, delete and move between the margins")
  func editing() {
    let screen = Screen(
      "one\r\ntwo\r\nthree\r\nfour\u{1b}[2;3r\u{1b}[2;1H\u{1b}[L\u{1b}[4;1H\u{1b}[2P")
    #expect(screen.text == ["one.......", "..........", "two.......", "ur........"])
    #expect(Screen("abcdef\u{1b}[3G\u{1b}[2@\u{1b}[6G\u{1b}[X").text[0] == "ab..c.ef..")
  }

  @Test("colours of all kinds are read, and erased cells have the background alone")
  func renditions() {
    let screen = Screen("\u{1b}[1;4:3;38;5;200;48:2::1:2:3ma\u{1b}[K")
    let letter = screen.rendition(0, 0)
    #expect(letter.basics.foreground == Colour(.indexed, 200))
    #expect(letter.basics.background == Colour(.direct, 0x010203))
    #expect(letter.extras.underline == 3 && letter.basics.flags.contains(.bold))
    #expect(
      screen.rendition(0, 5) == Rendition(basics: .init(background: Colour(.direct, 0x010203))))
    #expect(screen.painted.rendition(0, 0) == letter)
  }

  @Test("the alternate screen comes and goes, and the cursor with it")
  func alternate() {
    var screen = Screen("shell\u{1b}[?1049h\u{1b}[2J\u{1b}[Hvim")
    #expect(screen.isAlternate && screen.text[0] == ".....vim.." || screen.text[0] == "vim.......")
    screen = screen.painted
    #expect(screen.isAlternate)
    screen.feed(Array("\u{1b}[?1049l".utf8))
    #expect(!screen.isAlternate && screen.text[0] == "shell....." && screen.active.x == 5)
  }

  @Test("what is not finished is finished by what comes after the painting")
  func unfinished() {
    for text in [
      "\u{1b}[38;5;1mx", "\u{1b}]2;title\u{7}x", "\u{1b}(0q", "\u{1b}P1$r\u{1b}\\x", "\u{1b}[?25lx",
    ] {
      let bytes = Array(text.utf8)
      var whole = Screen(columns: 10, rows: 4)
      whole.feed(bytes)
      for cut in bytes.indices {
        var screen = Screen(columns: 10, rows: 4)
        screen.feed(Array(bytes[..<cut]))
        screen = screen.painted
        screen.feed(Array(bytes[cut...]))
        #expect(
          screen.text == whole.text && screen.modes == whole.modes,
          "\(text.debugDescription) at \(cut)")
        #expect(screen.titles == whole.titles && screen.rendition(0, 0) == whole.rendition(0, 0))
      }
    }
  }

  @Test("what is no UTF-8 leaves no trace, wherever it is cut")
  func encoding() {
    let bytes: [UInt8] = [
      0xff, 0xe6, 0xbc, 0xa2, 0xc3, 0x41, 0xe2, 0x80, 0x94, 0xc0, 0x80, 0xef, 0xbb, 0xbf, 0xf0,
      0x9f,
    ]
    expectSameForEveryCut(of: bytes) { pieces in
      var screen = Screen(columns: 10, rows: 4)
      for piece in pieces { screen.feed(piece) }
      return screen.text
    }
    var screen = Screen(columns: 10, rows: 4)
    screen.feed(bytes)
    #expect(screen.text[0] == "漢A—......")
  }

  @Test("a flood leaves the same screen as its lines one by one", arguments: ["\r\n", "\n"])
  func flood(_ end: String) {
    var text = "\u{1b}[2;3H\u{1b}7"
    for number in 0..<3000 {
      text += String(repeating: "x", count: number % 37) + "\(number)" + end
    }
    let bytes = Array(text.utf8)
    var whole = Screen(columns: 10, rows: 4)
    whole.feed(bytes)
    var slow = Screen(columns: 10, rows: 4)
    for byte in bytes { slow.feed([byte]) }
    #expect(
      whole.text == slow.text && whole.active.x == slow.active.x && whole.active.y == slow.active.y)
    #expect(max(whole.active.saved.y, 0) == max(slow.active.saved.y, 0))
  }

  @Test("a flood of any length leaves nothing of what was there before", arguments: 0...60)
  func shortFlood(_ lines: Int) {
    for row in 1...4 {
      let text =
        "one\r\ntwo\r\nthree\r\nfour\u{1b}[\(row);2H"
        + (0..<lines).map { "\($0)\r\n" }.joined()
      let bytes = Array(text.utf8)
      var slow = Screen(columns: 10, rows: 4)
      for byte in bytes { slow.feed([byte]) }
      #expect(Screen(text).text == slow.text, "\(lines) lines from row \(row)")
    }
  }

  @Test("renditions that no cell has any more are forgotten")
  func interned() {
    var screen = Screen(columns: 10, rows: 4)
    var text = ""
    for number in 0..<5000 {
      text += "\u{1b}[38;2;\(number >> 16);\(number >> 8 & 255);\(number & 255)mx"
    }
    for _ in 0..<2 { screen.feed(Array(text.utf8)) }
    #expect(screen.renditions.count < 2100)
    #expect(screen.rendition(3, 0) == Rendition(basics: .init(foreground: Colour(.direct, 4990))))
  }

  @Test("links and clusters of a screen are bounded and booked, and forgotten with their cells")
  func sharedMemory() {
    var screen = Screen(columns: 80, rows: 24)
    let least = screen.memory
    func link(_ number: Int, _ letter: Character) -> [UInt8] {
      Array("\u{1b}]8;;\(number)\(String(repeating: letter, count: 3900))\u{7}y".utf8)
    }
    for number in 0..<1000 { screen.feed(link(number, "x")) }
    #expect(screen.links.bytes <= Links.mostBytes)
    #expect(screen.memory <= least + Links.mostBytes + 65536)
    #expect(screen.memory > least + Links.mostBytes / 2)
    // Beyond the bound there is no link, and there are some again when the others are gone.
    screen.feed(Array("\u{1b}]8;;\u{7}\u{1b}[2J".utf8))
    for number in 0..<200 { screen.feed(Array("\u{1b}[H".utf8) + link(number, "z")) }
    #expect(screen.rendition(0, 0).extras.link > 0)
    screen = Screen(columns: 200, rows: 50)
    for number in 0..<10_000 {
      let marks = [number % 100, number / 100, 7, 8].compactMap { Unicode.Scalar(0x300 + $0) }
      screen.feed(Array("x\(String(String.UnicodeScalarView(marks)))".utf8))
    }
    #expect(screen.clusters.count <= Screen.mostClusters && screen.clusters.count > 10_000)
    #expect(screen.memory < 200 * 50 * 8 + 2_000_000)
    screen.feed(Array("\u{1b}c".utf8))
    #expect(screen.memory == 200 * 50 * 8)
  }

  @Test("colours are painted only where they change")
  func paintedColours() {
    var image = ""
    for row in 0..<50 {
      image += "\u{1b}[\(row + 1);1H"
      for column in 0..<132 {
        image += "\u{1b}[38;2;\(100 + column);\(100 + row);200m\u{1b}[48;2;100;\(150 + row);150m▀"
      }
    }
    let screen = Screen(image, columns: 132, rows: 50)
    let painting = ScreenPainter.paint(screen)
    // A colour, its character, and a background for each row.
    #expect(painting.count < 132 * 50 * 25 + 50 * 40)
    let painted = screen.painted
    for row in 0..<50 {
      for column in 0..<132 where screen.rendition(row, column) != painted.rendition(row, column) {
        Issue.record("row \(row), column \(column)")
      }
    }
  }

  @Test("an 80 × 24 screen takes at most 20 KB")
  func memory() {
    #expect(MemoryLayout<Cell>.size == 8)
    #expect(80 * 24 * MemoryLayout<Cell>.stride + MemoryLayout<Screen>.size < 20_000)
  }
}
