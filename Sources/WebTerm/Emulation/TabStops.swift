// Where a tab leads.

/// Columns with tab stops, as bits. No terminal has more columns than it knows (``TerminalSize``):
/// beyond them there are none.
struct TabStops: Equatable {
  static let mostColumns = 1024
  private static let distance = 8
  private static let standard: UInt64 = 0x0101_0101_0101_0101

  private var words = InlineArray<16, UInt64>(repeating: 0)

  /// Every eighth column.
  init(columns: Int) {
    for word in 0..<(min(columns, Self.mostColumns) + 63) / 64 { words[word] = Self.standard }
    clear(from: columns)
  }

  static func == (a: TabStops, b: TabStops) -> Bool {
    a.words.indices.allSatisfy { a.words[$0] == b.words[$0] }
  }

  func contains(_ column: Int) -> Bool {
    column >= 0 && column < Self.mostColumns && words[column >> 6] >> UInt64(column & 63) & 1 == 1
  }

  mutating func insert(_ column: Int) {
    if column >= 0, column < Self.mostColumns { words[column >> 6] |= 1 << UInt64(column & 63) }
  }

  mutating func remove(_ column: Int) {
    if column >= 0, column < Self.mostColumns { words[column >> 6] &= ~(1 << UInt64(column & 63)) }
  }

  mutating func removeAll() {
    words = InlineArray(repeating: 0)
  }

  private mutating func clear(from column: Int) {
    guard column < Self.mostColumns else { return }
    words[column >> 6] &= 1 << UInt64(column & 63) &- 1
    for word in (column >> 6 + 1)..<max(column >> 6 + 1, words.count) { words[word] = 0 }
  }

  /// New columns have tab stops at the distance of the last one.
  mutating func resize(columns: Int) {
    clear(from: columns)
    let last = former(before: Self.mostColumns)
    for column in stride(from: last, to: columns, by: Self.distance) { insert(column) }
  }

  /// The first one behind a column; beyond all columns where there is none.
  func next(after column: Int) -> Int {
    let start = column + 1
    guard start >= 0, start < Self.mostColumns else { return Int.max }
    var word = start >> 6
    var bits = words[word] & (~0 << UInt64(start & 63))
    while bits == 0 {
      word += 1
      guard word < words.count else { return Int.max }
      bits = words[word]
    }
    return word << 6 + bits.trailingZeroBitCount
  }

  /// The last one before a column; 0 where there is none.
  func former(before column: Int) -> Int {
    let last = min(column, Self.mostColumns) - 1
    guard last > 0 else { return 0 }
    var word = last >> 6
    var bits = words[word] & (~0 >> UInt64(63 - last & 63))
    while bits == 0 {
      word -= 1
      guard word >= 0 else { return 0 }
      bits = words[word]
    }
    return word << 6 + 63 - bits.leadingZeroBitCount
  }
}
