// What a person or a group is called. Rights hang on it.

/// The name of a login or of a group: 1 to 128 bytes of UTF-8, of characters that show.
///
/// Two names are the same where their bytes are. A `String` would take `é` as one character and as
/// `e` with an accent behind it for the same name, which a proxy or a password file gives to two
/// people.
struct AccountName: Sendable {
  /// The most bytes.
  static let longest = 128

  /// For logs and pages. Nothing may be decided by it.
  let text: String

  /// Nil where that cannot be a name: not UTF-8, too long, or with characters that do not show.
  init?(_ bytes: some Collection<UInt8>) {
    guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
    self.init(text)
  }

  /// Nil where that cannot be a name. Bytes that were no UTF-8 are U+FFFD in a `String`, which is
  /// in no name.
  init?(_ text: some StringProtocol) {
    guard (1...Self.longest).contains(text.utf8.count),
      text.unicodeScalars.allSatisfy(VisibleText.isVisible)
    else { return nil }
    self.text = String(text)
  }
}

extension AccountName: Hashable {
  static func == (a: Self, b: Self) -> Bool { a.text.hasSameBytes(as: b.text) }

  func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}

/// Who may open a target (an entry of `visitors`): a login, or `@` and a group.
enum Invitation: Hashable, Sendable {
  case login(AccountName)
  case group(AccountName)

  /// For messages about a configuration.
  static let expected = "a login, or @ and a group, of 1 to 128 bytes of characters that show"

  /// Nil where that cannot be a name.
  init?(_ text: String) {
    if text.utf8.first == UInt8(ascii: "@") {
      guard let name = AccountName(text.utf8.dropFirst()) else { return nil }
      self = .group(name)
    } else {
      guard let name = AccountName(text) else { return nil }
      self = .login(name)
    }
  }

  /// As it stands in the configuration.
  var text: String {
    switch self {
    case .login(let name): name.text
    case .group(let name): "@\(name.text)"
    }
  }

  var isGroup: Bool { if case .group = self { true } else { false } }
}
