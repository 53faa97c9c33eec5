// Columns that move in many rows at once (SL, SR, DECIC, DECDC).

extension Grid {
  /// In all rows between two ones, which are no continuations then, columns are put in or
  /// taken out at one.
  ///
  /// The rows' cells stay where they are until they are touched: what is done to them all is
  /// noted once (``ColumnMap``). Rows that do not have all of that before them move at once.
  mutating func moveColumns(
    _ top: Int, _ bottom: Int, at column: Int, by count: Int, inserts: Bool, _ fill: Cell
  ) {
    guard top <= bottom else { return }
    let column = column % columns
    var (owing, others) = (0, 0)
    forEachLine(top..<(bottom + 1)) { line in
      line.pointee.isWrapped = false
      if line.pointee.debt == .columns {
        owing &+= 1
      } else if isChanged(line, by: fill) {
        others &+= 1
      }
    }
    work &+= 2 * (bottom - top + 1)
    guard owing + others > 0 else { return }
    if storage.map == nil { storage.map = ColumnMap(columns: columns) }
    // Too many rows that move at once would cost more than to begin anew.
    if owing != storage.moved || owing < 3 * others || storage.map?.isFull == true {
      settle()
      owing = 0
      storage.map?.reset()
    }
    work &+= columns
    if owing == 0 {
      owe(top..<(bottom + 1), fill)
    } else if others > 0 {
      for row in top...bottom {
        let line = line(row)
        guard line.pointee.debt != .columns, isChanged(line, by: fill) else { continue }
        if inserts { insert(row, column, count, fill) } else { delete(row, column, count, fill) }
      }
    }
    if inserts {
      storage.map?.insert(at: column, count, fill)
    } else {
      storage.map?.delete(at: column, count, fill)
    }
  }

  /// What the map says from now on is to be done to some rows.
  private mutating func owe(_ rows: Range<Int>, _ fill: Cell) {
    var count = 0
    forEachLine(rows) { line in
      guard isChanged(line, by: fill) else { return }
      if line.pointee.debt != .none { settle(line - storage.lines) }
      line.pointee.debt = .columns
      line.pointee.spared = Line.unknown
      count &+= 1
    }
    storage.moved += count
    // What it will cost to do that.
    work &+= count * columns / 2
  }

  /// Whether a row is another one when such cells come in.
  @inline(__always)
  private func isChanged(_ line: UnsafeMutablePointer<Line>, by fill: Cell) -> Bool {
    line.pointee.debt != .none || line.pointee.extent > 0 || line.pointee.fill != fill
  }

  /// Moves the columns of a line that owes it.
  func moveOwedColumns(_ place: Int) {
    let line = storage.lines + place
    if line.pointee.extent < columns { writeOut(place, to: columns) }
    let cells = cells(place)
    storage.scratch.update(from: cells, count: columns)
    guard let (count, rest) = storage.map?.apply(storage.scratch, to: cells) else { return }
    line.pointee.extent = Int32(count)
    line.pointee.fill = rest
    storage.moved -= 1
  }
}
