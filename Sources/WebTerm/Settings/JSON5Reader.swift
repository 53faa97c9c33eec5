// JSON5 (spec.json5.org) as it is read: comments, trailing commas, keys without quotes. One pass
// over the bytes; every mistake has a place.

/// Reads a text piece by piece, so that what is large need not be held as a tree.
struct JSON5Reader {
  /// Why a text is no JSON5.
  struct Problem: Error, Equatable {
    let expected: String
    let found: String
    let place: String
  }

  /// Deeper than any configuration.
  static let deepest = 64
  /// Places of repeated keys that are looked for; to look for one costs a pass over what was read
  /// since the one before.
  static let mostPlaces = 100

  private let bytes: [UInt8]
  private var index = 0
  /// A place that is known: lines and columns are counted on from it.
  private var mark = (index: 0, line: 1, column: 1)
  private var placesLeft = JSON5Reader.mostPlaces

  /// - Parameter bytes: The text.
  /// - Throws: ``Problem`` where it is not UTF-8.
  init(_ bytes: [UInt8]) throws(Problem) {
    self.bytes = bytes
    if let wrong = Self.firstWrong(in: bytes) {
      index = wrong
      throw Problem(expected: "UTF-8", found: "a byte that is none", place: place)
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

  /// Where it is, as `line 3, column 7`.
  var place: String {
    let before = bytes.prefix(index)
    let line = before.count { $0 == UInt8(ascii: "\n") } + 1
    let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    let column = String(decoding: bytes[lineStart..<index], as: UTF8.self).count + 1
    return "line \(line), column \(column)"
  }

  /// Where a key stands that is there a second time. Beyond the first ones the position of another
  /// is not told.
  private mutating func positionOfRepeat(_ key: Int) -> String {
    guard placesLeft > 0 else { return "further on" }
    placesLeft -= 1
    if key < mark.index { mark = (0, 1, 1) }
    let piece = bytes[mark.index..<key]
    let newlines = piece.count { $0 == UInt8(ascii: "\n") }
    let lineStart = piece.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 }
    let columns = String(decoding: bytes[(lineStart ?? mark.index)..<key], as: UTF8.self).count
    mark = (key, mark.line + newlines, lineStart == nil ? mark.column + columns : columns + 1)
    return "line \(mark.line), column \(mark.column)"
  }

  // MARK: Pieces

  /// Takes an opening bracket, if one is next.
  mutating func begins(_ bracket: Unicode.Scalar) throws(Problem) -> Bool {
    try skipBlanks()
    return take(bracket)
  }

  /// Looks for another element or member; takes the closing bracket where there is none.
  ///
  /// - Parameters:
  ///   - bracket: The closing one.
  ///   - isFirst: Whether none was read yet; else a comma must be next.
  /// - Returns: Whether there is one.
  /// - Throws: ``Problem`` where there is neither a comma nor the bracket.
  mutating func hasNext(before bracket: Unicode.Scalar, isFirst: Bool) throws(Problem) -> Bool {
    try skipBlanks()
    if take(bracket) { return false }
    if !isFirst {
      guard take(",") else { throw problem("a comma or \(bracket)") }
      try skipBlanks()
      if take(bracket) { return false }
    }
    return true
  }

  /// Takes a key and the colon behind it.
  mutating func key() throws(Problem) -> String {
    try skipBlanks()
    let key = try self.name()
    try skipBlanks()
    guard take(":") else { throw problem("a colon") }
    return key
  }

  private mutating func name() throws(Problem) -> String {
    if let quote = peek, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
      return try string(quote)
    }
    let word = self.word()
    guard let first = word.first, !(0x30...0x39).contains(first),
      !word.contains(where: { "+-.".utf8.contains($0) })
    else {
      index -= word.count
      throw problem("a key")
    }
    return String(decoding: word, as: UTF8.self)
  }

