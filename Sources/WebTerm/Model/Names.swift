// Names as a configuration or a URL gives them: which texts are names, and which users a pattern
// means.

/// The two ways to reach a host.
enum Method: String, CaseIterable, Sendable {
  case ssh
  case telnet
}

/// A literal user name, or a pattern in which `*` stands for any characters.
struct UserPattern: Equatable, Sendable {
  static let expected =
    "a user name of letters, digits and _ . @ + - \\, in which * stands for any characters"

  let pattern: String

  init(pattern: String) {
    self.pattern = pattern
  }

  /// Reads one; nil for what no user name can match, and for what a page would take for more than
  /// stars.
  init?(_ text: String) {
    let sample = text.utf8.map { $0 == UInt8(ascii: "*") ? UInt8(ascii: "x") : $0 }
    guard Username(sample) != nil else { return nil }
    self.init(pattern: text)
  }

  /// Whether it stands for more than one name.
  var isPattern: Bool { pattern.utf8.contains(UInt8(ascii: "*")) }

  /// A name that it lets through.
  var example: Username? {
    ["", "console"].lazy.compactMap { Username(Array(pattern.replacing("*", with: $0).utf8)) }.first
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

/// A user name that is safe to stand in an argument list.
struct Username: Equatable, Sendable {
  /// `[A-Za-z0-9_](\?[A-Za-z0-9_.@+-])*`, 64 bytes at most: no option, no white space, no control
  /// character. A backslash stands between a domain and a name.
  let text: String

  /// Nil where `text` is not of that form.
  init?(_ bytes: [UInt8]) {
    guard (1...64).contains(bytes.count), let first = bytes.first, Self.mayBegin(first),
      bytes.dropFirst().allSatisfy({ Self.mayBegin($0) || #".@+-\"#.utf8.contains($0) }),
      bytes.split(separator: UInt8(ascii: "\\"), omittingEmptySubsequences: false)
        .allSatisfy({ !$0.isEmpty })
    else { return nil }
    text = String(decoding: bytes, as: UTF8.self)
  }

  private static func mayBegin(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default:
      false
    }
  }
}

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

/// Names of terminal types (terminfo(5)).
enum TerminalType {
  /// The name, where it is well-formed: letters in lower case, digits and `- + . _`.
  static func named(_ text: String) -> String? {
    let isWord = text.utf8.allSatisfy { $0.isNameByte || "+._".utf8.contains($0) }
    return !text.isEmpty && isWord ? text : nil
  }
}

extension UInt16 {
  /// Reads plain digits without leading zeros: `init(_:)` alone would take `+22` and `0022`, too.
  init?(address text: some StringProtocol) {
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), !text.hasPrefix("0") else {
      return nil
    }
    self.init(String(text))
  }
}
