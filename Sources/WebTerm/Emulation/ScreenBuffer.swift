// One of the two buffers of a screen, with what belongs to it alone.

/// Cells, cursor, margins, tab stops and saved cursor. The alternate buffer has no cells while it is not shown.
struct ScreenBuffer {
  /// A cursor as DECSC saves it.
  struct SavedCursor: Equatable {
    var x = 0
    /// The row, as it is now: what is saved moves up with the text. Below 0 it is gone off the screen.
    var y = 0
    var basics = Rendition.Basics()
    var graphicSet: GraphicSet?
  }

  private static let tabWidth = 8

  var grid: Grid
  /// The cursor's column; that of the margin or beyond where the next character wraps.
  var x = 0
  var y = 0
  /// The first and the last row that scroll.
  var top = 0
  var bottom: Int
  var tabs: Set<Int>
  var saved = SavedCursor()

  init(columns: Int, rows: Int, isShown: Bool = true) {
    grid = Grid(columns: columns, rows: isShown ? rows : 0)
    bottom = rows - 1
    tabs = Self.standardTabs(columns)
  }

  /// Every eighth column.
  static func standardTabs(_ columns: Int) -> Set<Int> {
    Set(stride(from: 0, to: columns, by: tabWidth))
  }

  /// It is shown from now on.
  mutating func show(columns: Int, rows: Int, fill: Cell) {
    if grid.rows == 0 { grid = Grid(columns: columns, rows: rows, fill: fill) }
  }

  /// It is not shown any more, and loses all but the saved cursor.
  mutating func hide(columns: Int, rows: Int) {
    let saved = saved
    self = ScreenBuffer(columns: columns, rows: rows, isShown: false)
    self.saved = saved
  }

  mutating func resize(columns: Int, rows: Int) {
    if grid.rows > 0 {
      // Where the cursor would be below the last row, the first ones go.
      let first = max(0, y - (rows - 1))
      grid = grid.resized(columns: columns, rows: rows, from: first)
      y -= first
      saved.y -= first
    }
    addTabs(columns)
    x = min(x, columns - 1)
    y = min(y, rows - 1)
    saved.x = min(saved.x, columns - 1)
    top = 0
    bottom = rows - 1
  }

  /// New columns have tab stops at the distance of the last one.
  private mutating func addTabs(_ columns: Int) {
    tabs = tabs.filter { $0 < columns }
    let last = tabs.max() ?? 0
    tabs.formUnion(stride(from: last, to: columns, by: Self.tabWidth))
  }

  // MARK: Tab stops

  var nextTab: Int {
    let columns = grid.columns
    var column = x + 1
    while column < columns, !tabs.contains(column) { column += 1 }
    return min(column, columns - 1)
  }

  var formerTab: Int {
    var column = x - 1
    while column > 0, !tabs.contains(column) { column -= 1 }
    return max(column, 0)
  }
}
