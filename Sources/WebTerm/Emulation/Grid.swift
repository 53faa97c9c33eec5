// The cells of a screen, row by row.

/// A grid of cells. Rows are moved by their number, not by their cells, and the end of a row in
/// which all cells are the same is not written before something else is put there: whole screens
/// are erased, and lines scroll by, at the price of their rows.
///
///     row ──order, from base on──▶ place ──▶ cells before `extent`, then `fill` up to the margin
///
/// What is done to many rows at once (columns that move, selective erasures) is done to each of
/// them when it is next touched (`Grid+Columns`, `Grid+Parts`); ``settle()`` does what is left of
/// that.
///
/// It is a value whose copies share their memory: who changes it calls ``makeUnique()`` before,
/// once for many changes.
struct Grid {
  let columns: Int
  let rows: Int
  /// What was done, in units of ``WorkBudget``, since it was last taken.
  var work = 0
  /// Where the first row is in `order`, which is a ring: a screen scrolls by moving this.
  var base = 0
  /// Whether any cell may be wide, or half of a wide one.
  var hasWide = false
  var storage: Storage

  /// A place among the cells, which holds a row.
  struct Line {
    /// What all cells from `extent` on are; a wide character stands there by turns with its second
    /// half.
    var fill: Cell
    var extent: Int32 = 0
    /// Whether its row is the former one's continuation.
    var isWrapped = false
    /// The number of what is still to be done to the cells, from 1 on; 0 is nothing.
    var debt: UInt8 = 0

    /// A cell from `extent` on.
    @inline(__always)
    func filled(_ column: Int, of columns: Int) -> Cell {
      fill.width == 2 ? half(column, of: columns) : fill
    }

    private func half(_ column: Int, of columns: Int) -> Cell {
      if column & 1 == 1 { return .secondHalf(fill.look) }
      // In the last of an odd number of columns a wide character has no place.
      return column + 1 < columns ? fill : Cell(look: fill.look)
    }
  }

  /// The memory. All pointers lie within one piece, of which there is as much as `columns` and
  /// `rows` say.
  final class Storage {
    let cells: UnsafeMutablePointer<Cell>
    let lines: UnsafeMutablePointer<Line>
    let order: UnsafeMutablePointer<Int32>
    /// What lines owe.
    var debts = RowDebts()
    private let memory: UnsafeMutableRawPointer

    init(columns: Int, rows: Int) {
      let cellBytes = columns * rows * MemoryLayout<Cell>.stride
      let lineBytes = rows * MemoryLayout<Line>.stride
      memory = .allocate(
        byteCount: cellBytes + lineBytes + rows * MemoryLayout<Int32>.stride, alignment: 16)
      cells = memory.bindMemory(to: Cell.self, capacity: columns * rows)
      lines = (memory + cellBytes).bindMemory(to: Line.self, capacity: rows)
      order = (memory + cellBytes + lineBytes).bindMemory(to: Int32.self, capacity: rows)
    }

    deinit {
      debts.removeAll()
      memory.deallocate()
    }
  }

  init(columns: Int, rows: Int, fill: Cell = Cell()) {
    self.columns = columns
    self.rows = rows
    storage = Storage(columns: columns, rows: rows)
    for row in 0..<rows {
      storage.lines[row] = Line(fill: fill)
      storage.order[row] = Int32(row)
    }
  }

  /// What was done since it was asked before.
  mutating func takeWork() -> Int {
    defer { work = 0 }
    return work
  }

  /// Its memory is its own from now on. No line owes anything while it is.
  mutating func makeUnique() {
    guard !isKnownUniquelyReferenced(&storage) else { return }
    let former = storage
    storage = Storage(columns: columns, rows: rows)
    storage.order.update(from: former.order, count: rows)
    storage.lines.update(from: former.lines, count: rows)
    for place in 0..<rows {
      (storage.cells + place * columns).update(
        from: former.cells + place * columns, count: Int(former.lines[place].extent))
    }
  }

  /// All rows are empty, and no continuation.
  mutating func clear() { fillAll(Cell()) }

  /// All cells are the same.
  mutating func fillAll(_ cell: Cell, isWrapped: Bool = false) {
    storage.lines.update(repeating: Line(fill: cell, isWrapped: isWrapped), count: rows)
    storage.debts.forgiveAll()
    hasWide = cell.width == 2
    work &+= rows
  }

  // MARK: Places

  /// The line of a row, which may owe something.
  @inline(__always)
  func line(_ row: Int) -> UnsafeMutablePointer<Line> { storage.lines + index(row) }

  /// The place of a row, which owes nothing.
  @inline(__always)
  func place(_ row: Int) -> Int {
    let place = index(row)
    if storage.lines[place].debt != 0 { settle(place) }
    return place
  }

  @inline(__always)
  func index(_ row: Int) -> Int {
    // Everything else rests on this: a place is below `rows`, and its cells lie within the memory.
    precondition(row >= 0 && row < rows)
    let index = base &+ row
    return Int(storage.order[index >= rows ? index &- rows : index])
  }

  @inline(__always)
  func cells(_ place: Int) -> UnsafeMutablePointer<Cell> {
    storage.cells + place &* columns
  }

  /// The lines of some rows, one after another; they may owe something.
  @inline(__always)
  func forEachLine(_ rows: Range<Int>, _ body: (UnsafeMutablePointer<Line>) -> Void) {
    precondition(rows.lowerBound >= 0 && rows.upperBound <= self.rows)
    let (lines, order) = (storage.lines, storage.order)
    if rows.count == self.rows {
      for place in rows { body(lines + place) }
      return
    }
    var index = base &+ rows.lowerBound
    for _ in rows {
      if index >= self.rows { index &-= self.rows }
      body(lines + Int(order[index]))
      index &+= 1
    }
  }

