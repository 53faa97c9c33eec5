// Characters onto the screen.

extension Screen {
  /// A run of characters that join nothing, as most text is. Rows are filled as far as they go at
  /// once.
  ///
  /// - Returns: Where the run ends: at `start` where the first one is something else.
  mutating func printRun(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    let empty = blank
    let plain = printPlain(bytes, from: start, empty)
    if plain > start { return plain }
    let (isWrapping, isInserting) = (modes.wraparound, modes.insert)
    let isTranslating = graphicSets.current != nil
    var (index, plainEnd, x) = (start, start, active.x)
    var last = CharacterClass.none
    while index < bytes.count {
      var (code, length, width) = (UInt32(bytes[index]), 1, 1)
      if code &- 0x20 > 0x5e {
        (code, length) = Self.shortCharacter(bytes, index)
        width = length > 0 ? widths.width(code) : 0
        guard width > 0, isWrapping || x &+ width <= columns else { break }
      }
      if index == start { clearHalfBefore(empty) }
      if x &+ width > columns {
        if index > start, isWorkDone { break }
        if isWrapping {
          active.x = x
          wrap(empty)
          x = active.x
        } else {
          x = columns - 1
        }
      }
      if isInserting, index > start, isWorkDone { break }
      if length == 1 {
        if index >= plainEnd { plainEnd = PlainText.end(of: bytes, from: index) }
        // Without wraparound the last column takes every character, and shows the last of them.
        if !isWrapping, x == columns - 1 { index = plainEnd - 1 }
        let count = min(plainEnd - index, columns - x)
        if isInserting { active.grid.insert(active.y, x, count, empty) }
        let cells = active.grid.lend(active.y, x, count)
        let frame = empty.bits
        for offset in 0..<count {
          cells[offset] = Cell(bits: frame | UInt64(bytes[index &+ offset]))
        }
        if isTranslating { translate(cells, count) }
        code = cells[count - 1].code
        x += count
        index += count
      } else {
        if isInserting { active.grid.insert(active.y, x, width, empty) }
        let cells = active.grid.lend(active.y, x, width)
        cells[0] = Cell(code: code, width: width, look: empty.look)
        if width == 2 {
          cells[1] = .secondHalf(empty.look)
          active.grid.hasWide = true
        }
        x += width
        index += length
      }
      last = CharacterClass(standing: code, width: width)
    }
    guard index > start else { return start }
    spend(WorkBudget.byte + index - start)
    active.x = x
    former = last
    clearHalfAfter(empty)
    return index
  }

  /// ASCII that has a place in its row, as most runs are.
  ///
  /// - Returns: Where it ends: at `start` where it is another run.
  @inline(__always)
  private mutating func printPlain(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, _ empty: Cell
  ) -> Int {
    guard !modes.insert, graphicSets.current == nil, !active.grid.hasWide else { return start }
    let end = PlainText.end(of: bytes, from: start)
    let (x, count) = (active.x, end &- start)
    guard count > 0, x &+ count <= columns else { return start }
    let cells = active.grid.lend(active.y, x, count)
    for offset in 0..<count {
      cells[offset] = Cell(bits: empty.bits | UInt64(bytes[start &+ offset]))
    }
    active.x = x &+ count
    isRun = true
    former = CharacterClass(standing: UInt32(bytes[end &- 1]), width: 1)
    spend(WorkBudget.byte + count)
    return end
  }

  @inline(__always)
  private func translated(_ code: UInt32) -> UInt32 {
    guard let set = graphicSets.current, code < 127 else { return code }
    return set.translate(code)
  }

  /// Replaces ASCII by what the character set in use has for it.
  private func translate(_ cells: UnsafeMutablePointer<Cell>, _ count: Int) {
    guard let set = graphicSets.current else { return }
    for index in 0..<count {
      let cell = cells[index]
      cells[index] = Cell(code: set.translate(cell.code), look: cell.look)
    }
  }

  /// A character of two or three bytes in UTF-8 that is no control; of none where something else
  /// stands there, or not all of it.
  @inline(__always)
  private static func shortCharacter(
    _ bytes: UnsafeBufferPointer<UInt8>, _ index: Int
  ) -> (code: UInt32, length: Int) {
    let first = UInt32(bytes[index])
    guard first >= 0xc2, index + 1 < bytes.count else { return (0, 0) }
    let second = UInt32(bytes[index + 1])
    guard second & 0xc0 == 0x80 else { return (0, 0) }
    if first < 0xe0 {
      let code = (first & 0x1f) << 6 | second & 0x3f
      return code < 0xa0 ? (0, 0) : (code, 2)
    }
    guard first < 0xf0, index + 2 < bytes.count else { return (0, 0) }
    let third = UInt32(bytes[index + 2])
    guard third & 0xc0 == 0x80,
      let code = UTF8Reader.checked(
        (first & 0x0f) << 12 | (second & 0x3f) << 6 | third & 0x3f, length: 3)
    else { return (0, 0) }
    return (code, 3)
  }

