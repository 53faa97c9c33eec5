// The cells of a screen, row by row.

/// A grid of cells. Rows are moved by their number, not by their cells, and a row in which all cells are the same is not filled
/// before somebody writes into it: whole screens are erased, and lines scroll by, at the price of their rows.
struct Grid {
  let columns: Int
  private(set) var rows: Int
  /// Row after row, in the order of `places`.
  private var cells: [Cell]
  /// Where each row lies among the cells.
  private var places: [Int32]
  /// What each place among the cells is full of, where that is all that is known of it.
  private var fills: [Cell]
  private var isUniform: [Bool]
  /// Whether a row is the former one's continuation.
  private var wrapped: [Bool]
  /// What was done, in units of ``WorkBudget``, since somebody took it.
  private(set) var work = 0

  init(columns: Int, rows: Int, fill: Cell = Cell()) {
    self.columns = columns
    self.rows = rows
    cells = [Cell](repeating: fill, count: columns * rows)
    places = (0..<Int32(rows)).map { $0 }
    fills = [Cell](repeating: fill, count: rows)
    isUniform = [Bool](repeating: true, count: rows)
    wrapped = [Bool](repeating: false, count: rows)
  }

  /// What was done since it was asked before.
  mutating func takeWork() -> Int {
    defer { work = 0 }
    return work
  }

  /// A cell; nothing is kept of what is written beyond the last column.
  subscript(row: Int, column: Int) -> Cell {
    get {
      let place = Int(places[row])
      return isUniform[place] ? fills[place] : cells[place * columns + column]
    }
    set { if column < columns { withRow(row) { $0[column] = newValue } } }
  }

  /// What all cells of a row are; nil where they may differ.
  func uniform(_ row: Int) -> Cell? {
    let place = Int(places[row])
    return isUniform[place] ? fills[place] : nil
  }

  /// A place's width in cells; 0 beyond the last column.
  func width(_ row: Int, _ column: Int) -> Int {
    column < columns ? self[row, column].width : 0
  }

  /// Whether a row goes on with what the former one ends with.
  func isWrapped(_ row: Int) -> Bool { wrapped[row] }

  mutating func setWrapped(_ row: Int, _ isWrapped: Bool) { wrapped[row] = isWrapped }

  /// Lends a row's cells to be changed.
  mutating func withRow<Result>(
    _ row: Int, _ body: (UnsafeMutableBufferPointer<Cell>) -> Result
  ) -> Result {
    let (place, columns) = (Int(places[row]), columns)
    let start = place * columns
    let fill = isUniform[place] ? fills[place] : nil
    isUniform[place] = false
    work &+= fill == nil ? 1 : columns
    return cells.withUnsafeMutableBufferPointer { cells in
      // A row lies within the cells.
      let row = UnsafeMutableBufferPointer(rebasing: cells[start..<(start + columns)])
      if let fill { row.update(repeating: fill) }
      return body(row)
    }
  }

  private mutating func makeUniform(_ row: Int, _ fill: Cell) {
    let place = Int(places[row])
    fills[place] = fill
    isUniform[place] = true
    work &+= WorkBudget.row
  }

  /// Fills a row; it is nobody's continuation any more.
  mutating func clear(_ row: Int, _ fill: Cell) {
    makeUniform(row, fill)
    wrapped[row] = false
  }

  /// Moves the rows between two ones up: the first `count` are gone, and as many at the end are new.
  mutating func scrollUp(
    _ top: Int, _ bottom: Int, by count: Int = 1, _ fill: Cell, isWrapped: Bool = false
  ) {
    let count = min(count, bottom - top + 1)
    rotate(top, top + count, bottom + 1)
    for row in (bottom + 1 - count)...bottom { clear(row, fill) }
    wrapped[bottom] = isWrapped
  }

  /// Moves the rows between two ones down: the last `count` are gone, and as many at the beginning are new.
  mutating func scrollDown(_ top: Int, _ bottom: Int, by count: Int = 1, _ fill: Cell) {
    let count = min(count, bottom - top + 1)
    rotate(top, bottom + 1 - count, bottom + 1)
    for row in top..<(top + count) { clear(row, fill) }
  }

