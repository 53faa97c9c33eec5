// How much a screen may do before it stops.

/// Work that may still be done: whatever a host prints, a turn of the loop has a bound. Bytes are
/// none, since four of them may move a whole screen.
///
/// A unit is what one cell costs that is written, about a nanosecond.
package struct WorkBudget {
  /// What a byte costs that goes through the parser.
  static let byte = 8
  /// What a row costs that is moved or erased as a whole.
  static let row = 4
  /// What a control sequence costs beside what it touches.
  static let sequence = 32
  /// What a code point costs that is hashed, with all others of its cluster or link.
  static let hashed = 8

  package private(set) var left: Int

  package init(_ units: Int) {
    left = units
  }

  /// Whether nothing is left.
  package var isSpent: Bool { left <= 0 }

  /// So much was done.
  package mutating func spend(_ units: Int) { left -= units }
}