  /// The same for characters of four bytes, too.
  static func character(
    _ bytes: UnsafeBufferPointer<UInt8>, _ index: Int
  ) -> (code: UInt32, length: Int) {
    guard bytes[index] >= 0xf0 else { return shortCharacter(bytes, index) }
    guard bytes[index] < 0xf8, index + 3 < bytes.count else { return (0, 0) }
    var code = UInt32(bytes[index] & 0x07)
    for next in (index + 1)...(index + 3) {
      guard bytes[next] & 0xc0 == 0x80 else { return (0, 0) }
      code = code << 6 | UInt32(bytes[next] & 0x3f)
    }
    return UTF8Reader.checked(code, length: 4).map { ($0, 4) } ?? (0, 0)
  }

  /// A character.
  mutating func print(_ character: UInt32) {
    spend(WorkBudget.byte)
    let code = translated(character)
    let width = widths.width(code)
    if width == 0, joinMark(code) { return }
    let next = CharacterClass(of: code, width: width, after: former)
    let old = next.joins ? former.width : 0
    former = next
    if next.width == 2 { active.grid.hasWide = true }
    let empty = blank
    clearHalfBefore(empty)
    defer { clearHalfAfter(empty) }
    if active.x + next.width - old > columns {
      if modes.wraparound {
        wrap(taking: old, empty)
      } else {
        active.x = columns - 1
        if next.width == 2 { return }
      }
    }
    if next.joins, active.x > 0 { return join(code, next.width - old, next.width, empty) }
    if modes.insert {
      active.grid.insert(active.y, active.x, next.width, empty)
      if active.grid.width(active.y, columns - 1) == 2 {
        active.grid[active.y, columns - 1] = empty
      }
    }
    put(Cell(code: code, width: next.width, look: empty.look))
    if next.width == 2 { put(.secondHalf(empty.look)) }
  }

  mutating func put(_ cell: Cell) {
    active.grid[active.y, active.x] = cell
    active.x += 1
  }

  /// Writing over the second half of a wide character takes the first one away.
  ///
  /// Only the first character of a run is looked at: without wraparound the others may come to
  /// stand behind a first half.
  @inline(__always)
  mutating func clearHalfBefore(_ empty: Cell) {
    if active.grid.hasWide { clearFirstHalf(empty) }
    isRun = true
  }

  private mutating func clearFirstHalf(_ empty: Cell) {
    if !isRun, active.x > 0, active.x <= columns,
      active.grid.isFirstHalf(active.y, active.x - 1)
    {
      active.grid[active.y, active.x - 1] = empty
    }
  }

  /// Where the first half of a wide character was overwritten, the second one goes, too.
  @inline(__always)
  mutating func clearHalfAfter(_ empty: Cell) {
    if active.grid.hasWide { clearSecondHalf(empty) }
  }

  private mutating func clearSecondHalf(_ empty: Cell) {
    guard active.x < columns else { return }
    if active.grid.isSecondHalf(active.y, active.x) { active.grid[active.y, active.x] = empty }
  }

  /// Puts a mark that changes no width into the cell of the character before it; false where it is
  /// another one, or stands alone.
  private mutating func joinMark(_ code: UInt32) -> Bool {
    guard isRun, former.width > 0, active.x > 0, active.x <= columns,
      let joined = former.joined(code)
    else { return false }
    former = joined
    let column = active.x - (active.grid.width(active.y, active.x - 1) > 0 ? 1 : 2)
    if column >= 0 { addMark(code, joined.width, column) }
    return true
  }

  /// Puts a mark into the cell of the character before it, which may become wider by it.
  private mutating func join(_ code: UInt32, _ growth: Int, _ width: Int, _ empty: Cell) {
    let column = active.x - (active.grid.width(active.y, active.x - 1) > 0 ? 1 : 2)
    if column >= 0, column < columns { addMark(code, width, column) }
    for _ in 0..<max(0, growth) { put(.secondHalf(empty.look)) }
  }

  /// Goes on in the next row.
  ///
  /// - Parameters:
  ///   - old: The width of a character that goes there, too: a mark has made it too wide for its
  ///     place.
  ///   - empty: What is left where that was.
  mutating func wrap(taking old: Int = 0, _ empty: Cell) {
    if old == 0, active.x >= columns { return goToNextRow(0) }
    let formerRow = active.y
    let start = active.x - old
    let moved = (0..<old).compactMap { offset in
      start + offset < columns ? active.grid[formerRow, start + offset] : nil
    }
    if start >= 0, start < columns {
      for column in start..<columns { active.grid[formerRow, column] = empty }
    }
    goToNextRow(old)
    for (column, cell) in moved.enumerated() { active.grid[active.y, column] = cell }
  }

  /// The next row goes on with what this one ends with.
  private mutating func goToNextRow(_ column: Int) {
    active.x = column
    active.y += 1
    if active.y == active.bottom + 1 {
      active.y -= 1
      scroll(isWrapped: true)
    } else {
      active.y = min(active.y, rows - 1)
      active.grid.setWrapped(active.y, true)
    }
  }

  /// The region scrolls by a row.
  mutating func scroll(isWrapped: Bool = false) {
    active.grid.scrollUp(active.top, active.bottom, erasure, isWrapped: isWrapped)
    // What leaves the top of the normal buffer goes into the scrollback, and a saved cursor with
    // it.
    if active.top == 0, !isAlternate { active.saved.y -= 1 }
  }
}
