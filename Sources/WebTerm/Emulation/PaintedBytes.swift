// The bytes of a painting, and what is known of the emulator that reads them.

/// Output for an emulator.
struct PaintedBytes {
  private(set) var bytes: [UInt8] = []
  /// What characters are drawn with now.
  var rendition = Rendition.standard
  /// Whether a saved cursor had to serve for something else.
  var hasSaved = false
  /// How much of it links take, in bytes, about.
  var linkBytes = 0
  private var isFirstParameter = true

  mutating func text(_ text: [UInt8]) { bytes += text }

  private mutating func write(_ text: String) { bytes.append(contentsOf: text.utf8) }

  /// ESC and what follows.
  mutating func escape(_ words: String) { write("\u{1b}" + words) }

  /// A control sequence without its introducer.
  mutating func control(_ words: String) { write("\u{1b}[" + words) }

  /// An operating system command without its frame.
  mutating func command(_ words: String) { write("\u{1b}]" + words + "\u{1b}\\") }

  /// The same with text in UTF-8 at its end.
  mutating func command(_ words: String, _ text: [UInt8]) {
    write("\u{1b}]" + words)
    bytes += text
    write("\u{1b}\\")
  }

  /// Puts the cursor into a place, counted from 0.
  mutating func place(_ column: Int, _ row: Int) {
    beginParameters()
    parameter(row + 1)
    parameter(column + 1)
    bytes.append(UInt8(ascii: "H"))
  }

  /// A mark that joins nothing.
  mutating func standaloneMark() {
    // Any escape sequence parts it from what stands before.
    escape("\\")
    write("\u{301}")
  }

  // MARK: Cell by cell

  /// A control sequence begins.
  mutating func beginParameters() {
    bytes.append(0x1b)
    bytes.append(UInt8(ascii: "["))
    isFirstParameter = true
  }

  /// Behind a parameter that was written already.
  mutating func goOnWithParameters() { isFirstParameter = false }

  /// A parameter of the control sequence that has begun.
  mutating func parameter(_ number: Int) {
    if !isFirstParameter { bytes.append(UInt8(ascii: ";")) }
    isFirstParameter = false
    if number >= 1000 { bytes.append(0x30 + UInt8(truncatingIfNeeded: number / 1000 % 10)) }
    if number >= 100 { bytes.append(0x30 + UInt8(truncatingIfNeeded: number / 100 % 10)) }
    if number >= 10 { bytes.append(0x30 + UInt8(truncatingIfNeeded: number / 10 % 10)) }
    bytes.append(0x30 + UInt8(truncatingIfNeeded: number % 10))
  }

  /// It ends, and selects a rendition; without parameters it would reset it, and is none.
  mutating func endParameters() {
    if isFirstParameter { bytes.removeLast(2) } else { bytes.append(UInt8(ascii: "m")) }
  }

  /// A cell's characters.
  mutating func characters(_ cell: Cell, _ screen: Screen) {
    if cell.isCluster {
      for code in screen.codes(cell) { character(code) }
    } else {
      character(cell.code)
    }
  }

  private mutating func character(_ code: UInt32) {
    guard code >= 0x80 else { return bytes.append(UInt8(code)) }
    guard let scalar = Unicode.Scalar(code), let text = UTF8.encode(scalar) else { return }
    bytes.append(contentsOf: text)
  }
}
