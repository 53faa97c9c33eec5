// JSON5 (spec.json5.org) as it is read: comments, trailing commas, keys without quotes. One pass
// over the bytes; every mistake has a position.

/// Reads a text piece by piece, so that what is large need not be held as a tree.
struct JSON5Reader {
  /// Deeper than any configuration.
  static let deepest = 64

  private var cursor: JSON5Cursor

  /// - Parameter bytes: The text.
  /// - Throws: ``JSON5Problem`` where it is not UTF-8.
  init(_ bytes: [UInt8]) throws(JSON5Problem) {
    cursor = try JSON5Cursor(bytes)
  }

  // MARK: Pieces

  /// Takes an opening bracket, if one is next.
  mutating func begins(_ bracket: Unicode.Scalar) throws(JSON5Problem) -> Bool {
    try cursor.skipBlanks()
    return cursor.take(bracket)
  }

  /// Looks for another element or member; takes the closing bracket where there is none.
  ///
  /// - Parameters:
  ///   - bracket: The closing one.
  ///   - isFirst: Whether none was read yet; else a comma must be next.
  /// - Returns: Whether there is one.
  /// - Throws: ``JSON5Problem`` where there is neither a comma nor the bracket.
  mutating func hasNext(before bracket: Unicode.Scalar, isFirst: Bool) throws(JSON5Problem) -> Bool
  {
    try cursor.skipBlanks()
    if cursor.take(bracket) { return false }
    if !isFirst {
      guard cursor.take(",") else { throw cursor.problem("a comma or \(bracket)") }
      try cursor.skipBlanks()
      if cursor.take(bracket) { return false }
    }
    return true
  }

  /// Takes a key and the colon behind it.
  mutating func key() throws(JSON5Problem) -> String {
    try cursor.skipBlanks()
    let key = try name()
    try cursor.skipBlanks()
    guard cursor.take(":") else { throw cursor.problem("a colon") }
    return key
  }

  private mutating func name() throws(JSON5Problem) -> String {
    if let quote = cursor.quote { return try JSON5String(&cursor, quote: quote).text }
    let word = cursor.word()
    guard let first = word.first, !(0x30...0x39).contains(first),
      !word.contains(where: { "+-.".utf8.contains($0) })
    else {
      cursor.index -= word.count
      throw cursor.problem("a key")
    }
    return String(decoding: word, as: UTF8.self)
  }

  /// Nothing but blanks may follow.
  mutating func end() throws(JSON5Problem) {
    try cursor.skipBlanks()
    guard cursor.index == cursor.bytes.count else { throw cursor.problem("nothing more") }
  }

  /// Takes a value.
  mutating func value() throws(JSON5Problem) -> JSONTree { try value(depth: 0) }

  private mutating func value(depth: Int) throws(JSON5Problem) -> JSONTree {
    try cursor.skipBlanks()
    guard depth < Self.deepest else {
      throw cursor.problem("at most \(Self.deepest) brackets in each other")
    }
    switch cursor.peek {
    case UInt8(ascii: "{"):
      cursor.index += 1
      return try object(depth)
    case UInt8(ascii: "["):
      cursor.index += 1
      var elements: [JSONTree] = []
      while try hasNext(before: "]", isFirst: elements.isEmpty) {
        elements.append(try value(depth: depth + 1))
      }
      return .array(elements)
    default:
      guard let quote = cursor.quote else { return try literal() }
      return .string(try JSON5String(&cursor, quote: quote).text)
    }
  }

  private mutating func object(_ depth: Int) throws(JSON5Problem) -> JSONTree {
    var members: [String: JSONTree] = [:]
    var repeats: [JSONTree.Repeat] = []
    var isFirst = true
    while try hasNext(before: "}", isFirst: isFirst) {
      isFirst = false
      let start = cursor.index
      let key = try key()
      let value = try value(depth: depth + 1)
      if members[key] == nil {
        members[key] = value
      } else {
        repeats.append(JSONTree.Repeat(key: key, position: cursor.positionOfRepeat(start)))
      }
    }
    return .object(members, repeats: repeats)
  }

  // MARK: Literals

  private mutating func literal() throws(JSON5Problem) -> JSONTree {
    let word = cursor.word()
    switch word.first {
    case nil: throw cursor.problem("a value")
    case UInt8(ascii: "t") where word.elementsEqual("true".utf8): return .boolean(true)
    case UInt8(ascii: "f") where word.elementsEqual("false".utf8): return .boolean(false)
    case UInt8(ascii: "n") where word.elementsEqual("null".utf8): return .null
    default:
      if let number = JSON5Number.read(String(decoding: word, as: UTF8.self)) { return number }
      cursor.index -= word.count
      throw cursor.problem("a value (texts stand in quotes)")
    }
  }
}
