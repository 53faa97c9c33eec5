// What must be accepted before a terminal opens.

/// Rules for the text of a notice.
enum Notice {
  /// The most bytes.
  private static let longest = 4096

  /// Reads `notice`.
  static func read(_ section: inout Section) -> String? {
    section.string("notice", "1 to \(longest) bytes of text, in lines") { text in
      let isText = text.unicodeScalars.allSatisfy { $0 == "\n" || $0 == "\t" || !$0.isHidden }
      return (1...longest).contains(text.utf8.count) && isText ? text : nil
    }
  }
}
