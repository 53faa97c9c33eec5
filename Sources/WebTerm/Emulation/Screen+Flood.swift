// Lines that scroll away before anybody sees them.

extension Screen {
  /// Where so much plain text comes that the whole screen is new at its end, only that end is drawn.
  ///
  /// - Parameters:
  ///   - bytes: What has come.
  ///   - start: Where to begin.
  ///   - end: Where the run of lines that begins there ends, if it was looked for.
  /// - Returns: Where to go on.
  mutating func skipLines(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, _ end: inout Int
  ) -> Int {
    // So much that a saved cursor is gone off the screen, whatever its row is.
    let least = 3 * rows
    guard bytes.count - start > least * 2, isPlainScroller else { return start }
    let hasReturns: Bool
    (end, hasReturns) = PlainText.lines(bytes, from: start)
    guard let place = lastScreen(bytes, start, end) else { return start }
    var (lines, x, index) = (0, active.x, start)
    while index < place {
      let feed = PlainText.first(10, in: bytes, from: index, to: place)
      x = column(bytes, index, feed, from: x, hasReturns: hasReturns)
      if x >= columns { x = columns - 1 }
      lines += 1
      index = feed + 1
    }
    guard lines >= least else { return start }
    active.x = modes.newLine ? 0 : x
    active.y = rows - 1
    active.saved.y -= lines - rows
    former = .none
    return place
  }

  /// Whether a line feed at the bottom moves everything up, and characters do nothing but stand where they were put.
  private var isPlainScroller: Bool {
    active.top == 0 && active.bottom == rows - 1 && !isAlternate && modes.wraparound
  }

  /// Behind the line feed after which a whole screen of lines follows; nil where there is none.
  private func lastScreen(
    _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int
  ) -> Int? {
    var left = rows + 1
    var index = end
    while index > start {
      index -= 1
      guard bytes[index] == 10 else { continue }
      left -= 1
      if left == 0 { return index + 1 }
    }
    return nil
  }

  /// The column behind a piece of a line.
  private func column(
    _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, from former: Int,
    hasReturns: Bool
  ) -> Int {
    var (begin, column) = (start, former)
    if hasReturns, end > start, bytes[end - 1] == 13 { return 0 }
    if hasReturns {
      var index = end
      while index > start, bytes[index - 1] != 13 { index -= 1 }
      if index > start { (begin, column) = (index, 0) }
    }
    guard end > begin else { return column }
    let total = column + end - begin
    return total <= columns ? total : (total - 1) % columns + 1
  }
}
