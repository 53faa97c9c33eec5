// What people call things: targets, lines, groups, labels.

/// Rules for names that an administrator gives.
enum DisplayName {
  static let expected = "1 to 128 printable characters"

  /// Whether it is one: 1 to 128 printable characters.
  static func isValid(_ text: String) -> Bool {
    (1...128).contains(text.unicodeScalars.count)
      && !text.unicodeScalars.contains(where: \.isHidden)
  }

  /// The name, where it is one.
  static func checked(_ text: String) -> String? { isValid(text) ? text : nil }
}
