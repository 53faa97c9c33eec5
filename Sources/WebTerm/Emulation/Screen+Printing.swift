// Characters onto the screen.

extension Screen {
  /// A run of characters that join nothing, as most text is. Rows are filled as far as they go at
  /// once.
  ///
  /// - Returns: Where the run ends: at `start` where the first one is something else.
  mutating func printRun(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    guard modes.wraparound, !modes.insert, graphicSets.current == nil else { return start }
    let empty = blank
    let look = empty.rendition
    var (index, plainEnd, x) = (start, start, active.x)
    var last = CharacterClass.none
    while index < bytes.count {
      var (code, length, width) = (UInt32(bytes[index]), 1, 1)
      if code &- 0x20 > 0x5e {
        (code, length) = Self.character(bytes, index)
        width = length > 0 ? widths.width(code) : 0
        guard width > 0 else { break }
      }
      if index == start { clearHalfBefore(empty) }
      if x &+ width > columns {
        if index > start, isWorkDone { break }
        active.x = x
        wrap(empty)
        x = active.x
      }
      if length == 1 {
        if index >= plainEnd { plainEnd = PlainText.end(of: bytes, from: index) }
        let count = min(plainEnd - index, columns - x)
        let cells = active.grid.lend(active.y, x, count)
        let frame = empty.bits
        for offset in 0..<count {
          cells[offset] = Cell(bits: frame | UInt64(bytes[index &+ offset]))
        }
        code = UInt32(bytes[index + count - 1])
        x += count
        index += count
      } else {
        let cells = active.grid.lend(active.y, x, width)
        cells[0] = Cell(code: code, width: width, rendition: look)
        if width == 2 { cells[1] = .secondHalf(look) }
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

  /// A character of two or three bytes in UTF-8 that is no control; of none where something else
  /// stands there, or not all of it.
  @inline(__always)
  private static func character(
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

  /// A character.
  mutating func print(_ character: UInt32) {
    spend(WorkBudget.byte)
    let code = character < 127 ? graphicSets.current?.translate(character) ?? character : character
    let next = CharacterClass(of: code, after: former)
    let old = next.joins ? former.width : 0
    former = next
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
    put(Cell(code: code, width: next.width, rendition: empty.rendition))
    if next.width == 2 { put(.secondHalf(empty.rendition)) }
  }

  private mutating func put(_ cell: Cell) {
    active.grid[active.y, active.x] = cell
    active.x += 1
  }

  /// Writing over the second half of a wide character takes the first one away.
  ///
  /// Only the first character of a run is looked at: without wraparound the others may come to
  /// stand behind a first half.
  private mutating func clearHalfBefore(_ empty: Cell) {
    defer { isRun = true }
    if !isRun, active.x > 0, active.grid.width(active.y, active.x - 1) == 2 {
      active.grid[active.y, active.x - 1] = empty
    }
  }

  /// Having written over the first half of a wide character takes the second one away.
  private mutating func clearHalfAfter(_ empty: Cell) {
    guard active.x < columns else { return }
    let cell = active.grid[active.y, active.x]
    if cell.width == 0, cell.isEmpty { active.grid[active.y, active.x] = empty }
  }

  /// Puts a mark into the cell of the character before it, which may become wider by it.
  private mutating func join(_ code: UInt32, _ growth: Int, _ width: Int, _ empty: Cell) {
    let column = active.x - (active.grid.width(active.y, active.x - 1) > 0 ? 1 : 2)
    if column >= 0, column < columns { addMark(code, width, column) }
    for _ in 0..<max(0, growth) { put(.secondHalf(empty.rendition)) }
  }

  /// Goes on in the next row.
  ///
  /// - Parameters:
  ///   - old: The width of a character that goes there, too: a mark has made it too wide for its
  ///     place.
  ///   - empty: What is left where that was.
  private mutating func wrap(taking old: Int = 0, _ empty: Cell) {
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

  /// The last character again, so many times (REP).
  mutating func repeatFormer(_ count: Int) {
    guard former != .none else { return }
    let column = active.x - former.width
    guard (0..<columns).contains(column) else { return }
    let cell = active.grid[active.y, column]
    guard !cell.isEmpty else { return }
    printAgain(cell)
    let again = active.x - max(1, former.width)
    guard (0..<columns).contains(again), former.width > 0 else { return }
    // Without wraparound the margin takes all of them. Beyond a full screen only the column in
    // which it ends makes a difference.
    let most = modes.wraparound ? columns * (rows + 1) : columns
    let times = count > most ? most + (modes.wraparound ? (count - most) % columns : 0) : count
    var copy = active.grid[active.y, again]
    copy.rendition = blank.rendition
    fill(copy, former.width, times - 1)
  }

  /// Writes a cell's characters one after another, as they were written.
  private mutating func printAgain(_ cell: Cell) {
    for character in codes(cell) { print(character) }
  }

  /// A character that has become too wide for the last column stands in the next row.
  private mutating func goOnWidened(_ cell: Cell, _ empty: Cell) {
    if active.x < columns {
      if modes.insert { active.grid.insert(active.y, active.x, 1, empty) }
      active.grid[active.y, active.x] = empty
    }
    wrap(empty)
    put(cell)
    put(.secondHalf(cell.rendition))
    clearHalfAfter(empty)
  }

  /// Writes the same character so many times.
  private mutating func fill(_ cell: Cell, _ width: Int, _ count: Int) {
    let (empty, baseWidth) = (blank, cell.baseWidth(self))
    var left = count
    var (full, fullLength): (UnsafeMutablePointer<Cell>?, Int) = (nil, 0)
    while left > 0 {
      if active.x + width > columns {
        // Beyond the margin it begins in the next row, as any other.
        let isBeyond =
          baseWidth == 1 && width == 2 && active.x >= columns && modes.wraparound && !modes.insert
        guard baseWidth == width || isBeyond else {
          // At the margin there is a place for it, until a mark makes it wider.
          if baseWidth == 1, width == 2, modes.wraparound {
            goOnWidened(cell, empty)
          } else {
            printAgain(cell)
          }
          left = modes.wraparound ? left - 1 : min(left - 1, Self.longestCluster)
          continue
        }
        guard modes.wraparound else {
          active.x = columns - 1
          if width == 1 { put(cell) }
          return
        }
        wrap(empty)
      }
      let (x, fitting) = (active.x, min(left, (columns - active.x) / width))
      if x == 0, width == 1, fitting == columns, !modes.insert {
        active.grid.fill(active.y, cell)
        active.x = columns
        left -= columns
        continue
      }
      if modes.insert { active.grid.insert(active.y, x, fitting * baseWidth, empty) }
      let cells = active.grid.lend(active.y, x, fitting * width)
      let length = fitting * width
      if x == 0, let full, length <= fullLength {
        cells.update(from: full, count: length)
        active.x += length
        left -= fitting
        spend(length / 2)
        continue
      }
      cells[0] = cell
      if width == 2 { cells[1] = .secondHalf(cell.rendition) }
      // What is there is put behind itself until the row is full.
      var done = width
      while done < length {
        let count = min(done, length - done)
        (cells + done).update(from: cells, count: count)
        done += count
      }
      // The next rows are copies of this one, whose cells stay where they are while only these are
      // written.
      if x == 0, !modes.insert { (full, fullLength) = (cells, length) }
      spend(length / 2)
      active.x += length
      left -= fitting
    }
    clearHalfAfter(empty)
  }
}
