// Erasing, inserting and deleting.

extension Screen {
  /// Selective erasure leaves what is protected.
  private mutating func mayErase(_ isSelective: Bool) -> ((Cell) -> Bool)? {
    guard isSelective, hasProtected else { return nil }
    spend(renditions.count)
    let isProtected = renditions.values.map { $0.basics.flags.contains(.protected) }
    return { !isProtected[Int($0.rendition)] }
  }

  private mutating func erase(
    _ row: Int, _ range: Range<Int>, clearsWrap: Bool, _ mayErase: ((Cell) -> Bool)?
  ) {
    let fill = erasure
    if mayErase == nil, range == 0..<columns, active.grid.width(row, columns - 1) < 2 {
      let isWrapped = active.grid.isWrapped(row)
      active.grid.clear(row, fill)
      active.grid.setWrapped(row, isWrapped && !clearsWrap)
      return
    }
    active.grid.replace(row, range, fill, mayErase)
    if clearsWrap { active.grid.setWrapped(row, false) }
  }

  private mutating func eraseRow(_ row: Int, _ mayErase: ((Cell) -> Bool)?) {
    erase(row, 0..<columns, clearsWrap: true, mayErase)
  }

  /// ED and DECSED.
  mutating func eraseDisplay(isSelective: Bool) {
    restrict(to: columns)
    let (x, y) = (active.x, active.y)
    let mayErase = mayErase(isSelective)
    switch parser.parameters[0] {
    case 0:
      erase(y, x..<columns, clearsWrap: x == 0, mayErase)
      for row in (y + 1)..<max(y + 1, rows) { eraseRow(row, mayErase) }
    case 1:
      erase(y, 0..<(x + 1), clearsWrap: true, mayErase)
      if x + 1 >= columns, y + 1 < rows { active.grid.setWrapped(y + 1, false) }
      for row in 0..<y { eraseRow(row, mayErase) }
    case 2:
      for row in 0..<rows { eraseRow(row, mayErase) }
    default: break
    }
  }

  /// EL and DECSEL.
  mutating func eraseLine(isSelective: Bool) {
    restrict(to: columns)
    let (x, y) = (active.x, active.y)
    let mayErase = mayErase(isSelective)
    switch parser.parameters[0] {
    case 0: erase(y, x..<columns, clearsWrap: x == 0, mayErase)
    case 1: erase(y, 0..<(x + 1), clearsWrap: false, mayErase)
    case 2: erase(y, 0..<columns, clearsWrap: true, mayErase)
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
    guard isBetweenMargins else { return }
    let (count, fill) = (parser.parameters.amount(0), erasure)
    for row in active.top...active.bottom {
      active.grid.insert(row, column, count, fill)
      active.grid.setWrapped(row, false)
    }
  }

  /// SL, DECDC.
  mutating func deleteColumns(at column: Int) {
    guard isBetweenMargins else { return }
    let (count, fill) = (parser.parameters.amount(0), erasure)
    for row in active.top...active.bottom {
      active.grid.delete(row, column, count, fill)
      active.grid.setWrapped(row, false)
    }
  }

  /// DECALN: a screen full of E, by which tubes were adjusted.
  mutating func fillForAlignment() {
    let drawn = Rendition(basics: rendition.basics).drawn
    spend(2 * rows)
    let letter = Cell(
      code: UInt32(UInt8(ascii: "E")), rendition: renditions.number(of: drawn))
    place(0, 0)
    // In origin mode the first rows of the normal buffer are left out.
    for row in (isAlternate ? 0 : active.y)..<rows { active.grid.clear(row, letter) }
    place(0, 0)
  }
}
