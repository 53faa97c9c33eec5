// Changes of parts of rows: cells that are put in, taken out, replaced and erased.

extension Grid {
  /// Puts `count` cells in at a column; what is pushed beyond the margin is gone. Half a wide
  /// character is none.
  mutating func insert(_ row: Int, _ column: Int, _ count: Int, _ fill: Cell) {
    let (columns, empty) = (columns, Cell(look: fill.look))
    let column = column % columns
    guard let extent = extent(row, from: column, fill) else { return }
    let count = min(count, columns - column)
    let end = min(columns, extent + count)
    work &+= 8 + (end - column) / 4
    let cells = lend(row, 0, end)
    if column > 0, cells[column - 1].width == 2 { cells[column - 1] = empty }
    (cells + column + count).update(from: cells + column, count: end - column - count)
    (cells + column).update(repeating: fill, count: count)
    if end == columns, cells[columns - 1].width == 2 { cells[columns - 1] = empty }
  }

  /// Takes `count` cells out at a column; the rest moves to the left.
  mutating func delete(_ row: Int, _ column: Int, _ count: Int, _ fill: Cell) {
    let (columns, empty) = (columns, Cell(look: fill.look))
    let column = column % columns
    guard let extent = extent(row, from: column, fill) else { return }
    let end = max(column, extent - count)
    work &+= 8 + (end - column) / 4
    let cells = lend(row, 0, extent)
    (cells + column).update(from: cells + extent - (end - column), count: end - column)
    line(row).pointee.extent = Int32(end)
    line(row).pointee.fill = fill
    if column > 0, cells[column - 1].width == 2 { cells[column - 1] = empty }
    if column < end, cells[column].width == 0, cells[column].isEmpty { cells[column] = empty }
  }

  /// How far a row is written out when cells move at a column: what comes in, or is there already,
  /// is `fill` from there on.
  ///
  /// - Returns: At least the column; nil where nothing changes.
  private mutating func extent(_ row: Int, from column: Int, _ fill: Cell) -> Int? {
    let place = place(row)
    if storage.lines[place].fill == fill {
      if storage.lines[place].extent == 0 { return nil }
      if storage.lines[place].extent < column { extend(place, to: column) }
    } else {
      extend(place, to: columns)
    }
    return Int(storage.lines[place].extent)
  }

  /// Replaces the cells from a column on.
  mutating func replace(_ row: Int, from start: Int, _ fill: Cell) {
    guard start > 0 else { return self.fill(row, fill) }
    let place = place(row)
    let line = storage.lines + place
    let start = min(start, columns)
    if start > line.pointee.extent {
      if line.pointee.fill == fill { return }
      extend(place, to: start)
    }
    line.pointee.spared = Line.unknown
    let cells = cells(place)
    if cells[start - 1].width == 2 { cells[start - 1] = Cell(look: fill.look) }
    if start < columns {
      line.pointee.extent = Int32(start)
      line.pointee.fill = fill
    }
  }

  /// Replaces the cells of a range, as far as there are any.
  mutating func replace(_ row: Int, _ range: Range<Int>, _ fill: Cell) {
    if uniform(row) == fill { return }
    if range.upperBound >= columns { return replace(row, from: range.lowerBound, fill) }
    work &+= 8 + range.count / 2
    let (columns, empty) = (columns, Cell(look: fill.look))
    let (start, end) = (range.lowerBound, range.upperBound)
    withRow(row) { cells in
      if start > 0, start <= columns, cells[start - 1].width == 2 { cells[start - 1] = empty }
      if end > 0, cells[end - 1].width == 2 { cells[end] = empty }
      if start < end { (cells + start).update(repeating: fill, count: end - start) }
    }
  }

  // MARK: Selective erasure

  /// Erases the cells of a range that are not protected.
  mutating func eraseUnprotected(_ row: Int, _ range: Range<Int>, _ fill: Cell) {
    let (start, end) = (range.lowerBound, min(range.upperBound, columns))
    if start == 0, end == columns {
      let isWrapped = isWrapped(row)
      eraseUnprotected(row..<(row + 1), fill)
      return setWrapped(row, isWrapped)
    }
    if let uniform = uniform(row), uniform == fill || uniform.isProtected { return }
    work &+= 8 + range.count
    let (columns, empty) = (columns, Cell(look: fill.look))
    withRow(row) { cells in
      if start > 0, start <= columns, cells[start - 1].width == 2, !cells[start - 1].isProtected {
        cells[start - 1] = empty
      }
      if end > 0, end < columns, cells[end - 1].width == 2, !cells[end].isProtected {
        cells[end] = empty
      }
      if start < end { _ = Self.eraseUnprotected(cells + start, end - start, fill) }
    }
  }

  /// Erases the cells of some rows that are not protected; none is a continuation then.
  mutating func eraseUnprotected(_ rows: Range<Int>, _ fill: Cell) {
    var count = 0
    forEachLine(rows) { line in
      line.pointee.isWrapped = false
      let spared = line.pointee.spared
      if spared != fill.look, spared != Line.allProtected {
        eraseUnprotected(line, fill)
        count &+= 1
      }
    }
    work &+= 2 * rows.count + count * columns / 2
  }

  /// Where all that is not protected is empty already, it is only noted how it looks now.
  private func eraseUnprotected(_ line: UnsafeMutablePointer<Line>, _ fill: Cell) {
    let place = line - storage.lines
    if line.pointee.spared != Line.unknown {
      line.pointee.spared = fill.look
      line.pointee.debt = .erasure
      storage.owesErasures = true
      return
    }
    if line.pointee.debt != .none { settle(place) }
    var isLeft = true
    if line.pointee.extent == 0 {
      isLeft = !line.pointee.fill.isProtected
      if isLeft { line.pointee.fill = fill }
    } else {
      writeOut(place, to: columns)
      isLeft = Self.eraseUnprotected(cells(place), columns, fill)
    }
    line.pointee.spared = isLeft ? fill.look : Line.allProtected
  }

  /// Erases cells that are not protected; false where there are none.
  private static func eraseUnprotected(
    _ cells: UnsafeMutablePointer<Cell>, _ count: Int, _ fill: Cell
  ) -> Bool {
    var all = UInt64.max
    // Without a branch, so that the compiler does several at once.
    for index in 0..<count {
      let bits = cells[index].bits
      let kept = 0 &- (bits >> 63)
      all &= kept
      cells[index] = Cell(bits: bits & kept | fill.bits & ~kept)
    }
    return all == 0
  }

  // MARK: What is owed

  /// Does to a line what it owes.
  @inline(never)
  func settle(_ place: Int) {
    let line = storage.lines + place
    switch line.pointee.debt {
    case .none: return
    case .columns: moveOwedColumns(place)
    case .erasure:
      if line.pointee.extent < columns { writeOut(place, to: columns) }
      _ = Self.eraseUnprotected(cells(place), columns, Cell(look: line.pointee.spared))
    }
    line.pointee.debt = .none
  }

  /// Does to all lines what they owe.
  func settle() {
    guard storage.moved > 0 || storage.owesErasures else { return }
    for place in 0..<rows { settle(place) }
    storage.owesErasures = false
  }
}
