// Reads one short JSON text in place. For the channel's messages: no tree is built, nothing
// allocated for numbers and known words. (Configuration files, which are JSON5, go through
// JSONTree.)

/// A pull scanner over a JSON text (RFC 8259). The text was checked to be UTF-8.
struct JSONScanner {
  /// The text is not JSON, or not what was asked for.
  struct Problem: Error, Equatable {}

  /// How deeply values that are skipped may be nested.
  private static let deepest = 16

  private let bytes: [UInt8]
  private var index = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// Reads an object; `field` is called for each key and must read or skip the value.
  mutating func object(
    _ field: (inout JSONScanner, String) throws(Problem) -> Void
  ) throws(Problem) {
    try expect("{")
    if take("}") { return }
    repeat {
      let key = try string()
      try expect(":")
      try field(&self, key)
    } while take(",")
    try expect("}")
  }

  /// Reads a whole number that fits `Int`. `1.0` and `1e3` are none here.
  mutating func integer() throws(Problem) -> Int {
    skipBlanks()
    let start = index
    if peek == UInt8(ascii: "-") { index += 1 }
    let digits = index
    while let byte = peek, (0x30...0x39).contains(byte) { index += 1 }
    guard index > digits, bytes[digits] != 0x30 || index == digits + 1 else { throw Problem() }
    if let byte = peek, ".eE".utf8.contains(byte) { throw Problem() }
    guard let value = Int(String(decoding: bytes[start..<index], as: UTF8.self)) else {
      throw Problem()
    }
    return value
  }

  /// Reads `true` or `false`.
  mutating func boolean() throws(Problem) -> Bool {
    skipBlanks()
    let isTrue = peek == UInt8(ascii: "t")
    try expect(word: isTrue ? "true" : "false")
    return isTrue
  }

  /// Reads a string.
  mutating func string() throws(Problem) -> String {
    try expect("\"")
    var text: [UInt8] = []
    while true {
      let byte = try next()
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"): try escape(into: &text)
      case ..<0x20: throw Problem()
      default: text.append(byte)
      }
    }
  }

  /// Reads any value and forgets it.
  mutating func skipValue() throws(Problem) {
    try skipValue(depth: 0)
  }

  /// Nothing but white space may be left.
  mutating func end() throws(Problem) {
    skipBlanks()
    guard index == bytes.count else { throw Problem() }
  }

  // MARK: Pieces

  private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func next() throws(Problem) -> UInt8 {
    guard let byte = peek else { throw Problem() }
    index += 1
    return byte
  }

  private mutating func skipBlanks() {
    while let byte = peek, " \t\r\n".utf8.contains(byte) { index += 1 }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard peek == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(Problem) {
    guard take(character) else { throw Problem() }
  }

  private mutating func expect(word: StaticString) throws(Problem) {
    guard bytes.count - index >= word.utf8CodeUnitCount else { throw Problem() }
    for offset in 0..<word.utf8CodeUnitCount {
      guard try next() == word.utf8Start[offset] else { throw Problem() }
    }
  }

  private mutating func escape(into text: inout [UInt8]) throws(Problem) {
    switch try next() {
    case UInt8(ascii: "\""): text.append(0x22)
    case UInt8(ascii: "\\"): text.append(0x5c)
    case UInt8(ascii: "/"): text.append(0x2f)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0c)
    case UInt8(ascii: "n"): text.append(0x0a)
    case UInt8(ascii: "r"): text.append(0x0d)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"): text.append(contentsOf: Array(String(try unicode()).utf8))
    default: throw Problem()
    }
  }

  private mutating func unicode() throws(Problem) -> Unicode.Scalar {
    let first = try hex4()
    guard (0xd800...0xdbff).contains(first) else {
      // A lone low surrogate names no character.
      guard let scalar = Unicode.Scalar(first) else { throw Problem() }
      return scalar
    }
    try expect(word: "\\u")
    let second = try hex4()
    guard (0xdc00...0xdfff).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00))
    else { throw Problem() }
    return scalar
  }

  private mutating func hex4() throws(Problem) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = try next().hexValue else { throw Problem() }
      value = value << 4 | UInt32(digit)
    }
    return value
  }

  private mutating func skipValue(depth: Int) throws(Problem) {
    guard depth < Self.deepest else { throw Problem() }
    skipBlanks()
    switch peek {
    case UInt8(ascii: "{"):
      try object { (scanner, _) throws(Problem) in try scanner.skipValue(depth: depth + 1) }
    case UInt8(ascii: "["):
      try expect("[")
      if take("]") { return }
      repeat { try skipValue(depth: depth + 1) } while take(",")
      try expect("]")
    case UInt8(ascii: "\""): _ = try string()
    case UInt8(ascii: "t"): try expect(word: "true")
    case UInt8(ascii: "f"): try expect(word: "false")
    case UInt8(ascii: "n"): try expect(word: "null")
    default: try skipNumber()
    }
  }

  private mutating func skipNumber() throws(Problem) {
    if peek == UInt8(ascii: "-") { index += 1 }
    let first = try next()
    guard (0x30...0x39).contains(first) else { throw Problem() }
    if first != 0x30 { skipDigits() }
    if peek == UInt8(ascii: ".") {
      index += 1
      try needDigits()
    }
    if let byte = peek, byte | 0x20 == UInt8(ascii: "e") {
      index += 1
      if let sign = peek, "+-".utf8.contains(sign) { index += 1 }
      try needDigits()
    }
  }

  private mutating func needDigits() throws(Problem) {
    let start = index
    skipDigits()
    guard index > start else { throw Problem() }
  }

  private mutating func skipDigits() {
    while let byte = peek, (0x30...0x39).contains(byte) { index += 1 }
  }
}
