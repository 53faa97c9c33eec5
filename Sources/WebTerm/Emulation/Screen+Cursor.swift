// The cursor and the margins.

extension Screen {
  /// Brings the cursor back onto the screen, and between the margins in origin mode.
  ///
  /// - Parameter last: The last column that it may be in; the margin's own is where the next
  ///   character wraps.
  mutating func restrict(to last: Int? = nil) {
    active.x = min(last ?? columns - 1, max(0, active.x))
    active.y =
      modes.origin
      ? min(active.bottom, max(active.top, active.y)) : min(rows - 1, max(0, active.y))
  }

  mutating func place(_ x: Int, _ y: Int) {
    active.x = x
    active.y = modes.origin ? active.top + y : y
    restrict()
  }

  mutating func move(_ columns: Int, _ rows: Int) {
    restrict()
    place(active.x + columns, active.y + rows)
  }

  mutating func moveUp(_ count: Int) {
    let room = active.y - active.top
    move(0, -(room >= 0 ? min(room, count) : count))
  }

  mutating func moveDown(_ count: Int) {
    let room = active.bottom - active.y
    move(0, room >= 0 ? min(room, count) : count)
  }

  // MARK: Controls

  mutating func execute(_ code: UInt32) {
    switch code {
    case 0x08: backspace()
    case 0x09: if active.x < columns { active.x = active.nextTab }
    case 0x0a, 0x0b, 0x0c: lineFeed()
    case 0x0d: active.x = 0
    case 0x0e: graphicSets.select(1)
    case 0x0f: graphicSets.select(0)
    case 0x84: index()
    case 0x85: nextLine()
    case 0x88: active.tabs.insert(active.x)
    default: break
    }
  }

  private mutating func lineFeed() {
    if modes.newLine { active.x = 0 }
    active.y += 1
    if active.y == active.bottom + 1 {
      active.y -= 1
      scroll()
    } else if active.y >= rows {
      active.y = rows - 1
    } else {
      active.grid.setWrapped(active.y, false)
    }
    if active.x >= columns { active.x -= 1 }
  }

  private mutating func backspace() {
    guard modes.reverseWraparound else {
      restrict()
      if active.x > 0 { active.x -= 1 }
      return
    }
    restrict(to: columns)
    if active.x > 0 {
      active.x -= 1
    } else if active.y > active.top, active.y <= active.bottom, active.grid.isWrapped(active.y) {
      active.grid.setWrapped(active.y, false)
      active.y -= 1
      active.x = columns - 1
      // Over the second half of a wide character to its first one.
      if active.grid.width(active.y, active.x) > 0, active.grid[active.y, active.x].isEmpty {
        active.x -= 1
      }
    }
    restrict()
  }

  mutating func index() {
    restrict()
    active.y += 1
    if active.y == active.bottom + 1 {
      active.y -= 1
      scroll()
    }
    restrict()
  }

  mutating func nextLine() {
    active.x = 0
    index()
  }

  mutating func reverseIndex() {
    restrict()
    if active.y == active.top {
      active.grid.scrollDown(active.top, active.bottom, erasure)
    } else {
      active.y -= 1
      restrict()
    }
  }

  // MARK: What is saved

  mutating func saveCursor() {
    active.saved = ScreenBuffer.SavedCursor(
      x: active.x, y: active.y, basics: rendition.basics, graphicSet: graphicSets.current)
  }

  mutating func restoreCursor() {
    active.x = active.saved.x
    active.y = max(active.saved.y, 0)
    rendition.basics = active.saved.basics
    graphicSets.current = active.saved.graphicSet
    restrict()
  }

  // MARK: Margins and tab stops

  /// DECSTBM.
  mutating func setMargins() {
    let top = parser.parameters.amount(0)
    var bottom = parser.parameters[1]
    if parser.parameters.count < 2 || bottom > rows || bottom == 0 { bottom = rows }
    guard bottom > top else { return }
    active.top = top - 1
    active.bottom = bottom - 1
    place(0, 0)
  }

  mutating func clearTabs() {
    switch parser.parameters[0] {
    case 0: active.tabs.remove(active.x)
    case 3: active.tabs.removeAll()
    default: break
    }
  }

  mutating func moveByTabs(_ count: Int, forward: Bool) {
    guard active.x < columns else { return }
    for _ in 0..<min(count, columns) {
      let former = active.x
      active.x = forward ? active.nextTab : active.formerTab
      if active.x == former { break }
      spend(8)
    }
  }
}
