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
    let text = parser.string[...]
    let digits = text.prefix { (0x30...0x39).contains($0) }
    guard !digits.isEmpty else { return }
    let rest = text.dropFirst(digits.count)
    guard rest.isEmpty || rest.first == UInt8(ascii: ";") else { return }
    let words = rest.dropFirst()
    switch digits.reduce(0, { min(1000, $0 * 10 + Int($1 & 15)) }) {
    case 0, 2: titles.set(Array(words))
    case 4: setColours(words)
    case 8: setLink(words)
    case 10: setSpecialColours(words, from: 0)
    case 11: setSpecialColours(words, from: 1)
    case 12: setSpecialColours(words, from: 2)
    case 104: restoreColours(words)
    case 110: palette[SpecialColour.foreground] = nil
    case 111: palette[SpecialColour.background] = nil
    case 112: palette[SpecialColour.cursor] = nil
    default: break
    }
  }

  private func fields(_ words: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    words.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
  }

  private func colourNumber(_ word: ArraySlice<UInt8>) -> Int? {
    guard !word.isEmpty else { return nil }
    var number = 0
    for byte in word {
      guard (0x30...0x39).contains(byte) else { return nil }
      number = min(256, number * 10 + Int(byte & 15))
    }
    return number < 256 ? number : nil
  }

  private mutating func setColours(_ words: ArraySlice<UInt8>) {
    let words = fields(words)
    for index in stride(from: 0, to: words.count - 1, by: 2) {
      guard let number = colourNumber(words[index]), let colour = PaletteColour(words[index + 1])
      else { continue }
      palette[number] = colour.value
    }
  }

  private mutating func setSpecialColours(_ words: ArraySlice<UInt8>, from first: Int) {
    for (index, word) in fields(words).enumerated() where first + index < 3 {
      guard let colour = PaletteColour(word) else { continue }
      palette[SpecialColour.foreground + first + index] = colour.value
    }
  }

  private mutating func restoreColours(_ words: ArraySlice<UInt8>) {
    guard !words.isEmpty else {
      palette = [:]
      return
    }
    for word in fields(words) { if let number = colourNumber(word) { palette[number] = nil } }
  }

  /// OSC 8.
  private mutating func setLink(_ words: ArraySlice<UInt8>) {
    guard let middle = words.firstIndex(of: UInt8(ascii: ";")) else { return }
    let (parameters, rest) = (words[..<middle], words[(middle + 1)...])
    let address = rest.prefix { $0 != UInt8(ascii: ";") }
    if address.isEmpty {
      guard parameters.isEmpty else { return }
      rendition.extras.link = 0
    } else {
      let marker = parameters.split(separator: UInt8(ascii: ":")).first {
        $0.starts(with: "id=".utf8)
      }
      let id = marker.flatMap { $0.count > 3 ? Array($0.dropFirst(3)) : nil }
      rendition.extras.link = links.number(of: Link(id: id, address: Array(address)))
      if links.isLookDue { isLookDue = true }
    }
    rendition.extrasChanged()
  }
}

/// A colour of the palette, as X11 writes it (XParseColor(3)).
struct PaletteColour: Equatable {
  /// Red, green and blue, eight bits each.
  let value: UInt32

  /// Reads `rgb:f/80/fff`, `#f00`, `#ff0000` and longer ones; nil for anything else.
  init?(_ text: ArraySlice<UInt8>) {
    let words: [ArraySlice<UInt8>]
    let isSharp = text.first == UInt8(ascii: "#")
    if isSharp {
      let digits = text.dropFirst()
      guard [3, 6, 9, 12].contains(digits.count) else { return nil }
      let width = digits.count / 3
      words = (0..<3).map { digits.dropFirst($0 * width).prefix(width) }
    } else {
      guard text.count > 4, text.prefix(4).map({ $0 | 0x20 }).elementsEqual("rgb:".utf8) else {
        return nil
      }
      words = text.dropFirst(4).split(
        separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      guard words.count == 3, words.allSatisfy({ $0.count == words[0].count }) else { return nil }
    }
    var value: UInt32 = 0
    for word in words {
      guard let number = Self.number(word) else { return nil }
      value = value << 8 | Self.eightBits(number, digits: word.count, isSharp: isSharp)
    }
    self.value = value
  }

  /// One to four hexadecimal digits.
  private static func number(_ word: ArraySlice<UInt8>) -> UInt32? {
    guard (1...4).contains(word.count) else { return nil }
    var number: UInt32 = 0
    for byte in word {
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
