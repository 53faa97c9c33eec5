// Which targets are meant where many are named at once.

/// A target's name, in which `*` stands for any characters.
struct NamePattern: Equatable, Sendable {
  static let expected = "names of targets, of a-z, 0-9 and -, in which * stands for any characters"

  let pattern: String

  func matches(_ name: String) -> Bool { UserPattern(pattern: pattern).matches(name) }

  /// Whether it means all targets.
  var isAll: Bool { pattern.utf8.allSatisfy { $0 == UInt8(ascii: "*") } }

  /// Reads an array of them; nil where there is none.
  static func all(_ key: String, _ section: inout Section) -> [NamePattern]? {
    section.strings(key, expected, mayBeEmpty: false)?.compactMap { text, path -> NamePattern? in
      guard !text.isEmpty, text.utf8.allSatisfy({ $0.isNameByte || $0 == UInt8(ascii: "*") })
      else {
        section.problems.report(path, expected, .string(text))
        return nil
      }
      return NamePattern(pattern: text)
    }
  }
}
