// A text in quotes, as JSON5 has it.

/// What stands between two quotes, with its escapes read.
struct JSON5String {
  let text: String

  /// Reads one; the cursor stands at its quote.
  ///
  /// - Throws: ``JSON5Problem`` where it does not end in its line.
  init(_ cursor: inout JSON5Cursor, quote: UInt8) throws(JSON5Problem) {
    cursor.index += 1
    let start = cursor.index
    // Nearly every string is taken as it lies there.
    while cursor.index < cursor.bytes.count {
      let byte = cursor.bytes[cursor.index]
      if byte == quote {
        text = String(decoding: cursor.bytes[start..<cursor.index], as: UTF8.self)
        cursor.index += 1
        return
      }
      if byte == UInt8(ascii: "\\") || byte < 0x20 { break }
      cursor.index += 1
    }
    var read = Array(cursor.bytes[start..<cursor.index])
    while let byte = cursor.peek, byte != quote {
      if byte == UInt8(ascii: "\\") {
        try Self.escape(&cursor, into: &read)
      } else {
        guard byte >= 0x20 || byte == UInt8(ascii: "\t") else { break }
        read.append(byte)
        cursor.index += 1
      }
    }
    guard cursor.take(Unicode.Scalar(quote)) else {
      throw cursor.problem("the end of a text (\(Unicode.Scalar(quote))) in the same line")
    }
    text = String(decoding: read, as: UTF8.self)
  }

  private static func escape(
    _ cursor: inout JSON5Cursor, into text: inout [UInt8]
  ) throws(JSON5Problem) {
    let start = cursor.index
    cursor.index += 1
    guard let byte = cursor.peek else { throw cursor.problem("a character behind the backslash") }
    cursor.index += 1
    switch byte {
    case UInt8(ascii: "n"): text.append(0x0a)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "r"): text.append(0x0d)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0c)
    case UInt8(ascii: "v"): text.append(0x0b)
    case UInt8(ascii: "u"), UInt8(ascii: "x"):
      guard let scalar = scalar(&cursor, digits: byte == UInt8(ascii: "u") ? 4 : 2), scalar != "\0"
      else {
        cursor.index = start
        throw cursor.problem("the number of a character (not half of one, and not NUL)")
      }
      text += UTF8.encode(scalar).map { Array($0) } ?? []
    case UInt8(ascii: "0")...UInt8(ascii: "9"):
      cursor.index = start
      throw cursor.problem("a character behind the backslash that means something")
    // A line may go on in the next one.
    case 0x0a: break
    case 0x0d: _ = cursor.take("\n")
    default: text.append(byte)
    }
  }

  private static func scalar(_ cursor: inout JSON5Cursor, digits: Int) -> Unicode.Scalar? {
    guard let first = cursor.hexadecimal(digits) else { return nil }
    guard (0xd800...0xdbff).contains(first) else { return Unicode.Scalar(first) }
    guard cursor.take("\\"), cursor.take("u"), let second = cursor.hexadecimal(4),
      (0xdc00...0xdfff).contains(second)
    else { return nil }
    return Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00))
  }
}
