// What many rows owe: columns that have moved, and selective erasures, done to none of them yet.

/// A change of all cells of a row, as it is done to many rows at once.
enum RowChange {
  /// `count` cells are put in at a column, and what is pushed beyond the last one is gone.
  case insert(column: Int, count: Int, fill: Cell)
  /// `count` cells are taken out at a column, and the rest moves to the left.
  case delete(column: Int, count: Int, fill: Cell)
  /// All cells that are not protected are replaced.
  case erase(fill: Cell)

  /// What comes in.
  var fill: Cell {
    switch self {
    case .insert(_, _, let fill), .delete(_, _, let fill), .erase(let fill): fill
    }
  }
}

/// Any number of changes that the same rows owe, as one: where each cell comes from.
///
///     columns:  source ──▶ former: the row's cells as they were, erased ┊ fills
///
/// Wide characters that a change cuts in two are gone; which these are depends on the row, so that
/// is noted, too: if a first half stands in a column when a cut is made behind it, it is replaced,
/// and so is a second half behind a cut. Protected halves alone can be those after an erasure, and
/// what is left of them is not protected: each erasure replaces that, too.
struct RowDebt {
  /// A column is an index into `former`, the number of what replaces the first half of a wide
  /// character, from 1 on, and that of what replaces a second half:
  ///
  ///     31      24 23     16 15      0
  ///     second     first     source
  private typealias Column = UInt32

  private static let first: Column = 16
  private static let second: Column = 24
  /// More different cells are not put in.
  private static let mostFills = 255
  /// Rows with more columns owe nothing.
  static let mostColumns = 4096

  /// How many lines owe it.
  var lines = 0
  private let count: Int
  private let columns: UnsafeMutablePointer<Column>
  /// Room for one row's cells, and behind it what was put in.
  private let former: UnsafeMutablePointer<Cell>
  private let memory: UnsafeMutableRawPointer
  private var fills = 0
  private var hasMoved = false
  private var erasure: Cell?
  /// Whether an erasure was the last change.
  private var isErased = false

  /// Nothing is owed; a row has `count` columns. Its memory is given back by ``deallocate()``.
  init(columns count: Int) {
    precondition(count <= Self.mostColumns)
    self.count = count
    let cellBytes = (count + Self.mostFills) * MemoryLayout<Cell>.stride
    memory = .allocate(
      byteCount: cellBytes + count * MemoryLayout<Column>.stride, alignment: 16)
    former = memory.bindMemory(to: Cell.self, capacity: count + Self.mostFills)
    columns = (memory + cellBytes).bindMemory(to: Column.self, capacity: count)
    reset()
  }

  func deallocate() { memory.deallocate() }

  /// Whether no more can be noted.
  var isFull: Bool { fills >= Self.mostFills }

  /// Nothing is owed.
  mutating func reset() {
    lines = 0
    fills = 0
    hasMoved = false
    erasure = nil
    isErased = false
    for index in 0..<count { columns[index] = Column(truncatingIfNeeded: index) }
  }

  /// The same is owed as to another one.
  mutating func copy(_ other: RowDebt) {
    lines = 0
    fills = other.fills
    hasMoved = other.hasMoved
    erasure = other.erasure
    isErased = other.isErased
    columns.update(from: other.columns, count: count)
    (former + count).update(from: other.former + count, count: fills)
  }

  // MARK: Changes

  /// One change more. There is room for another fill.
  mutating func note(_ change: RowChange) {
    switch change {
    case .insert(let column, let count, let fill): insert(at: column, count, fill)
    case .delete(let column, let count, let fill): delete(at: column, count, fill)
    case .erase(let fill): erase(fill)
    }
  }

  /// The number of what comes in by a change.
  private mutating func begin(_ fill: Cell) -> Column {
    hasMoved = true
    isErased = false
    if fills == 0 || former[count + fills - 1] != fill {
      precondition(fills < Self.mostFills)
      former[count + fills] = fill
      fills += 1
    }
    return Column(truncatingIfNeeded: fills - 1)
  }

  private mutating func insert(at column: Int, _ inserted: Int, _ fill: Cell) {
    let number = begin(fill)
    let inserted = min(inserted, count - column)
    if column > 0 { cut(column - 1, Self.first, number) }
    (columns + column + inserted).update(
      from: columns + column, count: count - column - inserted)
    (columns + column).update(
      repeating: Column(truncatingIfNeeded: count) &+ number, count: inserted)
    cut(count - 1, Self.first, number)
  }

  private mutating func delete(at column: Int, _ deleted: Int, _ fill: Cell) {
    let number = begin(fill)
    let deleted = min(deleted, count - column)
    (columns + column).update(
      from: columns + column + deleted, count: count - column - deleted)
    (columns + count - deleted).update(
      repeating: Column(truncatingIfNeeded: count) &+ number, count: deleted)
    if column > 0 { cut(column - 1, Self.first, number) }
    cut(column, Self.second, number)
  }

