// How large a screen is.

/// A screen's size in character cells, each way 1 to 1000.
package struct TerminalSize: Equatable, Sendable {
  static let range = 1...1000

  let columns: Int
  let rows: Int

  /// Nil where a number is out of range.
  package init?(columns: Int, rows: Int) {
    guard Self.range.contains(columns), Self.range.contains(rows) else { return nil }
    self.columns = columns
    self.rows = rows
  }

  private init(_ columns: Int, _ rows: Int) {
    (self.columns, self.rows) = (columns, rows)
  }

  /// That of a terminal to which no window was fitted.
  static let standard = TerminalSize(80, 24)
}
