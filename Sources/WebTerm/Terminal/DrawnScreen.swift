// A screen that is being drawn with what a host has said, in the host's own character set.

import EventLoop

/// The model of a screen and what translates for it.
final class DrawnScreen {
  /// Larger screens are not drawn, in cells: a single sequence may touch all of them.
  private static let mostCells = 100_000
  /// A cell's memory, in bytes.
  private static let cellSize = MemoryLayout<Cell>.stride

  private(set) var size: TerminalSize
  private var screen: Screen
  private let charset: String
  private let text: HostText?

  /// An empty screen; nil where it is too large, or the character set is not known.
  init?(_ size: TerminalSize, charset: String) {
    guard !Self.isTooLarge(size) else { return nil }
    text = charset == "utf-8" ? nil : HostText(charset)
    if charset != "utf-8", text == nil { return nil }
    screen = Screen(columns: size.columns, rows: size.rows)
    self.size = size
    self.charset = charset
  }

  private init(copying former: DrawnScreen) {
    screen = former.screen
    size = former.size
    charset = former.charset
    text = former.text?.copy()
  }

  /// Another one that shows the same, to be drawn on by itself.
  func copy() -> DrawnScreen { DrawnScreen(copying: self) }

  static func isTooLarge(_ size: TerminalSize) -> Bool { size.columns * size.rows > mostCells }

  /// Memory that a screen takes, in bytes, about.
  static func cost(of size: TerminalSize) -> Int { size.columns * size.rows * cellSize }

  /// Memory that it takes, in bytes, about.
  var capacity: Int { screen.memory }

  /// Bytes in UTF-8 that make it in an emulator that has just been reset.
  var painting: [UInt8] { ScreenPainter.paint(screen) }

  /// It has another size from now on; false where that is too large.
  func resize(to size: TerminalSize) -> Bool {
    guard !Self.isTooLarge(size) else { return false }
    self.size = size
    screen.resize(columns: size.columns, rows: size.rows)
    return true
  }

  /// Draws the beginning of `bytes`, as far as `budget` goes.
  ///
  /// - Returns: How many that are. Where the budget is not spent, the rest is half of a character.
  func draw(_ bytes: RawSpan, _ budget: inout WorkBudget) -> Int {
    bytes.withUnsafeBytes { bytes in
      let bytes = bytes.bindMemory(to: UInt8.self)
      guard let text else { return screen.feed(bytes, &budget) }
      var done = 0
      while done < bytes.count, !budget.isSpent {
        let rest = UnsafeBufferPointer(rebasing: bytes[done...])
        let (translated, count) = text.translate(
          UnsafeBufferPointer(rebasing: rest.prefix(translatedAtOnce)))
        guard count > 0 else { break }
        // What was translated is drawn whatever it costs: it cannot be told which bytes its parts
        // were.
        budget.spend(count * Self.translation)
        screen.feed(translated, &budget)
        done += count
      }
      return done
    }
  }

  /// What a byte costs that is translated, in units of ``WorkBudget``.
  private static let translation = 16

  /// How many bytes are translated at a time: the more cells the screen has, the more each of them
  /// may do.
  private var translatedAtOnce: Int {
    min(4096, max(64, 4096 * 4000 / (size.columns * size.rows)))
  }
}