  /// Nothing but blanks may follow.
  mutating func end() throws(Problem) {
    try skipBlanks()
    guard index == bytes.count else { throw problem("nothing more") }
  }

  /// Takes a value.
  mutating func value() throws(Problem) -> JSONTree { try value(depth: 0) }

  private mutating func value(depth: Int) throws(Problem) -> JSONTree {
    try skipBlanks()
    guard depth < Self.deepest else {
      throw problem("at most \(Self.deepest) brackets in each other")
    }
    switch peek {
    case UInt8(ascii: "{"):
      index += 1
      return try object(depth)
    case UInt8(ascii: "["):
      index += 1
      var elements: [JSONTree] = []
      while try hasNext(before: "]", isFirst: elements.isEmpty) {
        elements.append(try value(depth: depth + 1))
      }
      return .array(elements)
    case UInt8(ascii: "\""): return .string(try string(UInt8(ascii: "\"")))
    case UInt8(ascii: "'"): return .string(try string(UInt8(ascii: "'")))
    default: return try literal()
    }
  }

  private mutating func object(_ depth: Int) throws(Problem) -> JSONTree {
    var members: [String: JSONTree] = [:]
    var repeats: [JSONTree.Repeat] = []
    var isFirst = true
    while try hasNext(before: "}", isFirst: isFirst) {
      isFirst = false
      let start = index
      let key = try key()
      let value = try value(depth: depth + 1)
      if members[key] == nil {
        members[key] = value
      } else {
        repeats.append(JSONTree.Repeat(key: key, place: positionOfRepeat(start)))
      }
    }
    return .object(members, repeats: repeats)
  }

  // MARK: Literals

  private mutating func literal() throws(Problem) -> JSONTree {
    let word = self.word()
    switch word.first {
    case nil: throw problem("a value")
    case UInt8(ascii: "t") where word.elementsEqual("true".utf8): return .boolean(true)
    case UInt8(ascii: "f") where word.elementsEqual("false".utf8): return .boolean(false)
    case UInt8(ascii: "n") where word.elementsEqual("null".utf8): return .null
    default:
      if let number = Self.number(String(decoding: word, as: UTF8.self)) { return number }
      index -= word.count
      throw problem("a value (texts stand in quotes)")
    }
  }

  private static func number(_ text: String) -> JSONTree? {
    // Whole numbers are nearly all there are.
    if let first = text.utf8.first, (0x30...0x39).contains(first) || first == UInt8(ascii: "-"),
      let number = Int(text), !hasLeadingZero(text.drop { $0 == "-" })
    {
      return .integer(number)
    }
    let digits = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
    let sign = text.hasPrefix("-") ? -1 : 1
    if digits.hasPrefix("0x") || digits.hasPrefix("0X") {
      let hex = digits.dropFirst(2)
      guard hex.utf8.allSatisfy({ $0.hexValue != nil }) else { return nil }
      return Int(hex, radix: 16).map { .integer(sign * $0) }
    }
    guard let first = digits.utf8.first,
      (0x30...0x39).contains(first) || first == UInt8(ascii: "."),
      digits.utf8.allSatisfy({ (0x30...0x39).contains($0) || ".eE+-".utf8.contains($0) }),
      !hasLeadingZero(digits), digits != ".", let number = Double(padded(digits)), number.isFinite
    else { return nil }
    let signed = Double(sign) * number
    return Int(exactly: signed).map { .integer($0) } ?? .number(signed)
  }

  private static func hasLeadingZero(_ digits: Substring) -> Bool {
    digits.utf8.count > 1 && digits.utf8.first == UInt8(ascii: "0")
      && digits.utf8.dropFirst().first.map { (0x30...0x39).contains($0) } == true
  }

  /// JSON5 takes `.5` and `5.`.
  private static func padded(_ digits: Substring) -> String {
    var text = digits.hasPrefix(".") ? "0\(digits)" : String(digits)
    if let point = text.firstIndex(of: ".") {
      let next = text.index(after: point)
      let hasDigit = next < text.endIndex && text[next].isNumber
      if !hasDigit { text.insert("0", at: next) }
    }
    return text
  }

