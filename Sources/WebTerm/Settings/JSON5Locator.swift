// Where a text stops being JSON5. The toolchain's decoder refuses such a text without saying where, and an
// administrator needs the line.

/// Walks through a text as JSON5 has it (spec.json5.org) and notes how far it came. It builds nothing: a
/// text that it accepts and the decoder refuses is reported without a place.
struct JSON5Locator {
  private struct Stop: Error {}

  /// Deeper than any configuration.
  private static let deepest = 64

  private let bytes: [UInt8]
  private var index = 0

  /// The place of the first byte that cannot stand where it does, as `line 3, column 7`; nil where the
  /// text looks well-formed.
  static func place(in text: [UInt8]) -> String? {
    var locator = JSON5Locator(bytes: text)
    do throws(Stop) {
      try locator.value(depth: 0)
      try locator.skipBlanks()
      guard locator.index < text.count else { return nil }
    } catch {}
    let before = text.prefix(locator.index)
    let line = before.count { $0 == UInt8(ascii: "\n") } + 1
    let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    let column = String(decoding: text[lineStart..<locator.index], as: UTF8.self).count + 1
    return "line \(line), column \(column)"
  }

  private init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  // MARK: Values

  private mutating func value(depth: Int) throws(Stop) {
    try skipBlanks()
    guard depth < Self.deepest, let byte = peek else { throw Stop() }
    switch byte {
    case UInt8(ascii: "{"): try members(depth)
    case UInt8(ascii: "["): try elements(depth)
    case UInt8(ascii: "\""), UInt8(ascii: "'"): try string(byte)
    default: try word()
    }
  }

  private mutating func members(_ depth: Int) throws(Stop) {
    index += 1
    while try !ends(with: "}") {
      if let quote = peek, "\"'".utf8.contains(quote) { try string(quote) } else { try word() }
      try skipBlanks()
      guard take(":") else { throw Stop() }
      try value(depth: depth + 1)
      try separator(before: "}")
    }
  }

  private mutating func elements(_ depth: Int) throws(Stop) {
    index += 1
    while try !ends(with: "]") {
      try value(depth: depth + 1)
      try separator(before: "]")
    }
  }

  /// A comma, unless the closing bracket is next.
  private mutating func separator(before bracket: Unicode.Scalar) throws(Stop) {
    try skipBlanks()
    guard take(",") || peek == UInt8(ascii: bracket) else { throw Stop() }
  }

  private mutating func ends(with bracket: Unicode.Scalar) throws(Stop) -> Bool {
    try skipBlanks()
    return take(bracket)
  }

  private mutating func string(_ quote: UInt8) throws(Stop) {
    index += 1
    while let byte = peek, byte != UInt8(ascii: "\n") {
      // A backslash may be the last byte of all.
      index = min(bytes.count, index + (byte == UInt8(ascii: "\\") ? 2 : 1))
      if byte == quote { return }
    }
    throw Stop()
  }

  /// A number, `true`, `null`, or a key without quotes.
  private mutating func word() throws(Stop) {
    let start = index
    while let byte = peek, Self.mayStandInWord(byte) { index += 1 }
    guard index > start else { throw Stop() }
  }

  private static func mayStandInWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), 0x80...:
      true
    default:
      "_$+-.".utf8.contains(byte)
    }
  }

  // MARK: Between them

  private mutating func skipBlanks() throws(Stop) {
    while let byte = peek {
      if " \t\r\n".utf8.contains(byte) {
        index += 1
      } else if take("//") {
        while let byte = peek, byte != UInt8(ascii: "\n") { index += 1 }
      } else if bytes[index...].starts(with: "/*".utf8) {
        try skipComment()
      } else {
        return
      }
    }
  }

  private mutating func skipComment() throws(Stop) {
    var end = index + 2
    while end + 1 < bytes.count {
      if bytes[end] == UInt8(ascii: "*"), bytes[end + 1] == UInt8(ascii: "/") {
        index = end + 2
        return
      }
      end += 1
    }
    throw Stop()
  }

  private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard peek == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  private mutating func take(_ word: String) -> Bool {
    guard bytes[index...].starts(with: word.utf8) else { return false }
    index += word.utf8.count
    return true
  }
}
