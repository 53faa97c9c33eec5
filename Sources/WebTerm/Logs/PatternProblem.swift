// What is wrong with a pattern.

/// Why a text is no pattern.
package struct PatternProblem: Error, Equatable, CustomStringConvertible {
  package let reason: String
  /// Where it was found: so many bytes stand before it.
  package let place: Int

  package var description: String { "\(reason) (at byte \(place + 1) of the pattern)" }
}
