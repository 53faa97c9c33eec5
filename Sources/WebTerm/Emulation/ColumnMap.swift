// Where columns have gone, for many rows at once.

/// What insertions and deletions of columns have made of a row: what each of its columns was
/// before, or what was put in.
///
/// Wide characters that such a change cuts in two are gone; which these are depends on the row, so
/// that is noted, too: if a first half stands in a column when a cut is made behind it, it is
/// replaced, and so is a second half behind a cut.
struct ColumnMap {
  private struct Column {
    /// A column, or ``new`` and the number of a cell that was put in.
    var source: UInt32
    /// The number of what replaces the first half of a wide character, from 1 on.
    var first: UInt16 = 0
    /// The number of what replaces a second half.
    var second: UInt16 = 0
  }

  /// Neighbouring columns that stay neighbours, or are all the same.
  private struct Run {
    let source: UInt32
    let start: Int
    var count: Int
  }

  private static let new: UInt32 = 1 << 31
  /// More different cells are not put in at a time.
  static let mostFills = 4096

  private var columns: [Column]
  /// What they are where nothing has moved.
  private let unmoved: [Column]
  private var fills: [Cell] = []
  private var runs: [Run] = []
  private var cuts: [Int] = []
  private var isRead = false

  /// Nothing has moved.
  init(columns count: Int) {
    unmoved = (0..<count).map { Column(source: UInt32($0)) }
    columns = unmoved
  }

  /// Whether no more can be noted.
  var isFull: Bool { fills.count >= Self.mostFills }

  /// Nothing has moved.
  mutating func reset() {
    fills.removeAll(keepingCapacity: true)
    isRead = false
    columns.withUnsafeMutableBufferPointer { _ = $0.update(fromContentsOf: unmoved) }
  }

  private mutating func number(of fill: Cell) -> UInt32 {
    if fills.last != fill { fills.append(fill) }
    return UInt32(fills.count - 1)
  }

  /// `count` cells are put in at a column, and what is pushed beyond the last one is gone.
  mutating func insert(at column: Int, _ count: Int, _ fill: Cell) {
    isRead = false
    let number = number(of: fill)
    let count = min(count, columns.count - column)
    columns.withUnsafeMutableBufferPointer { columns in
      guard let base = columns.baseAddress else { return }
      if column > 0 { Self.cut(&columns[column - 1].first, number) }
      (base + column + count).update(from: base + column, count: columns.count - column - count)
      (base + column).update(repeating: Column(source: number | Self.new), count: count)
      Self.cut(&columns[columns.count - 1].first, number)
    }
  }

  /// `count` cells are taken out at a column, and the rest moves to the left.
  mutating func delete(at column: Int, _ count: Int, _ fill: Cell) {
    isRead = false
    let number = number(of: fill)
    let count = min(count, columns.count - column)
    columns.withUnsafeMutableBufferPointer { columns in
      guard let base = columns.baseAddress else { return }
      (base + column).update(
        from: base + column + count, count: columns.count - column - count)
      (base + columns.count - count).update(
        repeating: Column(source: number | Self.new), count: count)
      if column > 0 { Self.cut(&columns[column - 1].first, number) }
      Self.cut(&columns[column].second, number)
    }
  }

  /// The first cut counts: there is no half any more for another one.
  private static func cut(_ half: inout UInt16, _ number: UInt32) {
    if half == 0 { half = UInt16(truncatingIfNeeded: number + 1) }
  }

  /// Moves the cells of a row.
  ///
  /// - Parameters:
  ///   - former: All cells of the row as it was.
  ///   - cells: Where they go.
  /// - Returns: How many columns have to be written; all others are the returned cell.
  mutating func apply(
    _ former: UnsafePointer<Cell>, to cells: UnsafeMutablePointer<Cell>
  ) -> (count: Int, rest: Cell) {
    if !isRead { read() }
    for run in runs {
      if run.source & Self.new == 0 {
        (cells + run.start).update(from: former + Int(run.source), count: run.count)
      } else {
        let fill = fills[Int(run.source & ~Self.new)]
        (cells + run.start).update(repeating: fill, count: run.count)
      }
    }
    for index in cuts {
      let column = columns[index]
      if column.first > 0, cells[index].width == 2 {
        cells[index] = fills[Int(column.first) - 1]
      } else if column.second > 0, cells[index].width == 0, cells[index].isEmpty {
        cells[index] = fills[Int(column.second) - 1]
      }
    }
    guard let last = runs.last, last.source & Self.new != 0 else {
      return (columns.count, Cell())
    }
    return (last.start, fills[Int(last.source & ~Self.new)])
  }

  /// Looks for runs and cuts.
  private mutating func read() {
    isRead = true
    runs.removeAll(keepingCapacity: true)
    cuts.removeAll(keepingCapacity: true)
    for (index, column) in columns.enumerated() {
      let isNew = column.source & Self.new != 0
      if !isNew, column.first | column.second > 0 { cuts.append(index) }
      if let run = runs.last,
        column.source == (isNew ? run.source : run.source &+ UInt32(run.count))
      {
        runs[runs.count - 1].count += 1
      } else {
        runs.append(Run(source: column.source, start: index, count: 1))
      }
    }
  }
}
