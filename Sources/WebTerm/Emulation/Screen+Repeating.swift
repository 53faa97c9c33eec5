// The last character again (REP).

extension Screen {
  /// The last character again, so many times.
  mutating func repeatFormer(_ count: Int) {
    guard former != .none else { return }
    let column = active.x - former.width
    guard (0..<columns).contains(column) else { return }
    let cell = active.grid[active.y, column]
    guard !cell.isEmpty else { return }
    printAgain(cell)
    let again = active.x - max(1, former.width)
    guard count > 1, (0..<columns).contains(again), former.width > 0 else { return }
    var copy = active.grid[active.y, again]
    copy.look = blank.look
    fill(copy, former.width, count - 1)
  }

  /// Writes a cell's characters, as they were written: at once where they all have a place in this
  /// row.
  private mutating func printAgain(_ cell: Cell) {
    let first = firstCode(cell)
    let width = widths.width(first)
    guard graphicSets.current == nil, width > 0, active.x + cell.width <= columns,
      cell.isCluster ? width <= cell.width : width == cell.width
    else {
      for character in codes(cell) { print(character) }
      return
    }
    spend(WorkBudget.byte)
    let empty = blank
    clearHalfBefore(empty)
    if modes.insert { active.grid.insert(active.y, active.x, width, empty) }
    var copy = cell
    copy.look = empty.look
    put(copy)
    if cell.width == 2 { put(.secondHalf(empty.look)) }
    clearHalfAfter(empty)
    let standing = CharacterClass(standing: first, width: cell.width)
    former = cell.isCluster ? standing.withMarks : standing
  }

  /// A character that has become too wide for the last column stands in the next row.
  private mutating func goOnWidened(_ cell: Cell, _ empty: Cell) {
    if active.x < columns {
      if modes.insert { active.grid.insert(active.y, active.x, 1, empty) }
      active.grid[active.y, active.x] = empty
    }
    wrap(empty)
    put(cell)
    put(.secondHalf(cell.look))
    clearHalfAfter(empty)
  }

  /// Writes the same character so many times.
  private mutating func fill(_ cell: Cell, _ width: Int, _ count: Int) {
    let (empty, baseWidth) = (blank, widths.width(firstCode(cell)))
    var left = count
    let isRegular = baseWidth == width || (baseWidth == 1 && width == 2)
    while left > 0 {
      if active.x + width > columns {
        if modes.wraparound, isRegular {
          left -= fillRows(cell, left, columns / width) * (columns / width)
        }
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
      let length = fitting * width
      left -= fitting
      active.x += length
      if length == columns {
        active.grid.fill(active.y, cell)
        continue
      }
      if modes.insert { active.grid.insert(active.y, x, fitting * baseWidth, empty) }
      let cells = active.grid.lend(active.y, x, length)
      if width == 1 {
        cells.update(repeating: cell, count: length)
      } else {
        for offset in 0..<fitting {
          cells[2 * offset] = cell
          cells[2 * offset + 1] = .secondHalf(cell.look)
        }
      }
      spend(length / 2)
    }
    clearHalfAfter(empty)
  }

  /// At the margin, fills the whole rows that come: those down to the scrolling region's end, then by
  /// scrolling; below the region the last row, again and again. The cursor is at the margin again.
  ///
  /// - Returns: How many rows.
  private mutating func fillRows(_ cell: Cell, _ count: Int, _ inRow: Int) -> Int {
    let whole = (count - 1) / inRow
    guard whole > 0 else { return 0 }
    if active.y > active.bottom {
      guard active.y == rows - 1 else { return 0 }
      active.grid.fill(active.y..<rows, cell, isWrapped: true)
    } else {
      let (top, bottom) = (active.top, active.bottom)
      let below = min(whole, bottom - active.y)
      // In the last of an odd number of columns a wide character has no place.
      if active.x < columns { active.grid[active.y, active.x] = Cell(look: cell.look) }
      active.grid.fill((active.y + 1)..<(active.y + 1 + below), cell, isWrapped: true)
      active.y += below
      scroll(whole - below, cell, top, bottom)
    }
    active.x = inRow * cell.width
    return whole
  }

  /// The region scrolls by so many rows, and what comes in is full of a character.
  private mutating func scroll(_ count: Int, _ cell: Cell, _ top: Int, _ bottom: Int) {
    guard count > 0 else { return }
    let new = min(count, bottom - top + 1)
    active.grid.scrollUp(top, bottom, by: new, cell)
    active.grid.fill((bottom + 1 - new)..<(bottom + 1), cell, isWrapped: true)
    if top == 0, !isAlternate { active.saved.y -= count }
  }
}