  /// The first cut counts: there is no half any more for another one.
  @inline(__always)
  private func cut(_ column: Int, _ half: Column, _ number: Column) {
    if columns[column] >> half & 0xff == 0 { columns[column] |= (number + 1) << half }
  }

  private mutating func erase(_ fill: Cell) {
    if isErased, erasure == fill { return }
    isErased = true
    erasure = fill
    // What was put in is not protected, nor is what was put where a character was cut.
    former[count] = fill
    fills = 1
    guard hasMoved else { return }
    let new = Column(truncatingIfNeeded: count)
    for index in 0..<count {
      let column = columns[index]
      let first = min(column >> Self.first & 0xff, 1)
      let second = min(column >> Self.second, 1)
      columns[index] = min(column & 0xffff, new) | first << Self.first | second << Self.second
    }
  }

  // MARK: What is owed is done

  /// Does to a row, all of whose cells are written out, what it owes.
  ///
  /// - Parameters:
  ///   - cells: The row.
  ///   - hasWide: Whether any may be wide.
  /// - Returns: What all cells are; nil where they may differ.
  func settle(_ cells: UnsafeMutablePointer<Cell>, hasWide: Bool) -> Cell? {
    guard hasMoved else {
      guard let erasure else { return nil }
      return Self.erase(cells, count, erasure, to: cells) ? erasure : nil
    }
    if let erasure {
      Self.erase(cells, count, erasure, to: former)
    } else {
      former.update(from: cells, count: count)
    }
    for index in 0..<count { cells[index] = former[Int(columns[index] & 0xffff)] }
    if hasWide { cutHalves(cells) }
    return nil
  }

  private func cutHalves(_ cells: UnsafeMutablePointer<Cell>) {
    let fills = former + count
    for index in 0..<count where columns[index] > 0xffff {
      let first = Int(columns[index] >> Self.first & 0xff)
      let second = Int(columns[index] >> Self.second)
      if first > 0, cells[index].width == 2 {
        cells[index] = fills[first - 1]
      } else if second > 0, cells[index].width == 0, cells[index].isEmpty {
        cells[index] = fills[second - 1]
      }
    }
  }

  /// Erases the cells that are not protected; true where none is.
  @discardableResult
  static func erase(
    _ former: UnsafePointer<Cell>, _ count: Int, _ fill: Cell, to cells: UnsafeMutablePointer<Cell>
  ) -> Bool {
    var all: UInt64 = 0
    // Without a branch, so that the compiler does several at once.
    for index in 0..<count {
      let bits = former[index].bits
      let kept = 0 &- (bits >> 63)
      all |= kept
      cells[index] = Cell(bits: bits & kept | fill.bits & ~kept)
    }
    return all == 0
  }
}

/// What the lines of a grid owe, by number from 1 on. There are no debts while nothing is fed.
struct RowDebts {
  /// More are not kept apart.
  static let most = 12

  /// Memory for the most, where there are any.
  private var debts: UnsafeMutablePointer<RowDebt>?
  /// How many there are, those counted that no line has.
  private(set) var count = 0

  /// There are none: no line has one. All memory is given back.
  mutating func removeAll() {
    guard let debts else { return }
    for index in 0..<count { debts[index].deallocate() }
    debts.deallocate()
    self.debts = nil
    count = 0
  }

  @inline(__always)
  subscript(number: Int) -> UnsafeMutablePointer<RowDebt> {
    guard let debts, number > 0, number <= count else {
      preconditionFailure("a line has a debt that there is")
    }
    return debts + (number - 1)
  }

  /// The number of one that no line has; 0 where there is none.
  mutating func new(_ columns: Int) -> Int {
    let debts = self.debts ?? .allocate(capacity: Self.most)
    self.debts = debts
    for index in 0..<count where debts[index].lines == 0 {
      debts[index].reset()
      return index + 1
    }
    guard count < Self.most else { return 0 }
    (debts + count).initialize(to: RowDebt(columns: columns))
    count += 1
    return count
  }

  /// The number of the one that the fewest lines have, where no more can be kept apart.
  var smallest: Int? {
    guard count == Self.most, let debts else { return nil }
    var smallest = 0
    for index in 1..<count where debts[index].lines < debts[smallest].lines { smallest = index }
    return debts[smallest].lines > 0 ? smallest + 1 : nil
  }

  /// A line that owed one is written anew.
  @inline(__always)
  func forgive(_ number: UInt8) { self[Int(number)].pointee.lines -= 1 }

  /// All lines are written anew.
  func forgiveAll() {
    guard let debts else { return }
    for index in 0..<count { debts[index].lines = 0 }
  }
}
