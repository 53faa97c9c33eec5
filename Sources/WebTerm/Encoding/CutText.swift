// Texts of others, cut to a length that is known.

extension String {
  /// The text; where it is longer, its beginning and an ellipsis. Measured in bytes, for one
  /// character on a screen may be made of any number of them.
  ///
  /// - Parameter most: Bytes of UTF-8 that stay at most; the cut is before the scalar that would go
  ///   beyond.
  /// - Returns: The text, or its beginning.
  func cut(to most: Int) -> String {
    guard utf8.count > most else { return self }
    var end = utf8.index(startIndex, offsetBy: most)
    while end > startIndex, utf8[end] & 0xc0 == 0x80 { end = utf8.index(before: end) }
    return String(unicodeScalars[..<end]) + "…"
  }
}
