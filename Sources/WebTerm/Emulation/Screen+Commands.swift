// Operating system commands: titles, links, colours.

extension Screen {
  /// The palette's numbers of the colours that have names of their own.
  enum SpecialColour {
    static let foreground = 256
    static let background = 257
    static let cursor = 258
  }

  /// An operating system command.
  mutating func command() {
    // The parser keeps its memory; it is not changed meanwhile.
    let string = parser.string
    string.withUnsafeBufferPointer { command($0) }
  }

  private mutating func command(_ text: UnsafeBufferPointer<UInt8>) {
    var (number, index) = (0, 0)
    while index < text.count, text[index] &- 0x30 < 10 {
      number = min(1000, number * 10 + Int(text[index] & 15))
      index += 1
    }
    guard index > 0, index == text.count || text[index] == UInt8(ascii: ";") else { return }
    let words = UnsafeBufferPointer(rebasing: text[min(text.count, index + 1)...])
    switch number {
    case 0, 2: titles.set(Array(words))
    case 4: setColours(words)
    case 8: setLink(words)
    case 10...12: setSpecialColours(words, from: number - 10)
    case 104: restoreColours(words)
    case 110: palette[SpecialColour.foreground] = nil
    case 111: palette[SpecialColour.background] = nil
    case 112: palette[SpecialColour.cursor] = nil
    default: break
    }
  }

  /// The text between two semicolons, from `start` on; nil behind the last one.
  private func field(
    _ words: UnsafeBufferPointer<UInt8>, _ start: inout Int
  ) -> UnsafeBufferPointer<UInt8>? {
    guard start <= words.count else { return nil }
    let end = PlainText.first(UInt8(ascii: ";"), in: words, from: start, to: words.count)
    defer { start = end + 1 }
    return UnsafeBufferPointer(rebasing: words[start..<end])
  }

  private func colourNumber(_ word: UnsafeBufferPointer<UInt8>) -> Int? {
    guard !word.isEmpty else { return nil }
    var number = 0
    for byte in word {
      guard byte &- 0x30 < 10 else { return nil }
      number = min(256, number * 10 + Int(byte & 15))
    }
    return number < 256 ? number : nil
  }

  private mutating func setColours(_ words: UnsafeBufferPointer<UInt8>) {
    var start = 0
    while let word = field(words, &start), let value = field(words, &start) {
      guard let number = colourNumber(word), let colour = PaletteColour(value) else { continue }
      palette[number] = colour.value
    }
  }

  private mutating func setSpecialColours(_ words: UnsafeBufferPointer<UInt8>, from first: Int) {
    var (start, index) = (0, first)
    while index < 3, let word = field(words, &start) {
      if let colour = PaletteColour(word) {
        palette[SpecialColour.foreground + index] = colour.value
      }
      index += 1
    }
  }

  private mutating func restoreColours(_ words: UnsafeBufferPointer<UInt8>) {
    guard !words.isEmpty else {
      palette = [:]
      return
    }
    var start = 0
    while let word = field(words, &start) {
      if let number = colourNumber(word) { palette[number] = nil }
    }
  }

  /// OSC 8.
  private mutating func setLink(_ words: UnsafeBufferPointer<UInt8>) {
    let semicolon = UInt8(ascii: ";")
    let middle = PlainText.first(semicolon, in: words, from: 0, to: words.count)
    guard middle < words.count else { return }
    let end = PlainText.first(semicolon, in: words, from: middle + 1, to: words.count)
    if end == middle + 1 {
      guard middle == 0 else { return }
      rendition.extras.link = 0
    } else {
      let id = identifier(UnsafeBufferPointer(rebasing: words[..<middle]))
      let address = UnsafeBufferPointer(rebasing: words[(middle + 1)..<end])
      rendition.extras.link = links.number(of: Link(id: id, address: address))
      if links.isLookDue { isLookDue = true }
    }
    rendition.extrasChanged()
  }

  /// The first identifier among a link's parameters, where it is not empty.
  private func identifier(
    _ parameters: UnsafeBufferPointer<UInt8>
  ) -> UnsafeBufferPointer<UInt8>? {
    var start = 0
    while start < parameters.count {
      let end = PlainText.first(
        UInt8(ascii: ":"), in: parameters, from: start, to: parameters.count)
      let parameter = parameters[start..<end]
      if parameter.starts(with: "id=".utf8) {
        return parameter.count > 3 ? UnsafeBufferPointer(rebasing: parameter.dropFirst(3)) : nil
      }
      start = end + 1
    }
    return nil
  }
}

/// A colour of the palette, as X11 writes it (XParseColor(3)).
struct PaletteColour: Equatable {
  /// Red, green and blue, eight bits each.
  let value: UInt32

  /// Reads `rgb:f/80/fff`, `#f00`, `#ff0000` and longer ones; nil for anything else.
  init?(_ text: UnsafeBufferPointer<UInt8>) {
    if text.first == UInt8(ascii: "#") {
      self.init(sharp: text)
    } else {
      self.init(slashed: text)
    }
  }

  private init?(sharp text: UnsafeBufferPointer<UInt8>) {
    let width = (text.count - 1) / 3
    guard (1...4).contains(width), text.count == 1 + 3 * width else { return nil }
    var value: UInt32 = 0
    for start in stride(from: 1, to: text.count, by: width) {
      guard let number = Self.number(text, start..<(start + width)) else { return nil }
      value = value << 8 | Self.eightBits(number, digits: width, isSharp: true)
    }
    self.value = value
  }

  private init?(slashed text: UnsafeBufferPointer<UInt8>) {
    let width = (text.count - 6) / 3
    guard (1...4).contains(width), text.count == 6 + 3 * width,
      zip(text, "rgb:".utf8).allSatisfy({ $0 | 0x20 == $1 | 0x20 }),
      text[4 + width] == UInt8(ascii: "/"), text[5 + 2 * width] == UInt8(ascii: "/")
    else { return nil }
    var value: UInt32 = 0
    for index in 0..<3 {
      let start = 4 + index * (width + 1)
      guard let number = Self.number(text, start..<(start + width)) else { return nil }
      value = value << 8 | Self.eightBits(number, digits: width, isSharp: false)
    }
    self.value = value
  }

  /// One to four hexadecimal digits.
  private static func number(
    _ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>
  ) -> UInt32? {
    var number: UInt32 = 0
    for index in range {
      let byte = text[index]
      switch byte {
      case 0x30...0x39: number = number << 4 | UInt32(byte & 15)
      case 0x41...0x46, 0x61...0x66: number = number << 4 | UInt32(byte & 15 + 9)
      default: return nil
      }
    }
    return number
  }

  private static func eightBits(_ number: UInt32, digits: Int, isSharp: Bool) -> UInt32 {
    switch digits {
    case 1: isSharp ? number << 4 : number * 0x11
    case 2: number
    case 3: isSharp ? number >> 4 : UInt32((Double(number) / 0xfff * 255).rounded())
    default: isSharp ? number >> 8 : UInt32((Double(number) / 0xffff * 255).rounded())
    }
  }
}
