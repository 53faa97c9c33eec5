// Rows that are filled, and move as a whole.

extension Grid {
  /// Fills a row; it is no continuation any more.
  @inline(__always)
  mutating func clear(_ row: Int, _ fill: Cell) {
    let line = line(row)
    if line.pointee.debt > 0 { storage.debts.forgive(line.pointee.debt) }
    line.pointee = Line(fill: fill)
    work &+= 2
  }

  /// All cells of a row are the same; whether it is a continuation stays.
  mutating func fill(_ row: Int, _ cell: Cell) {
    let isWrapped = isWrapped(row)
    clear(row, cell)
    setWrapped(row, isWrapped)
  }

  /// All cells of some rows are the same; where it is a wide character, it stands there as often as
  /// it has a place.
  mutating func fill(_ rows: Range<Int>, _ cell: Cell, isWrapped: Bool) {
    if rows.count == self.rows { return fillAll(cell, isWrapped: isWrapped) }
    let new = Line(fill: cell, isWrapped: isWrapped)
    forEachLine(rows) { line in
      if line.pointee.debt > 0 { storage.debts.forgive(line.pointee.debt) }
      line.pointee = new
    }
    work &+= 2 * rows.count
  }

  /// Moves the rows between two ones up: the first `count` are gone, and as many at the end are
  /// new.
  mutating func scrollUp(
    _ top: Int, _ bottom: Int, by count: Int = 1, _ fill: Cell, isWrapped: Bool = false
  ) {
    let count = min(count, bottom - top + 1)
    if top == 0, bottom == rows - 1 {
      base = (base + count) % rows
    } else {
      rotate(top, top + count, bottom + 1)
    }
    if count == 1 {
      clear(bottom, fill)
    } else {
      self.fill((bottom + 1 - count)..<(bottom + 1), fill, isWrapped: false)
    }
    if isWrapped { setWrapped(bottom, true) }
  }

  /// Moves the rows between two ones down: the last `count` are gone, and as many at the beginning
  /// are new.
  mutating func scrollDown(_ top: Int, _ bottom: Int, by count: Int = 1, _ fill: Cell) {
    let count = min(count, bottom - top + 1)
    if top == 0, bottom == rows - 1 {
      base = (base + rows - count) % rows
    } else {
      rotate(top, bottom + 1 - count, bottom + 1)
    }
    if count == 1 {
      clear(top, fill)
    } else {
      self.fill(top..<(top + count), fill, isWrapped: false)
    }
  }

  /// The rows from `middle` on come to stand before those from `first` on.
  private mutating func rotate(_ first: Int, _ middle: Int, _ end: Int) {
    guard first < middle, middle < end else { return }
    precondition(first >= 0 && end <= rows)
    if base > 0 {
      Self.rotate(storage.order, 0, base, rows)
      base = 0
      work &+= rows / 2
    }
    Self.rotate(storage.order, first, middle, end)
    work &+= 8 + (end - first) / 4
  }

  private static func rotate(
    _ order: UnsafeMutablePointer<Int32>, _ first: Int, _ middle: Int, _ end: Int
  ) {
    if middle == first + 1 {
      let moved = order[first]
      (order + first).update(from: order + middle, count: end - middle)
      order[end - 1] = moved
    } else if middle == end - 1 {
      let moved = order[middle]
      (order + first + 1).update(from: order + first, count: middle - first)
      order[first] = moved
    } else {
      reverse(order, first, middle)
      reverse(order, middle, end)
      reverse(order, first, end)
    }
  }

  private static func reverse(_ order: UnsafeMutablePointer<Int32>, _ start: Int, _ end: Int) {
    var (low, high) = (start, end - 1)
    while low < high {
      (order[low], order[high]) = (order[high], order[low])
      low += 1
      high -= 1
    }
  }
}
