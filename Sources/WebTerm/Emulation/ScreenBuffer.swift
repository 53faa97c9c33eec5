// One of the two buffers of a screen, with what belongs to it alone.

/// Cells, cursor, margins, tab stops and saved cursor. The alternate buffer has no cells while it
/// is not shown; while bytes are fed it keeps their memory, for programs that change between the
/// buffers.
struct ScreenBuffer {
  /// A cursor as DECSC saves it.
  struct SavedCursor: Equatable {
    var x = 0
    /// The row, as it is now: what is saved moves up with the text. Below 0 it is gone off the
    /// screen.
    var y = 0
    var basics = Rendition.Basics()
    var graphicSet: GraphicSet?
  }

  var grid: Grid
  /// The cursor's column; that of the margin or beyond where the next character wraps.
  var x = 0
  var y = 0
  /// The first and the last row that scroll.
  var top = 0
  var bottom: Int
  var tabs: TabStops
  var saved = SavedCursor()
  /// Whether its cells count for nothing.
  private var isHidden = false

  init(columns: Int, rows: Int, isShown: Bool = true) {
    grid = Grid(columns: columns, rows: isShown ? rows : 0)
    bottom = rows - 1
    tabs = TabStops(columns: columns)
  }

  /// As it was at the beginning: nothing is allocated.
  mutating func reset(columns: Int, rows: Int, isShown: Bool) {
    if isShown { grid.clear() } else { isHidden = true }
    x = 0
    y = 0
    top = 0
    bottom = rows - 1
    tabs = TabStops(columns: columns)
    saved = SavedCursor()
  }

  /// It is shown from now on.
  mutating func show(columns: Int, rows: Int, fill: Cell) {
    if grid.rows == 0 {
      grid = Grid(columns: columns, rows: rows, fill: fill)
    } else if isHidden {
      grid.fillAll(fill)
    }
    isHidden = false
  }

  /// It is not shown any more, and loses all but the saved cursor.
  mutating func hide(columns: Int, rows: Int) {
    let saved = saved
    reset(columns: columns, rows: rows, isShown: false)
    self.saved = saved
  }

  /// Gives the memory of cells back that count for nothing.
  mutating func dropHidden() {
    guard isHidden else { return }
    isHidden = false
    if grid.rows > 0 { grid = Grid(columns: grid.columns, rows: 0) }
  }

  mutating func resize(columns: Int, rows: Int) {
    if grid.rows > 0 {
      // Where the cursor would be below the last row, the first ones go.
      let first = max(0, y - (rows - 1))
      grid = grid.resized(columns: columns, rows: rows, from: first)
      y -= first
      saved.y -= first
    }
    tabs.resize(columns: columns)
    x = min(x, columns - 1)
    y = min(y, rows - 1)
    saved.x = min(saved.x, columns - 1)
    top = 0
    bottom = rows - 1
  }

  var nextTab: Int { min(tabs.next(after: x), grid.columns - 1) }

  var formerTab: Int { tabs.former(before: x) }
}
