// Rules for what operators say: it stands on pages, in logs, and in one line of a control socket.

/// What operators may say.
package enum OperatorText {
  /// The most characters.
  private static let longest = 1000

  /// Whether a text may be said: 1 to 1,000 characters, all of which show, and not blanks alone.
  package static func isValid(_ text: String) -> Bool {
    (1...longest).contains(text.unicodeScalars.count)
      && !text.unicodeScalars.contains(where: \.isHidden)
      && text.unicodeScalars.contains { $0 != " " }
  }
}