  /// The rows from `middle` on come to stand before those from `first` on.
  private mutating func rotate(_ first: Int, _ middle: Int, _ end: Int) {
    guard middle < end else { return }
    Self.rotate(&places, first, middle, end)
    Self.rotate(&wrapped, first, middle, end)
    work &+= 16 + (end - first) / 4
  }

  private static func rotate<Value>(
    _ values: inout [Value], _ first: Int, _ middle: Int, _ end: Int
  ) {
    if middle == first + 1 { return values.insert(values.remove(at: first), at: end - 1) }
    if middle == end - 1 { return values.insert(values.remove(at: end - 1), at: first) }
    let moved = Array(values[first..<middle])
    values.replaceSubrange(
      first..<end, with: Array(values[middle..<end]) + moved)
  }

  /// Puts `count` cells in at a column; what is pushed beyond the margin is gone. Half a wide character is none.
  mutating func insert(_ row: Int, _ column: Int, _ count: Int, _ fill: Cell) {
    guard uniform(row) != fill else { return }
    let (columns, empty) = (columns, Cell(rendition: fill.rendition))
    let column = column % columns
    work &+= columns - column
    withRow(row) { cells in
      if column > 0, cells[column - 1].width == 2 { cells[column - 1] = empty }
      let count = min(count, columns - column)
      var index = columns - 1
      while index >= column + count {
        cells[index] = cells[index - count]
        index -= 1
      }
      for index in column..<(column + count) { cells[index] = fill }
      if cells[columns - 1].width == 2 { cells[columns - 1] = empty }
    }
  }

  /// Takes `count` cells out at a column; the rest moves to the left.
  mutating func delete(_ row: Int, _ column: Int, _ count: Int, _ fill: Cell) {
    guard uniform(row) != fill else { return }
    let (columns, empty) = (columns, Cell(rendition: fill.rendition))
    let column = column % columns
    work &+= columns - column
    withRow(row) { cells in
      let count = min(count, columns - column)
      for index in column..<(columns - count) { cells[index] = cells[index + count] }
      for index in (columns - count)..<columns { cells[index] = fill }
      if column > 0, cells[column - 1].width == 2 { cells[column - 1] = empty }
      if cells[column].width == 0, cells[column].isEmpty { cells[column] = empty }
    }
  }

  /// Replaces the cells of a range, as far as there are any and `mayChange` allows it.
  mutating func replace(
    _ row: Int, _ range: Range<Int>, _ fill: Cell, _ mayChange: (Cell) -> Bool = { _ in true }
  ) {
    if let uniform = uniform(row), uniform == fill || !mayChange(uniform) { return }
    work &+= range.count
    let (columns, empty) = (columns, Cell(rendition: fill.rendition))
    withRow(row) { cells in
      let (start, end) = (range.lowerBound, range.upperBound)
      if start > 0, start <= columns, cells[start - 1].width == 2, mayChange(cells[start - 1]) {
        cells[start - 1] = empty
      }
      if end > 0, end < columns, cells[end - 1].width == 2, mayChange(cells[end]) {
        cells[end] = empty
      }
      for index in start..<max(start, min(end, columns)) where mayChange(cells[index]) {
        cells[index] = fill
      }
    }
  }

  /// The same cells in another size, from the row `first` on: what is beyond it is gone.
  func resized(columns: Int, rows: Int, from first: Int) -> Grid {
    var grid = Grid(columns: columns, rows: rows)
    for row in 0..<min(rows, self.rows - first) {
      for column in 0..<min(columns, self.columns) {
        grid[row, column] = self[first + row, column]
      }
      grid.wrapped[row] = wrapped[first + row]
    }
    return grid
  }

  /// Changes every cell that is there.
  mutating func forEach(_ change: (inout Cell) -> Void) {
    work &+= 4 * columns * rows
    for place in 0..<rows {
      if isUniform[place] {
        change(&fills[place])
      } else {
        for index in (place * columns)..<((place + 1) * columns) { change(&cells[index]) }
      }
    }
  }
}
