// The bytes of a painting, and what is known of the emulator that reads them.

/// Sequences one after another.
struct PaintedBytes {
  private(set) var bytes: [UInt8] = []
  /// What characters are drawn with now.
  var rendition = Rendition.standard
  /// Whether a saved cursor had to serve for something else.
  var hasSaved = false

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
  mutating func place(_ column: Int, _ row: Int) { control("\(row + 1);\(column + 1)H") }

  /// A mark that joins nothing.
  mutating func standaloneMark() {
    // Any escape sequence parts it from what stands before.
    escape("\\")
    write("\u{301}")
  }
}
