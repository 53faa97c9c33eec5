// How much of a line was typed: what a viewer that is about to take the keyboard should know.

/// Counts the bytes typed since the last Enter.
struct Begun: Equatable {
  /// So many.
  private(set) var count = 0

  /// Input has come.
  ///
  /// - Returns: Whether the count is another one now.
  mutating func typed(_ piece: Span<UInt8>) -> Bool {
    let before = count
    // From the end: of a long paste only the last line counts.
    for index in piece.indices.reversed()
    where piece[index] == UInt8(ascii: "\r") || piece[index] == UInt8(ascii: "\n") {
      count = piece.count - index - 1
      return count != before
    }
    count += piece.count
    return count != before
  }
}