  // MARK: Cells

  /// A cell; nothing is kept of what is written beyond the last column.
  subscript(row: Int, column: Int) -> Cell {
    get {
      precondition(column >= 0 && column < columns)
      let place = place(row)
      let line = storage.lines + place
      return column < line.pointee.extent
        ? cells(place)[column] : line.pointee.filled(column, of: columns)
    }
    set {
      guard column < columns else { return }
      lend(row, column, 1)[0] = newValue
    }
  }

  /// Lends cells of a row, all of which are written then.
  @inline(__always)
  mutating func lend(_ row: Int, _ column: Int, _ count: Int) -> UnsafeMutablePointer<Cell> {
    lend(place: place(row), column, count)
  }

  /// Lends cells of a line that owes nothing, all of which are written then.
  @inline(__always)
  mutating func lend(place: Int, _ column: Int, _ count: Int) -> UnsafeMutablePointer<Cell> {
    precondition(column >= 0 && count >= 0 && column &+ count <= columns)
    let line = storage.lines + place
    let cells = cells(place)
    let extent = Int(line.pointee.extent)
    if column &+ count > extent {
      if column > extent { extend(place, to: column) }
      line.pointee.extent = Int32(truncatingIfNeeded: column &+ count)
    }
    return cells + column
  }

  /// The cells before a column are written out.
  mutating func extend(_ place: Int, to column: Int) {
    let extent = Int(storage.lines[place].extent)
    guard extent < column else { return }
    writeOut(place, to: column)
    work &+= (column - extent) / 2
  }

  /// The cells before a column, up to which not all are written out, are.
  func writeOut(_ place: Int, to column: Int) {
    let line = storage.lines + place
    let (extent, cells) = (Int(line.pointee.extent), cells(place))
    guard extent < column else { return }
    if line.pointee.fill.width == 2 {
      for index in extent..<column { cells[index] = line.pointee.filled(index, of: columns) }
    } else {
      (cells + extent).update(repeating: line.pointee.fill, count: column - extent)
    }
    line.pointee.extent = Int32(column)
  }

  /// What all cells of a row are; nil where they may differ.
  @inline(__always)
  func uniform(_ row: Int) -> Cell? {
    let line = storage.lines + place(row)
    return line.pointee.extent == 0 && line.pointee.fill.width < 2 ? line.pointee.fill : nil
  }

  /// Whether the first half of a wide character stands there.
  @inline(__always)
  func isFirstHalf(_ row: Int, _ column: Int) -> Bool {
    let place = place(row)
    let line = storage.lines + place
    if column < line.pointee.extent { return cells(place)[column].width == 2 }
    return line.pointee.fill.width == 2 && line.pointee.filled(column, of: columns).width == 2
  }

  /// Whether a second half stands there.
  @inline(__always)
  func isSecondHalf(_ row: Int, _ column: Int) -> Bool {
    let place = place(row)
    let line = storage.lines + place
    if column < line.pointee.extent {
      let cell = cells(place)[column]
      return cell.width == 0 && cell.isEmpty
    }
    return line.pointee.fill.width == 2 && line.pointee.filled(column, of: columns).width == 0
  }

  /// A place's width in cells; 0 beyond the last column.
  func width(_ row: Int, _ column: Int) -> Int {
    column < columns ? self[row, column].width : 0
  }

  /// Whether a row goes on with what the former one ends with.
  func isWrapped(_ row: Int) -> Bool { line(row).pointee.isWrapped }

  mutating func setWrapped(_ row: Int, _ isWrapped: Bool) {
    line(row).pointee.isWrapped = isWrapped
  }

  /// Lends all cells of a row to be changed.
  mutating func withRow(_ row: Int, _ body: (UnsafeMutablePointer<Cell>) -> Void) {
    let place = place(row)
    extend(place, to: columns)
    body(cells(place))
  }

  // MARK: All of them

  /// The same cells in another size, from the row `first` on: what is beyond it is gone.
  func resized(columns: Int, rows: Int, from first: Int) -> Grid {
    var grid = Grid(columns: columns, rows: rows)
    let common = min(columns, self.columns)
    for row in 0..<min(rows, self.rows - first) {
      let former = place(first + row)
      let line = storage.lines[former]
      let extent = min(Int(line.extent), common)
      grid.lend(row, 0, extent).update(from: cells(former), count: extent)
      // What is new is empty, whatever the row was full of.
      if line.fill.width == 2 || (columns > self.columns && line.fill != Cell()) {
        let cells = grid.lend(row, extent, common - extent)
        for column in extent..<common {
          cells[column - extent] = line.filled(column, of: self.columns)
        }
      } else {
        grid.line(row).pointee.fill = line.fill
      }
      grid.line(row).pointee.isWrapped = line.isWrapped
    }
    grid.work = columns * rows / 2
    grid.hasWide = hasWide
    return grid
  }

  /// Changes every cell that is there.
  mutating func forEach(_ change: (inout Cell) -> Void) {
    settle()
    for place in 0..<rows {
      let extent = Int(storage.lines[place].extent)
      change(&storage.lines[place].fill)
      let cells = cells(place)
      for index in 0..<extent { change(&cells[index]) }
      work &+= 2 * extent
    }
  }
}
