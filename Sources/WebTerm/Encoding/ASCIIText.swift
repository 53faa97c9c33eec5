// Texts of protocols, taken byte by byte. Swift's own comparisons take two spellings of a text for
// one, its splitting sees characters that are made of several bytes, and its lower case turns the
// Kelvin sign into a k.

extension StringProtocol {
  /// With A to Z in lower case, and nothing else changed.
  var asciiLowercased: String {
    String(decoding: utf8.map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
  }

  /// Whether the bytes are the same ones.
  func hasSameBytes(as other: some StringProtocol) -> Bool {
    utf8.elementsEqual(other.utf8)
  }
}

extension StringProtocol where SubSequence == Substring {
  /// The pieces between separators, which are one ASCII character each; empty pieces are left out.
  func split(atByte separator: Unicode.Scalar) -> [Substring] {
    self[...].utf8.split(separator: UInt8(ascii: separator)).map { Substring($0) }
  }

  /// Without spaces and tabs at both ends: to HTTP, a blank is one whatever follows it.
  func trimmingBlanks() -> String {
    let isText: (UInt8) -> Bool = { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
    let bytes = self[...].utf8
    guard let first = bytes.firstIndex(where: isText), let last = bytes.lastIndex(where: isText)
    else { return "" }
    return String(Substring(bytes[first...last]))
  }
}
