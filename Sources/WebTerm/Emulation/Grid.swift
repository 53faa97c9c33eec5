// The cells of a screen, row by row.

/// A grid of cells. Rows are moved by their number, not by their cells, and the end of a row in
/// which all cells are the same is not written before something else is put there: whole screens
/// are erased, and lines scroll by, at the price of their rows.
///
///     row ──order, from base on──▶ place ──▶ cells before `extent`, then `fill` up to the margin
///
/// It is a value whose copies share their memory: who changes it calls ``makeUnique()`` before,
/// once for many changes.
struct Grid {
  let columns: Int
  let rows: Int
  /// What was done, in units of ``WorkBudget``, since it was taken.
  private(set) var work = 0
  /// Where the first row is in `order`, which is a ring: a screen scrolls by moving this.
  private var base = 0
  private var storage: Storage

  /// A place among the cells, which holds a row.
  private struct Line {
    /// What all cells from `extent` on are.
    var fill: Cell
    var extent: Int32 = 0
    /// Whether its row is the former one's continuation.
    var isWrapped = false
  }

  /// The memory. All pointers lie within one piece, of which there is as much as `columns` and
  /// `rows` say.
  private final class Storage {
    let cells: UnsafeMutablePointer<Cell>
    let lines: UnsafeMutablePointer<Line>
    let order: UnsafeMutablePointer<Int32>
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

  /// Its memory is not shared from now on.
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

  /// All rows are empty, and continue no other.
  mutating func clear() {
    for place in 0..<rows { storage.lines[place] = Line(fill: Cell()) }
    work &+= rows
  }

  // MARK: Places

  @inline(__always)
  private func line(_ row: Int) -> UnsafeMutablePointer<Line> { storage.lines + place(row) }

  @inline(__always)
  private func place(_ row: Int) -> Int {
    // Everything else rests on this: a place is below `rows`, and its cells lie within the memory.
    precondition(row >= 0 && row < rows)
    let index = base &+ row
    return Int(storage.order[index >= rows ? index &- rows : index])
  }

  @inline(__always)
  private func cells(_ place: Int) -> UnsafeMutablePointer<Cell> {
    storage.cells + place &* columns
  }

  // MARK: Cells

  /// A cell; nothing is kept of what is written beyond the last column.
  subscript(row: Int, column: Int) -> Cell {
    get {
      precondition(column >= 0 && column < columns)
      let place = place(row)
      let line = storage.lines + place
      return column < line.pointee.extent ? cells(place)[column] : line.pointee.fill
    }
    set {
      guard column < columns else { return }
      lend(row, column, 1)[0] = newValue
    }
  }

