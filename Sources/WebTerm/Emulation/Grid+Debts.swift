// Changes of whole rows that are done to many at once: columns that move (SL, SR, DECIC, DECDC),
// and selective erasures.

extension Grid {
  /// Fewer rows than these are changed at once: a debt of theirs would cost more. Where rows are
  /// touched one by one, there are as many debts as keeps what both cost apart.
  private var leastOwing: Int { min(Self.mostAtOnce, max(4, rows / 8)) }

  private static let mostAtOnce = 16

  /// Changes some rows, which are no continuations then.
  ///
  /// The rows' cells stay where they are until they are touched: what is done to them is noted
  /// once for all that owe the same (``RowDebt``). Rows that owe nothing begin to, or change at
  /// once where they are few.
  mutating func change(_ rows: Range<Int>, _ change: RowChange) {
    guard columns <= RowDebt.mostColumns else { return changeAtOnce(rows, change) }
    if let smallest = storage.debts.smallest { settle(smallest, 0..<self.rows) }
    var found = InlineArray<16, Int>(repeating: 0)
    var few = InlineArray<16, Int>(repeating: 0)
    var others = 0
    let lines = storage.lines
    forEachLine(rows) { line in
      line.pointee.isWrapped = false
      if line.pointee.debt > 0 {
        found[Int(line.pointee.debt & 15)] &+= 1
      } else if Self.concerns(line, change) {
        few[others & 15] = line - lines
        others &+= 1
      }
    }
    work &+= 2 * rows.count
    let count = storage.debts.count
    if others < leastOwing {
      for index in 0..<others { changeAtOnce(few[index], change) }
    } else {
      begin(rows, others, change)
    }
    for number in 1..<(count + 1) where found[number] > 0 {
      note(rows, change, number, found[number])
    }
  }

  /// Rows that owe nothing begin to.
  private mutating func begin(_ rows: Range<Int>, _ others: Int, _ change: RowChange) {
    let new = storage.debts.new(columns)
    guard new > 0 else {
      for row in rows {
        let place = index(row)
        if storage.lines[place].debt == 0 { changeAtOnce(place, change) }
      }
      return
    }
    let debt = storage.debts[new]
    debt.pointee.note(change)
    debt.pointee.lines = others
    forEachLine(rows) { line in
      if line.pointee.debt == 0, Self.concerns(line, change) {
        line.pointee.debt = UInt8(truncatingIfNeeded: new)
      }
    }
    // What it will cost to do that, too.
    work &+= columns / 2 + others * columns
  }

  /// Notes a change of `count` rows, among `rows`, that owe one debt.
  private mutating func note(
    _ rows: Range<Int>, _ change: RowChange, _ number: Int, _ count: Int
  ) {
    let debt = storage.debts[number]
    work &+= columns / 4
    if count == debt.pointee.lines, !debt.pointee.isFull { return debt.pointee.note(change) }
    // Others owe it, too, which do not change.
    let copy = debt.pointee.isFull ? 0 : storage.debts.new(columns)
    guard copy > 0 else {
      for row in rows {
        let place = index(row)
        guard Int(storage.lines[place].debt) == number else { continue }
        settle(place)
        changeAtOnce(place, change)
      }
      return
    }
    storage.debts[copy].pointee.copy(debt.pointee)
    storage.debts[copy].pointee.note(change)
    storage.debts[copy].pointee.lines = count
    debt.pointee.lines -= count
    forEachLine(rows) { line in
      if Int(line.pointee.debt) == number { line.pointee.debt = UInt8(truncatingIfNeeded: copy) }
    }
  }

  /// Whether a line that owes nothing is another one after a change. One that is all the same is
  /// erased without more ado.
  @inline(__always)
  private static func concerns(_ line: UnsafeMutablePointer<Line>, _ change: RowChange) -> Bool {
    if line.pointee.extent > 0 { return true }
    if case .erase(let fill) = change {
      if !line.pointee.fill.isProtected { line.pointee.fill = fill }
      return false
    }
    return line.pointee.fill != change.fill
  }

  /// Changes some rows at once, which are no continuations then.
  mutating func changeAtOnce(_ rows: Range<Int>, _ change: RowChange) {
    for row in rows {
      setWrapped(row, false)
      changeAtOnce(place(row), change)
    }
  }

  private mutating func changeAtOnce(_ place: Int, _ change: RowChange) {
    switch change {
    case .insert(let column, let count, let fill): insert(place: place, column, count, fill)
    case .delete(let column, let count, let fill): delete(place: place, column, count, fill)
    case .erase(let fill): eraseUnprotected(place: place, fill)
    }
  }

  // MARK: What is owed is done

  /// Does to a line what it owes.
  @inline(never)
  func settle(_ place: Int) {
    let line = storage.lines + place
    guard line.pointee.debt > 0 else { return }
    let debt = storage.debts[Int(line.pointee.debt)]
    writeOut(place, to: columns)
    if let cell = debt.pointee.settle(cells(place), hasWide: hasWide) {
      line.pointee.extent = 0
      line.pointee.fill = cell
    }
    line.pointee.debt = 0
    debt.pointee.lines -= 1
  }

  /// Does to all lines what they owe.
  func settle() {
    guard storage.debts.count > 0 else { return }
    for place in 0..<rows { settle(place) }
    storage.debts.removeAll()
  }

  /// Does one debt to those lines that owe it.
  private func settle(_ number: Int, _ places: Range<Int>) {
    for place in places where Int(storage.lines[place].debt) == number { settle(place) }
  }
}