  /// A number, `true`, `null`, or a key without quotes.
  private mutating func word() -> ArraySlice<UInt8> {
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

  // MARK: Strings

  private mutating func string(_ quote: UInt8) throws(Problem) -> String {
    index += 1
    let start = index
    // Nearly every string is taken as it lies there.
    while index < bytes.count {
      let byte = bytes[index]
      if byte == quote {
        defer { index += 1 }
        return String(decoding: bytes[start..<index], as: UTF8.self)
      }
      if byte == UInt8(ascii: "\\") || byte < 0x20 { break }
      index += 1
    }
    var text = Array(bytes[start..<index])
    while let byte = peek, byte != quote {
      if byte == UInt8(ascii: "\\") {
        try escape(into: &text)
      } else {
        guard byte >= 0x20 || byte == UInt8(ascii: "\t") else { break }
        text.append(byte)
        index += 1
      }
    }
    guard take(Unicode.Scalar(quote)) else {
      throw problem("the end of a text (\(Unicode.Scalar(quote))) in the same line")
    }
    return String(decoding: text, as: UTF8.self)
  }

  private mutating func escape(into text: inout [UInt8]) throws(Problem) {
    let start = index
    index += 1
    guard let byte = peek else { throw problem("a character behind the backslash") }
    index += 1
    switch byte {
    case UInt8(ascii: "n"): text.append(0x0a)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "r"): text.append(0x0d)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0c)
    case UInt8(ascii: "v"): text.append(0x0b)
    case UInt8(ascii: "u"), UInt8(ascii: "x"):
      guard let scalar = encodedScalar(byte == UInt8(ascii: "u") ? 4 : 2), scalar != "\0" else {
        index = start
        throw problem("the number of a character (not half of one, and not NUL)")
      }
      text += UTF8.encode(scalar).map { Array($0) } ?? []
    case UInt8(ascii: "0")...UInt8(ascii: "9"):
      index = start
      throw problem("a character behind the backslash that means something")
    // A line may go on in the next one.
    case 0x0a: break
    case 0x0d: _ = take("\n")
    default: text.append(byte)
    }
  }

  private mutating func encodedScalar(_ digits: Int) -> Unicode.Scalar? {
    guard let first = hexadecimal(digits) else { return nil }
    guard (0xd800...0xdbff).contains(first) else { return Unicode.Scalar(first) }
    guard take("\\"), take("u"), let second = hexadecimal(4), (0xdc00...0xdfff).contains(second)
    else { return nil }
    return Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00))
  }

  private mutating func hexadecimal(_ count: Int) -> UInt32? {
    guard index + count <= bytes.count else { return nil }
    var value: UInt32 = 0
    for byte in bytes[index..<(index + count)] {
      guard let digit = byte.hexValue else { return nil }
      value = value << 4 | UInt32(digit)
    }
    index += count
    return value
  }

  // MARK: Between them

  private mutating func skipBlanks() throws(Problem) {
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

  private mutating func skipComment() throws(Problem) {
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

  private func follows(_ wanted: [UInt8]) -> Bool { bytes[index...].starts(with: wanted) }

  private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard index < bytes.count, UInt32(bytes[index]) == character.value else { return false }
    index += 1
    return true
  }

  /// What is wrong where it is.
  private func problem(_ expected: String) -> Problem {
    let rest = bytes[index...].prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    // Cut between characters: the text is UTF-8.
    let found = String(String(decoding: rest, as: UTF8.self).prefix(20))
    let isOver = index == bytes.count
    return Problem(
      expected: expected,
      found: isOver
        ? "the end" : found.isEmpty ? "the end of the line" : "\"\(JSONText.escape(found))\"",
      place: place)
  }
}
