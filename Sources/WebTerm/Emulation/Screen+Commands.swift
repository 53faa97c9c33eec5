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
    let text = String(decoding: parser.string, as: UTF8.self)
    let digits = text.unicodeScalars.prefix { ("0"..."9").contains($0) }
    guard let number = Int(String(digits)) else { return }
    let rest = text.unicodeScalars.dropFirst(digits.count)
    guard rest.isEmpty || rest.first == ";" else { return }
    let words = String(rest.dropFirst())
    switch number {
    case 0, 2: titles.set(words)
    case 4: setColours(words)
    case 8: setLink(words)
    case 10, 11, 12: setSpecialColours(words, from: number - 10)
    case 104: restoreColours(words)
    case 110: palette[SpecialColour.foreground] = nil
    case 111: palette[SpecialColour.background] = nil
    case 112: palette[SpecialColour.cursor] = nil
    default: break
    }
  }

  private func fields(_ words: String) -> [String] {
    words.unicodeScalars.split(separator: ";", omittingEmptySubsequences: false).map { String($0) }
  }

  private func colourNumber(_ word: String) -> Int? {
    guard !word.isEmpty, word.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(word),
      number < 256
    else { return nil }
    return number
  }

  private mutating func setColours(_ words: String) {
    let words = fields(words)
    for index in stride(from: 0, to: words.count - 1, by: 2) {
      guard let number = colourNumber(words[index]), let colour = PaletteColour(words[index + 1])
      else { continue }
      palette[number] = colour.value
    }
  }

  private mutating func setSpecialColours(_ words: String, from first: Int) {
    for (index, word) in fields(words).enumerated() where first + index < 3 {
      guard let colour = PaletteColour(word) else { continue }
      palette[SpecialColour.foreground + first + index] = colour.value
    }
  }

  private mutating func restoreColours(_ words: String) {
    guard !words.isEmpty else {
      palette = [:]
      return
    }
    for word in fields(words) { if let number = colourNumber(word) { palette[number] = nil } }
  }

  /// OSC 8.
  private mutating func setLink(_ words: String) {
    let words = fields(words)
    guard words.count >= 2 else { return }
    if words[1].isEmpty {
      guard words[0].isEmpty else { return }
      rendition.extras.link = 0
    } else {
      let marker = words[0].split(separator: ":").first { $0.hasPrefix("id=") }
      let id = marker.map { String($0.dropFirst(3)) }.flatMap { $0.isEmpty ? nil : $0 }
      let serial = id == nil ? links.count : 0
      rendition.extras.link = links.number(of: Link(id: id, address: words[1], serial: serial))
    }
    rendition.extrasChanged()
  }
}

/// A colour of the palette, as X11 writes it (XParseColor(3)).
struct PaletteColour: Equatable {
  /// Red, green and blue, eight bits each.
  let value: UInt32

  /// Reads `rgb:f/80/fff`, `#f00`, `#ff0000` and longer ones; nil for anything else.
  init?(_ text: String) {
    let text = text.lowercased()
    let words: [Substring]
    if text.hasPrefix("rgb:") {
      words = text.dropFirst(4).split(separator: "/", omittingEmptySubsequences: false)
      guard words.count == 3, Set(words.map(\.utf8.count)).count == 1 else { return nil }
    } else if text.hasPrefix("#") {
      let digits = text.dropFirst()
      guard [3, 6, 9, 12].contains(digits.utf8.count) else { return nil }
      let width = digits.count / 3
      words = (0..<3).map { digits.dropFirst($0 * width).prefix(width) }
    } else {
      return nil
    }
    var value: UInt32 = 0
    for word in words {
      guard (1...4).contains(word.utf8.count), let number = UInt32(word, radix: 16),
        word.utf8.first != UInt8(ascii: "+")
      else { return nil }
      value =
        value << 8 | Self.eightBits(number, digits: word.utf8.count, isSharp: text.hasPrefix("#"))
    }
    self.value = value
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
