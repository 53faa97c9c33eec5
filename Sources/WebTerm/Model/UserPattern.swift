// Which users a target lets through.

/// A literal user name, or a pattern in which `*` stands for any characters.
struct UserPattern: Equatable, Sendable {
  static let expected =
    "a user name of letters, digits and _ . @ + - \\, in which * stands for any characters"

  let pattern: String

  init(pattern: String) {
    self.pattern = pattern
  }

  /// Reads one; nil for what no user name can match, and for what a page would take for more than stars.
  init?(_ text: String) {
    let sample = text.utf8.map { $0 == UInt8(ascii: "*") ? UInt8(ascii: "x") : $0 }
    guard Username(sample) != nil else { return nil }
    self.init(pattern: text)
  }

  func matches(_ user: String) -> Bool {
    // The parts between the stars must follow each other; the outer two are tied to the ends.
    let parts = pattern.utf8.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false)
    var rest = Substring(user).utf8
    guard parts.count > 1 else { return rest.elementsEqual(parts[0]) }
    guard rest.starts(with: parts[0]) else { return false }
    rest = rest.dropFirst(parts[0].count)
    for part in parts[1..<(parts.count - 1)] {
      guard let found = Self.firstEnd(of: part, in: rest) else { return false }
      rest = rest[found...]
    }
    return rest.count >= parts[parts.count - 1].count
      && rest.suffix(parts[parts.count - 1].count).elementsEqual(parts[parts.count - 1])
  }

  private static func firstEnd(
    of part: Substring.UTF8View, in text: Substring.UTF8View
  ) -> Substring.UTF8View.Index? {
    var candidate = text
    while candidate.count >= part.count {
      if candidate.starts(with: part) {
        return candidate.index(candidate.startIndex, offsetBy: part.count)
      }
      candidate = candidate.dropFirst()
    }
    return nil
  }
}
