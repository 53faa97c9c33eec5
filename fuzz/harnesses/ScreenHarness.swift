// A host that draws whatever it likes.

@testable import WebTerm

/// Parser, screen and painter: however the bytes are cut, the screen is the same, and what is
/// painted of it makes the same screen.
enum ScreenHarness: Harness {
  static let seeds: [[UInt8]] = [
    Array("plain\r\ntext\u{1b}[1;31mred\u{1b}[0m\u{1b}[3;4Hthere\u{1b}[K".utf8),
    Array("\u{1b}[?1049h\u{1b}[2;5r\u{1b}[H漢字\u{1b}[2@\u{1b}[L\u{1b}7\u{1b}[?6h\u{1b}8".utf8),
    Array("\u{1b}]2;title\u{7}\u{1b}]8;;http://a/\u{1b}\\link\u{1b}]8;;\u{1b}\\".utf8),
    Array("\u{1b}(0lqk\u{1b}(B\u{1b}[4he\u{301}\u{1b}[12b\u{1b}[?7l".utf8),
    Array(
      "\u{1b}[38;2;1;2;3;48:5:9m☺\u{fe0f}\u{1b}#8\u{1b}[5S\u{1b}[3T\u{1b}M\u{1b}[1\"q\u{1b}[?J".utf8
    ),
    Array(String(repeating: "line of a flood\r\n", count: 40).utf8),
    [0xe2, 0x80, 0x1b, 0x5b, 0x31],
  ]

  static let rounds = 200

  static func run(_ bytes: [UInt8]) {
    let sizes = [(8, 4), (20, 6), (80, 24)]
    let (columns, rows) = sizes[Int(bytes.first ?? 0) % sizes.count]
    var whole = Screen(columns: columns, rows: rows)
    whole.feed(bytes)
    var inPieces = Screen(columns: columns, rows: rows)
    for piece in pieces(of: bytes) { inPieces.feed(piece) }
    let painting = ScreenPainter.paint(whole)
    require(painting == ScreenPainter.paint(inPieces), "where bytes are cut changes nothing")
    var painted = Screen(columns: columns, rows: rows)
    painted.feed(painting)
    for row in 0..<rows {
      guard isPaintable(whole, row) else { continue }
      for column in 0..<columns {
        let (cell, other) = (whole.active.grid[row, column], painted.active.grid[row, column])
        require(
          cell.width == other.width && cell.text(whole) == other.text(painted)
            && look(cell, whole) == look(other, painted), "every cell is painted")
      }
    }
    require(whole.active.y == painted.active.y || whole.modes.origin, "the cursor is where it was")
    require(
      whole.modes == painted.modes && whole.titles == painted.titles, "modes are as they were")
    painted.resize(columns: columns / 2, rows: rows + 1)
    painted.feed(bytes)
  }

  private static func look(_ cell: Cell, _ screen: Screen) -> Rendition {
    var rendition = screen.renditions[cell.rendition]
    // Links have numbers of their own in each screen.
    rendition.extras.link = min(rendition.extras.link, 1)
    return rendition
  }

  /// Halves of wide characters that are left alone cannot all be made again; README names which.
  private static func isPaintable(_ screen: Screen, _ row: Int) -> Bool {
    (0..<screen.columns).allSatisfy { column in
      let cell = screen.active.grid[row, column]
      let next = column + 1 < screen.columns ? screen.active.grid[row, column + 1] : nil
      let isWhole = cell.width != 2 || next.map { $0.width == 0 && $0.isEmpty } ?? false
      let isSecond = column > 0 && screen.active.grid[row, column - 1].width == 2
      let isOrphan = cell.width == 0 && cell.isEmpty && !isSecond
      let isLeft = cell.isEmpty && cell.width == 1 && cell.rendition != 0
      return isWhole && !isOrphan && !isLeft
    }
  }
}
