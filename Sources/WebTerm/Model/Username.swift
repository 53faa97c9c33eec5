// The name that a visitor wants to log in by, as a URL says it.

/// A user name that is safe to stand in an argument list.
struct Username: Equatable, Sendable {
  /// `[A-Za-z0-9_](\?[A-Za-z0-9_.@+-])*`, 64 bytes at most: no option, no white space, no control character. A backslash stands
  /// between a domain and a name.
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
