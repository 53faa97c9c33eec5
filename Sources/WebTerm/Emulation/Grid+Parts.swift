// Changes of parts of rows: cells that are put in, taken out, replaced and erased.

extension Grid {
  /// Puts `count` cells in at a column; what is pushed beyond the margin is gone. Half a wide
  /// character is none.
  mutating func insert(_ row: Int, _ column: Int, _ count: Int, _ fill: Cell) {
    insert(place: place(row), column, count, fill)
  }

  mutating func insert(place: Int, _ column: Int, _ count: Int, _ fill: Cell) {
    let (columns, empty) = (columns, Cell(look: fill.look))
    let column = column % columns
    guard let extent = extent(place, from: column, fill) else { return }
    let count = min(count, columns - column)
    let end = min(columns, extent + count)
    work &+= 8 + (end - column) / 4
    let cells = lend(place: place, 0, end)
    if column > 0, cells[column - 1].width == 2 { cells[column - 1] = empty }
    (cells + column + count).update(from: cells + column, count: end - column - count)
    (cells + column).update(repeating: fill, count: count)
    if end == columns, cells[columns - 1].width == 2 { cells[columns - 1] = empty }
  }

  /// Takes `count` cells out at a column; the rest moves to the left.
  mutating func delete(_ row: Int, _ column: Int, _ count: Int, _ fill: Cell) {
    delete(place: place(row), column, count, fill)
  }

  mutating func delete(place: Int, _ column: Int, _ count: Int, _ fill: Cell) {
    let (columns, empty) = (columns, Cell(look: fill.look))
    let column = column % columns
    guard let extent = extent(place, from: column, fill) else { return }
    let end = max(column, extent - count)
    work &+= 8 + (end - column) / 4
    let cells = lend(place: place, 0, extent)
    (cells + column).update(from: cells + extent - (end - column), count: end - column)
    storage.lines[place].extent = Int32(end)
    storage.lines[place].fill = fill
    if column > 0, cells[column - 1].width == 2 { cells[column - 1] = empty }
    if column < end, cells[column].width == 0, cells[column].isEmpty { cells[column] = empty }
  }

  /// How far a line is written out when cells move at a column: what comes in, or is there already,
  /// is `fill` from there on.
  ///
  /// - Returns: At least the column; nil where nothing changes.
  private mutating func extent(_ place: Int, from column: Int, _ fill: Cell) -> Int? {
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
    if start == 0, end == columns { return eraseUnprotected(place: place(row), fill) }
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
      if start < end {
        RowDebt.erase(cells + start, end - start, fill, to: cells + start)
      }
    }
  }

  /// Erases the cells of a line that are not protected.
  mutating func eraseUnprotected(place: Int, _ fill: Cell) {
    let line = storage.lines + place
    if line.pointee.extent == 0 {
      if !line.pointee.fill.isProtected { line.pointee.fill = fill }
      return
    }
    work &+= columns / 2
    writeOut(place, to: columns)
    if RowDebt.erase(cells(place), columns, fill, to: cells(place)) {
      line.pointee.extent = 0
      line.pointee.fill = fill
    }
  }
}
