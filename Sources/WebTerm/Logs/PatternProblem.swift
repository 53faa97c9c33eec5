// What is wrong with a pattern.

/// Why a text is no pattern.
package struct PatternProblem: Error, Equatable, CustomStringConvertible {
  package let reason: String
  /// Where it was found: so many bytes stand before it.
  package let offset: Int

  package var description: String { "\(reason) (at byte \(offset + 1) of the pattern)" }
}
