// A position in a JSON5 text: what stands there, what may stand between two pieces, and how a
// mistake says where it is.

/// Why a text is no JSON5.
struct JSON5Problem: Error, Equatable {
  let expected: String
  let found: String
  /// Where it stands, as `line 3, column 7`.
  let position: String
}

/// Moves over a text; what the pieces mean is the reader's.
struct JSON5Cursor {
  /// Positions of repeated keys that are looked for; to look for one costs a pass over what was
  /// read since the one before.
  static let mostPositions = 100

  let bytes: [UInt8]
  var index = 0
  /// A position that is known: lines and columns are counted on from it.
  private var mark = (index: 0, line: 1, column: 1)
  private var positionsLeft = JSON5Cursor.mostPositions

  /// - Parameter bytes: The text.
  /// - Throws: ``JSON5Problem`` where it is not UTF-8.
  init(_ bytes: [UInt8]) throws(JSON5Problem) {
    self.bytes = bytes
    if let wrong = Self.firstWrong(in: bytes) {
      index = wrong
      throw JSON5Problem(expected: "UTF-8", found: "a byte that is none", position: position)
    }
    // A byte order mark.
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { index = 3 }
  }

  /// The line that is not UTF-8, by its first byte; nil where all are.
  private static func firstWrong(in bytes: [UInt8]) -> Int? {
    guard String(validating: bytes, as: UTF8.self) == nil else { return nil }
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      if String(validating: bytes[start..<end], as: UTF8.self) == nil { return start }
      start = end + 1
    }
    return bytes.count
  }

  /// Where it stands, as `line 3, column 7`.
  var position: String {
    let before = bytes.prefix(index)
    let line = before.count { $0 == UInt8(ascii: "\n") } + 1
    let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    let column = String(decoding: bytes[lineStart..<index], as: UTF8.self).count + 1
    return "line \(line), column \(column)"
  }

  /// Where a key stands that is there a second time. Beyond the first ones the position of another
  /// is not told.
  mutating func positionOfRepeat(_ key: Int) -> String {
    guard positionsLeft > 0 else { return "further on" }
    positionsLeft -= 1
    if key < mark.index { mark = (0, 1, 1) }
    let piece = bytes[mark.index..<key]
    let newlines = piece.count { $0 == UInt8(ascii: "\n") }
    let lineStart = piece.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 }
    let columns = String(decoding: bytes[(lineStart ?? mark.index)..<key], as: UTF8.self).count
    mark = (key, mark.line + newlines, lineStart == nil ? mark.column + columns : columns + 1)
    return "line \(mark.line), column \(mark.column)"
  }

  // MARK: What stands here

  private func follows(_ wanted: [UInt8]) -> Bool { bytes[index...].starts(with: wanted) }

  /// The byte that is next; nil at the end.
  var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

  /// The quote that is next; nil where it is none.
  var quote: UInt8? {
    peek.flatMap { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") ? $0 : nil }
  }

  /// Takes a character, where it is next.
  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard index < bytes.count, UInt32(bytes[index]) == character.value else { return false }
    index += 1
    return true
  }

  /// What is wrong where it is.
  func problem(_ expected: String) -> JSON5Problem {
    let rest = bytes[index...].prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    // Cut between characters: the text is UTF-8.
    let found = String(String(decoding: rest, as: UTF8.self).prefix(20))
    let isOver = index == bytes.count
    return JSON5Problem(
      expected: expected,
      found: isOver
        ? "the end" : found.isEmpty ? "the end of the line" : "\"\(JSONText.escape(found))\"",
      position: position)
  }

  /// A number, `true`, `null`, or a key without quotes.
  mutating func word() -> ArraySlice<UInt8> {
    let start = index
    while let byte = peek, Self.mayStandInWord(byte) { index += 1 }
    return bytes[start..<index]
  }

  private static func mayStandInWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"),
      UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), 0x80...:
      true
    default:
      false
    }
  }

  /// Takes so many hexadecimal digits; nil where they are none.
  mutating func hexadecimal(_ count: Int) -> UInt32? {
    guard index + count <= bytes.count else { return nil }
    var value: UInt32 = 0
    for byte in bytes[index..<(index + count)] {
      guard let digit = byte.hexValue else { return nil }
      value = value << 4 | UInt32(digit)
    }
    index += count
    return value
  }

  // MARK: Between the pieces

  /// Passes over white space and comments.
  mutating func skipBlanks() throws(JSON5Problem) {
    while index < bytes.count {
      switch bytes[index] {
      case 0x20, 0x09, 0x0a, 0x0b, 0x0c, 0x0d: index += 1
      case UInt8(ascii: "/"): try skipComment()
      // No-break space, byte order mark, line and paragraph separator.
      case 0xc2 where follows([0xc2, 0xa0]): index += 2
      case 0xef where follows([0xef, 0xbb, 0xbf]): index += 3
      case 0xe2 where follows([0xe2, 0x80, 0xa8]) || follows([0xe2, 0x80, 0xa9]): index += 3
      default: return
      }
    }
  }

  private mutating func skipComment() throws(JSON5Problem) {
    if follows(Array("//".utf8)) {
      while let byte = peek, byte != UInt8(ascii: "\n") { index += 1 }
      return
    }
    guard follows(Array("/*".utf8)) else { throw problem("a value, a key or a comment") }
    var end = index + 2
    while end + 1 < bytes.count {
      if bytes[end] == UInt8(ascii: "*"), bytes[end + 1] == UInt8(ascii: "/") {
        index = end + 2
        return
      }
      end += 1
    }
    throw problem("a comment that ends with */")
  }
}
