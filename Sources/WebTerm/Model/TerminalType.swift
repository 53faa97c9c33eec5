// What a host is told that a terminal is.

/// Names of terminal types (terminfo(5)).
enum TerminalType {
  /// The name, where it is well-formed: letters in lower case, digits and `- + . _`.
  static func named(_ text: String) -> String? {
    let isWord = text.utf8.allSatisfy { $0.isNameByte || "+._".utf8.contains($0) }
    return !text.isEmpty && isWord ? text : nil
  }
}
