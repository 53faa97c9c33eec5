// Output of programs that print lines: where it ends, without drawing it.

/// Ordinary output is text in any script, line breaks, tabs and other controls that do nothing
/// beyond their row, colours (SGR), erasing to the end of a line (EL), titles and links (OSC).
/// Nothing of it moves the cursor up, or reaches another row.
enum OrdinaryOutput {
  /// Longer commands end it, in bytes: they count for nothing.
  private static let longestCommand = 4000

  /// Where ordinary output that begins at `start` ends, and whether commands are in it.
  static func end(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: Int
  ) -> (end: Int, sequences: Int, hasCommands: Bool) {
    var index = start
    var (sequences, hasCommands) = (0, false)
    while true {
      index = PlainText.suspect(bytes, from: index)
      guard index + 1 < bytes.count else { return (index, sequences, hasCommands) }
      let next: Int?
      switch bytes[index] {
      case 0xc2: next = (0x80..<0xa0).contains(bytes[index + 1]) ? nil : index + 1
      case 0x1b:
        sequences += 1
        next = endOfSequence(bytes, index)
        if bytes[index + 1] == UInt8(ascii: "]") { hasCommands = true }
      default: next = nil
      }
      guard let next else { return (index, sequences, hasCommands) }
      index = next
    }
  }

  /// Behind an ordinary sequence that begins at `start`; nil for any other, and one that is not all
  /// there.
  private static func endOfSequence(
    _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int
  ) -> Int? {
    var index = start + 2
    switch bytes[start + 1] {
    case UInt8(ascii: "["):
      while index < bytes.count, bytes[index] &- 0x30 < 12 { index += 1 }
      guard index < bytes.count,
        bytes[index] == UInt8(ascii: "m") || bytes[index] == UInt8(ascii: "K")
      else { return nil }
      return index + 1
    case UInt8(ascii: "]"): return endOfCommand(bytes, index)
    case UInt8(ascii: "("):
      return index < bytes.count && bytes[index] == UInt8(ascii: "B") ? index + 1 : nil
    default: return nil
    }
  }

  private static func endOfCommand(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int? {
    guard start + 1 < bytes.count, kind(bytes, start) != nil else { return nil }
    var index = start + 2
    while index < bytes.count, index - start < longestCommand {
      let byte = bytes[index]
      if byte == 0x07 { return index + 1 }
      if byte == 0x1b {
        return index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "\\") ? index + 2 : nil
      }
      let isC1 = byte == 0xc2 && (index + 1 == bytes.count || bytes[index + 1] < 0xa0)
      if byte < 0x20 || isC1 { return nil }
      index += 1
    }
    return nil
  }

  enum Command {
    case title, link, ignored
  }

  /// What a command does, by its first two bytes; nil for those that are not ordinary.
  static func kind(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Command? {
    guard bytes[start + 1] == UInt8(ascii: ";") else { return nil }
    switch bytes[start] {
    case UInt8(ascii: "0"), UInt8(ascii: "2"): return .title
    case UInt8(ascii: "1"): return .ignored
    case UInt8(ascii: "8"): return .link
    default: return nil
    }
  }
}
