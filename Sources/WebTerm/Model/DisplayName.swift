// What people call things: lines, groups, labels.

/// Rules for names that an administrator gives.
enum DisplayName {
  /// Whether it is one: 1 to 128 printable characters.
  static func isValid(_ text: String) -> Bool {
    (1...128).contains(text.unicodeScalars.count)
      && text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7f...0x9f).contains($0.value) }
  }
}
