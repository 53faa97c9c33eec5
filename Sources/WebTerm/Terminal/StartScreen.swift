// The screen as it was where a terminal's log begins.

import EventLoop

/// What has left the log, drawn: with it, a page that has nothing sees the same as one that was there all the time.
///
///     ……………………………………┊█████████████████████
///     drawn on the screen  ┊ log
///
/// There is no screen before something leaves: until then the log itself is everything.
struct StartScreen {
  /// Larger screens are not drawn, in cells: a host that fills them again and again would hold the loop up.
  private static let mostCells = 100_000
  /// Sizes that are known apart; of more, the oldest ones count no more.
  private static let mostSizes = 64
  /// A cell's memory, in bytes.
  private static let cellSize = MemoryLayout<Cell>.stride

  private enum State {
    /// Nothing has left.
    case empty
    /// Apart from what every terminal has: most never have one.
    indirect case drawn(Screen)
    /// What left cannot be drawn any more.
    case lost
  }

  private var state = State.empty
  private let charset: String
  private var text: HostText?
  /// The size where the log begins.
  private var size: TerminalSize?
  /// From which byte on the screen had another one.
  private var later: [(offset: Int, size: TerminalSize)] = []

  /// - Parameter charset: The host's.
  init(charset: String) {
    self.charset = charset
  }

  /// From the byte at `offset` on the screen has that size.
  mutating func resize(at offset: Int, start: Int, to new: TerminalSize) {
    guard new != (later.last?.size ?? size) else { return }
    if case .empty = state, offset <= start {
      size = new
      return
    }
    if later.last?.offset == offset { later.removeLast() }
    if later.count == Self.mostSizes { later.removeFirst() }
    later.append((offset, new))
  }

  /// What leaves from now on is not drawn.
  mutating func giveUp() { state = .lost }

  /// The sizes from the log's start on.
  func sizes(from start: Int) -> [(offset: Int, size: TerminalSize)] {
    (size.map { [(start, $0)] } ?? []) + later
  }

  /// Draws bytes that leave the log, from its start on.
  ///
  /// - Returns: How many of them were; the rest is half of a character.
  mutating func leave(_ bytes: RawSpan, from start: Int) -> Int {
    guard var screen = takeScreen() else { return bytes.byteCount }
    var offset = start
    var rest = bytes
    while true {
      while let next = later.first, next.offset <= offset {
        later.removeFirst()
        size = next.size
        screen.resize(columns: next.size.columns, rows: next.size.rows)
      }
      guard !rest.isEmpty else { break }
      let count = min(rest.byteCount, later.first.map { $0.offset - offset } ?? .max)
      let taken = feed(rest.extracting(first: count), to: &screen)
      offset += taken
      rest = rest.extracting(droppingFirst: taken)
      if taken < count { break }
    }
    state = Self.isTooLarge(size) ? .lost : .drawn(screen)
    return offset - start
  }

  private mutating func feed(_ bytes: RawSpan, to screen: inout Screen) -> Int {
    bytes.withUnsafeBytes { bytes in
      let bytes = bytes.bindMemory(to: UInt8.self)
      guard let text else {
        screen.feed(bytes)
        return bytes.count
      }
      let translated = text.translate(bytes)
      screen.feed(translated.text)
      return translated.count
    }
  }

  /// The screen, to be changed where it is: nobody else holds it meanwhile.
  private mutating func takeScreen() -> Screen? {
    switch state {
    case .lost: return nil
    case .drawn(let screen):
      state = .lost
      return screen
    case .empty:
      state = .lost
      guard let size, !Self.isTooLarge(size) else { return nil }
      if charset != "utf-8" {
        text = HostText(charset)
        if text == nil { return nil }
      }
      return Screen(columns: size.columns, rows: size.rows)
    }
  }

  private static func isTooLarge(_ size: TerminalSize?) -> Bool {
    size.map { $0.columns * $0.rows > mostCells } ?? false
  }

  /// Bytes in UTF-8 that make the screen in an emulator that has just been reset; none where nothing has left, or nothing is
  /// known of it.
  var painting: [UInt8] {
    guard case .drawn(let screen) = state else { return [] }
    return ScreenPainter.paint(screen)
  }

  /// The same with more output, which stays where it is.
  func painting(with output: RawSpan, from start: Int) -> [UInt8] {
    var copy = self
    if output.isEmpty { return painting }
    // A translation's state is not copied; what begins here begins with a whole character.
    if charset != "utf-8" { copy.text = HostText(charset) }
    _ = copy.leave(output, from: start)
    return copy.painting
  }

  /// Whether it is known, or will be as soon as something leaves.
  var mayPaint: Bool {
    if case .lost = state { return false }
    return !Self.isTooLarge(later.last?.size ?? size)
  }

  /// Memory that it takes, in bytes, about.
  var capacity: Int {
    guard case .drawn(let screen) = state else { return 0 }
    return screen.columns * screen.rows * Self.cellSize * (screen.isAlternate ? 2 : 1)
  }

  /// Memory that it takes as soon as something leaves, beyond what it has, in bytes.
  var cost: Int {
    guard case .empty = state, let size else { return 0 }
    return size.columns * size.rows * Self.cellSize
  }

  /// How many bytes should leave at a time: as many as a turn of the loop bears, whatever they draw.
  var piece: Int {
    let cells = size.map { $0.columns * $0.rows } ?? 0
    return min(65536, max(1024, 65536 * 4000 / max(cells, 1)))
  }
}
