// Erasing, inserting and deleting.

extension Screen {
  private mutating func erase(
    _ row: Int, _ range: Range<Int>, clearsWrap: Bool, isSelective: Bool
  ) {
    let fill = erasure
    if isSelective, hasProtected {
      active.grid.eraseUnprotected(row, range, fill)
    } else {
      active.grid.replace(row, range, fill)
    }
    if clearsWrap { active.grid.setWrapped(row, false) }
  }

  private mutating func eraseRows(_ range: Range<Int>, isSelective: Bool) {
    guard isSelective, hasProtected else {
      return active.grid.fill(range, erasure, isWrapped: false)
    }
    change(range, .erase(fill: erasure))
  }

  /// ED and DECSED.
  mutating func eraseDisplay(isSelective: Bool) {
    restrict(to: columns)
    let (x, y) = (active.x, active.y)
    switch parser.parameters[0] {
    case 0:
      erase(y, x..<columns, clearsWrap: x == 0, isSelective: isSelective)
      eraseRows((y + 1)..<max(y + 1, rows), isSelective: isSelective)
    case 1:
      erase(y, 0..<(x + 1), clearsWrap: true, isSelective: isSelective)
      if x + 1 >= columns, y + 1 < rows { active.grid.setWrapped(y + 1, false) }
      eraseRows(0..<y, isSelective: isSelective)
    case 2: eraseRows(0..<rows, isSelective: isSelective)
    default: break
    }
  }

  /// EL and DECSEL.
  mutating func eraseLine(isSelective: Bool) {
    restrict(to: columns)
    let (x, y) = (active.x, active.y)
    switch parser.parameters[0] {
    case 0: erase(y, x..<columns, clearsWrap: x == 0, isSelective: isSelective)
    case 1: erase(y, 0..<(x + 1), clearsWrap: false, isSelective: isSelective)
    case 2: erase(y, 0..<columns, clearsWrap: true, isSelective: isSelective)
    default: break
    }
  }

  /// ECH.
  mutating func eraseCharacters() {
    restrict()
    let end = min(columns, active.x + parser.parameters.amount(0))
    active.grid.replace(active.y, active.x..<end, erasure)
  }

  mutating func insertCharacters() {
    restrict()
    active.grid.insert(active.y, active.x, parser.parameters.amount(0), erasure)
  }

  mutating func deleteCharacters() {
    restrict()
    active.grid.delete(active.y, active.x, parser.parameters.amount(0), erasure)
  }

  // MARK: Lines

  private var isBetweenMargins: Bool { (active.top...active.bottom).contains(active.y) }

  mutating func insertLines() {
    restrict()
    guard isBetweenMargins else { return }
    let fill = erasure
    active.grid.scrollDown(active.y, active.bottom, by: parser.parameters.amount(0), fill)
    active.x = 0
  }

  mutating func deleteLines() {
    restrict()
    guard isBetweenMargins else { return }
    let fill = erasure
    active.grid.scrollUp(active.y, active.bottom, by: parser.parameters.amount(0), fill)
    active.x = 0
  }

  mutating func scrollUp() {
    active.grid.scrollUp(active.top, active.bottom, by: parser.parameters.amount(0), erasure)
  }

  mutating func scrollDown() {
    active.grid.scrollDown(active.top, active.bottom, by: parser.parameters.amount(0), Cell())
  }

  // MARK: Columns

  /// SR, DECIC: columns come in at one in all rows between the margins.
  mutating func insertColumns(at column: Int) {
    changeRegion(
      .insert(column: column % columns, count: parser.parameters.amount(0), fill: erasure))
  }

  /// SL, DECDC.
  mutating func deleteColumns(at column: Int) {
    changeRegion(
      .delete(column: column % columns, count: parser.parameters.amount(0), fill: erasure))
  }

  private mutating func changeRegion(_ change: RowChange) {
    guard isBetweenMargins else { return }
    self.change(active.top..<(active.bottom + 1), change)
  }

  private mutating func change(_ rows: Range<Int>, _ change: RowChange) {
    if drawsAll {
      active.grid.changeAtOnce(rows, change)
    } else {
      active.grid.change(rows, change)
    }
  }

  /// DECALN: a screen full of E, by which tubes were adjusted.
  mutating func fillForAlignment() {
    let drawn = Rendition(basics: rendition.basics).drawn
    let letter = Cell(
      code: UInt32(UInt8(ascii: "E")), look: look(of: drawn))
    place(0, 0)
    // In origin mode the first rows of the normal buffer are left out.
    active.grid.fill((isAlternate ? 0 : active.y)..<rows, letter, isWrapped: false)
    place(0, 0)
  }
}
