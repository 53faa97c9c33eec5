// Which of its sets a text in ISO-2022-JP is in: bytes alone do not say what they mean.

/// Follows the designations of ISO-2022-JP (RFC 1468, and the encoding standard's decoder) through
/// a text, in whatever pieces.
struct ShiftState {
  private enum Table: UInt8 {
    case ascii, roman, katakana, kanji1978, kanji, kanji1990
  }

  /// What of a designation has come.
  private enum Begun {
    case nothing, escape, single, double, doubleSingle
  }

  private var table = Table.ascii
  private var begun = Begun.nothing

  /// Whether a decoder that has just begun would go on in the same way here.
  var isPlain: Bool { table == .ascii && begun == .nothing }

  /// What brings a decoder that has just begun to the present set.
  var designation: String {
    switch table {
    case .ascii: ""
    case .roman: "\u{1b}(J"
    case .katakana: "\u{1b}(I"
    case .kanji1978: "\u{1b}$@"
    case .kanji: "\u{1b}$B"
    case .kanji1990: "\u{1b}$(D"
    }
  }

  /// Takes a byte in.
  mutating func take(_ byte: UInt8) {
    let former = begun
    begun = byte == 0x1b ? .escape : .nothing
    switch (former, Unicode.Scalar(byte)) {
    case (.escape, "("): begun = .single
    case (.escape, "$"): begun = .double
    case (.double, "("): begun = .doubleSingle
    case (.single, "B"): table = .ascii
    case (.single, "J"): table = .roman
    case (.single, "I"): table = .katakana
    case (.double, "@"): table = .kanji1978
    case (.double, "B"): table = .kanji
    case (.doubleSingle, "D"): table = .kanji1990
    default: break
    }
  }

  /// Takes bytes in.
  ///
  /// - Returns: How many of them there are before the last place at which the text is plain; nil
  ///   where it is nowhere behind a byte of them.
  mutating func take(_ bytes: RawSpan) -> Int? {
    var plain: Int?
    bytes.withUnsafeBytes { bytes in
      for (index, byte) in bytes.enumerated() {
        take(byte)
        if isPlain { plain = index + 1 }
      }
    }
    return plain
  }

  /// Whether a character set has such states, by its name.
  static func isNeeded(for charset: String) -> Bool {
    charset == "iso-2022-jp" || charset == "csiso2022jp"
  }
}