  /// Lends cells of a row, all of which are written then.
  @inline(__always)
  mutating func lend(_ row: Int, _ column: Int, _ count: Int) -> UnsafeMutablePointer<Cell> {
    precondition(column >= 0 && count >= 0 && column &+ count <= columns)
    let place = place(row)
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
  private mutating func extend(_ place: Int, to column: Int) {
    let line = storage.lines + place
    let (extent, fill) = (Int(line.pointee.extent), line.pointee.fill)
    guard extent < column else { return }
    (cells(place) + extent).update(repeating: fill, count: column - extent)
    line.pointee.extent = Int32(column)
    work &+= (column - extent) / 2
  }

  /// What all cells of a row are; nil where they may differ.
  func uniform(_ row: Int) -> Cell? {
    let line = line(row)
    return line.pointee.extent == 0 ? line.pointee.fill : nil
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
  private mutating func withRow(_ row: Int, _ body: (UnsafeMutablePointer<Cell>) -> Void) {
    let place = place(row)
    extend(place, to: columns)
    body(cells(place))
  }

  // MARK: Rows

  /// Fills a row; it continues no other any more.
  mutating func clear(_ row: Int, _ fill: Cell) {
    line(row).pointee = Line(fill: fill)
    work &+= 2
  }

  /// All cells of a row are the same; whether it is a continuation stays.
  mutating func fill(_ row: Int, _ cell: Cell) {
    let line = line(row)
    line.pointee.extent = 0
    line.pointee.fill = cell
    work &+= 2
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
    for row in (bottom + 1 - count)...bottom { clear(row, fill) }
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
    for row in top..<(top + count) { clear(row, fill) }
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

  // MARK: Parts of rows

  /// Puts `count` cells in at a column; what is pushed beyond the margin is gone. Half a wide
  /// character is none.
  mutating func insert(_ row: Int, _ column: Int, _ count: Int, _ fill: Cell) {
    guard uniform(row) != fill else { return }
    let (columns, empty) = (columns, Cell(rendition: fill.rendition))
    let column = column % columns
    work &+= 8 + (columns - column) / 4
    withRow(row) { cells in
      if column > 0, cells[column - 1].width == 2 { cells[column - 1] = empty }
      let count = min(count, columns - column)
      (cells + column + count).update(from: cells + column, count: columns - column - count)
      (cells + column).update(repeating: fill, count: count)
      if cells[columns - 1].width == 2 { cells[columns - 1] = empty }
    }
  }

  /// Takes `count` cells out at a column; the rest moves to the left.
  mutating func delete(_ row: Int, _ column: Int, _ count: Int, _ fill: Cell) {
    guard uniform(row) != fill else { return }
    let (columns, empty) = (columns, Cell(rendition: fill.rendition))
    let column = column % columns
    work &+= 8 + (columns - column) / 4
    withRow(row) { cells in
      let count = min(count, columns - column)
      (cells + column).update(from: cells + column + count, count: columns - column - count)
      (cells + columns - count).update(repeating: fill, count: count)
      if column > 0, cells[column - 1].width == 2 { cells[column - 1] = empty }
      if cells[column].width == 0, cells[column].isEmpty { cells[column] = empty }
    }
  }

  /// Replaces the cells from a column on.
  mutating func replace(_ row: Int, from start: Int, _ fill: Cell) {
    let place = place(row)
    let line = storage.lines + place
    let start = min(start, columns)
    guard start > 0 else {
      line.pointee.extent = 0
      line.pointee.fill = fill
      return
    }
    if start <= line.pointee.extent {
      let cells = cells(place)
      if cells[start - 1].width == 2 { cells[start - 1] = Cell(rendition: fill.rendition) }
    } else if line.pointee.fill != fill {
      extend(place, to: start)
    } else {
      return
    }
    if start < columns {
      line.pointee.extent = Int32(start)
      line.pointee.fill = fill
    }
  }

  /// Replaces the cells of a range, as far as there are any and `mayChange` allows it.
  mutating func replace(
    _ row: Int, _ range: Range<Int>, _ fill: Cell, _ mayChange: ((Cell) -> Bool)? = nil
  ) {
    if let uniform = uniform(row), uniform == fill || mayChange?(uniform) == false { return }
    if mayChange == nil, range.upperBound >= columns {
      return replace(row, from: range.lowerBound, fill)
    }
    work &+= mayChange == nil ? 8 + range.count / 2 : 8 + 2 * range.count
    let (columns, empty) = (columns, Cell(rendition: fill.rendition))
    let (start, end) = (range.lowerBound, min(range.upperBound, columns))
    withRow(row) { cells in
      if start > 0, start <= columns, cells[start - 1].width == 2,
        mayChange?(cells[start - 1]) != false
      {
        cells[start - 1] = empty
      }
      if end > 0, end < columns, cells[end - 1].width == 2, mayChange?(cells[end]) != false {
        cells[end] = empty
      }
      for index in start..<max(start, end) where mayChange?(cells[index]) != false {
        cells[index] = fill
      }
    }
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
      if columns > self.columns, line.fill != Cell() {
        (grid.lend(row, extent, common - extent)).update(
          repeating: line.fill, count: common - extent)
      } else {
        grid.line(row).pointee.fill = line.fill
      }
      grid.line(row).pointee.isWrapped = line.isWrapped
    }
    grid.work = columns * rows / 2
    return grid
  }

  /// Changes every cell that is there.
  mutating func forEach(_ change: (inout Cell) -> Void) {
    for place in 0..<rows {
      let extent = Int(storage.lines[place].extent)
      change(&storage.lines[place].fill)
      let cells = cells(place)
      for index in 0..<extent { change(&cells[index]) }
      work &+= 2 * extent
    }
  }
}
