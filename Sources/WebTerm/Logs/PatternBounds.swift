// How often something may be there, in braces.

/// `{2}`, `{2,}` or `{2,9}`.
struct PatternBounds {
  let least: Int
  /// Nil where there is no upper bound.
  let most: Int?
  /// Where the text goes on.
  let end: Int

  /// Reads them; nil where it is nothing of that, but text.
  ///
  /// - Parameters:
  ///   - scalars: The pattern.
  ///   - start: Where the opening brace stands.
  init?(_ scalars: [Unicode.Scalar], at start: Int) {
    var index = start + 1
    func number() -> Int? {
      var (value, end) = (0, index)
      while end < scalars.count, ("0"..."9").contains(scalars[end]) {
        value = min(1_000_000, value * 10 + Int(scalars[end].value - 0x30))
        end += 1
      }
      guard end > index else { return nil }
      index = end
      return value
    }
    func isNext(_ scalar: Unicode.Scalar) -> Bool {
      index < scalars.count && scalars[index] == scalar
    }
    guard let least = number() else { return nil }
    var most: Int? = least
    if isNext(",") {
      index += 1
      most = number()
    }
    guard isNext("}") else { return nil }
    (self.least, self.most, end) = (least, most, index + 1)
  }
}
