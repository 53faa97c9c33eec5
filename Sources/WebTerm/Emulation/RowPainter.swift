// A grid's cells as bytes.

/// Writes the cells of a grid into an emulator whose buffer is empty.
///
/// Some cells are not made by printing or erasing, but by what is left when something else is half
/// overwritten: they are made in the same way, before the others of their row.
struct RowPainter {
  private let grid: Grid
  private let screen: Screen
  private let row: Int
  private let cells: [Cell]
  /// Whether something else than nothing may be in the row's empty places.
  private var isDirty: Bool
  /// Where the cursor is; nil where that is not known.
  private var column: Int?

  private static let wide: [UInt8] = Array("\u{4e00}".utf8)

  /// Writes all rows.
  static func paint(_ grid: Grid, of screen: Screen, on output: inout PaintedBytes) {
    let wrapped = (0..<grid.rows).filter { grid.isWrapped($0) }
    markWrapped(wrapped, grid, on: &output)
    for row in 0..<grid.rows {
      let isTouched = grid.isWrapped(row) || (row + 1 < grid.rows && grid.isWrapped(row + 1))
      if !isTouched, let cell = grid.uniform(row), cell == Cell() { continue }
      var painter = RowPainter(grid, screen, row, isDirty: isTouched)
      painter.prepare(on: &output)
      painter.paint(on: &output)
    }
  }

  /// Makes rows continuations of those above: writing beyond the margin does.
  private static func markWrapped(_ rows: [Int], _ grid: Grid, on output: inout PaintedBytes) {
    guard !rows.isEmpty else { return }
    RenditionPainter.set(.standard, on: &output)
    let pair = Array("xx".utf8)
    if rows.first == 0, grid.rows > 1 {
      // What the first one continues has scrolled away.
      output.place(grid.columns - 1, 0)
      output.text(pair)
      output.control("S")
    }
    for row in rows where row > 0 {
      output.place(grid.columns - 1, row - 1)
      output.text(pair)
    }
  }

  private init(_ grid: Grid, _ screen: Screen, _ row: Int, isDirty: Bool) {
    self.grid = grid
    self.screen = screen
    self.row = row
    self.isDirty = isDirty
    cells = (0..<grid.columns).map { grid[row, $0] }
  }

  private func rendition(_ cell: Cell) -> Rendition { screen.renditions[cell.rendition] }

  /// The second half of a wide character that is gone.
  private func isOrphan(_ column: Int) -> Bool {
    cells[column].width == 0 && cells[column].isEmpty
      && (column == 0 || cells[column - 1].width != 2)
  }

  /// An empty place with more of a rendition than erasing leaves.
  private func isLeft(_ column: Int) -> Bool {
    let cell = cells[column]
    guard cell.isEmpty, cell.width == 1, cell.rendition != 0 else { return false }
    return rendition(cell) != rendition(cell).erased
  }

  // MARK: What is made first

  private mutating func prepare(on output: inout PaintedBytes) {
    for column in cells.indices where isOrphan(column) && column > 0 {
      makeOrphan(column, on: &output)
    }
    var start = 0
    while start < cells.count {
      var end = start
      while end < cells.count, isLeft(end) { end += 1 }
      leave(start..<end, on: &output)
      start = end + 1
    }
  }

  /// A wide character of which insertion takes the first half away.
  private mutating func makeOrphan(_ column: Int, on output: inout PaintedBytes) {
    isDirty = true
    let start = max(0, column - 2)
    RenditionPainter.set(rendition(cells[column]), screen, on: &output)
    output.place(start, row)
    output.text(Self.wide)
    output.place(start + 1, row)
    output.control("@")
    if column == 1 {
      output.place(0, row)
      output.control("P")
    }
  }

  /// Wide characters of which one half is overwritten leave the other: from the left to the right
  /// where the column behind them may be written, else the other way round.
  private mutating func leave(_ run: Range<Int>, on output: inout PaintedBytes) {
    let isFree = run.upperBound < cells.count && !isOrphan(run.upperBound)
    for column in isFree ? Array(run) : run.reversed() {
      isDirty = true
      let isFirst = isFree || column == 0
      RenditionPainter.set(rendition(cells[column]), screen, on: &output)
      output.place(isFirst ? column : column - 1, row)
      output.text(Self.wide)
      output.place(isFirst ? column + 1 : column - 1, row)
      output.text([UInt8(ascii: "x")])
    }
  }

  // MARK: The others

  private mutating func paint(on output: inout PaintedBytes) {
    var index = 0
    while index < cells.count {
      let cell = cells[index]
      if isOrphan(index) || isLeft(index) {
        index += 1
      } else if cell.isEmpty {
        index = paintEmpty(from: index, on: &output)
      } else {
        index = paintText(from: index, on: &output)
      }
    }
  }

  private mutating func goTo(_ index: Int, on output: inout PaintedBytes) {
    if column != index { output.place(index, row) }
    column = index
  }

  private mutating func paintEmpty(from start: Int, on output: inout PaintedBytes) -> Int {
    let cell = cells[start]
    var end = start + 1
    while end < cells.count, cells[end] == cell, !isOrphan(end) { end += 1 }
    guard isDirty || cell != Cell() else { return end }
    let look = rendition(cell).erased
    if output.rendition.erased != look { setRendition(look, on: &output) }
    goTo(start, on: &output)
    output.control(end - start > 1 ? "\(end - start)X" : "X")
    return end
  }

  /// Sets a rendition; who comes to it by restoring a cursor does not know where that is.
  private mutating func setRendition(_ rendition: Rendition, on output: inout PaintedBytes) {
    if !RenditionPainter.isReachable(rendition) { column = nil }
    RenditionPainter.set(rendition, screen, on: &output)
  }

  private mutating func paintText(from index: Int, on output: inout PaintedBytes) -> Int {
    let cell = cells[index]
    let isWide = cell.width == 2
    let isWhole =
      !isWide
      || (index + 1 < cells.count && cells[index + 1].width == 0 && cells[index + 1].isEmpty)
    let look = rendition(cell)
    if look != output.rendition { setRendition(look, on: &output) }
    guard isWhole else { return paintHalf(index, on: &output) }
    goTo(index, on: &output)
    // A mark alone must not join what stands before it.
    if cell.width == 0 { output.escape("\\") }
    output.characters(cell, screen)
    let next = index + max(1, cell.width)
    column = next < cells.count ? next : nil
    return next
  }

  /// A wide character whose second half was overwritten: without wraparound, the last column takes
  /// every character.
  private mutating func paintHalf(_ index: Int, on output: inout PaintedBytes) -> Int {
    guard index == cells.count - 2 else { return index + 1 }
    output.control("?7l")
    goTo(index, on: &output)
    output.characters(cells[index], screen)
    let last = cells[index + 1]
    setRendition(rendition(last), on: &output)
    output.characters(last, screen)
    output.control("?7h")
    column = nil
    return index + 2
  }
}
