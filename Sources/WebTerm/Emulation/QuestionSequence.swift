// Which sequences ask. Where one begins and ends is QuestionScanner's.

/// What of a sequence tells whether it asks: DA1 to DA3, DSR and CPR, DECRQM, DECRQPSR, DECRQCRA,
/// DECREQTPARM, XTVERSION, the keyboard's modes, window reports, DECRQSS, XTGETTCAP, and what is
/// asked of colours, fonts and the clipboard by OSC
/// (https://invisible-island.net/xterm/ctlseqs/ctlseqs.html).
struct QuestionSequence {
  /// One of `<`, `=`, `>`, `?`; 0 for none.
  private var prefix: UInt8 = 0
  /// 0 for none, ``several`` for more than one.
  private var intermediate: UInt8 = 0
  /// The first number.
  private var number = 0
  private var hasBegun = false
  private var isFirst = true
  private var isMalformed = false
  /// What the present parameter of a command is.
  private var parameter = Parameter.empty
  private var hasQuestionMark = false

  private enum Parameter {
    case empty, questionMark, other
  }

  private static let several: UInt8 = 0xff
  private static let reports: Set<Int> = [11, 13, 14, 15, 16, 18, 19, 20, 21]
  private static let commands: Set<Int> = [4, 5, 21, 50, 52]
  private static let colors = 10...19

  /// Takes a byte of a control sequence in, 0x20 to 0x3f.
  mutating func take(_ byte: UInt8) {
    switch byte {
    case 0x30...0x39: takeDigit(byte)
    case 0x3a, 0x3b: isFirst = false
    case 0x3c...0x3f:
      if hasBegun { isMalformed = true } else { prefix = byte }
    default: intermediate = intermediate == 0 ? byte : Self.several
    }
    hasBegun = true
  }

  /// Takes a byte of a command's string in.
  mutating func takeString(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: ";"):
      if parameter == .questionMark { hasQuestionMark = true }
      (isFirst, parameter) = (false, .empty)
    case 0x30...0x39 where isFirst: takeDigit(byte)
    default:
      if isFirst { isMalformed = true }
      let isQuestionMark = byte == UInt8(ascii: "?") && parameter == .empty
      parameter = isQuestionMark ? .questionMark : .other
    }
  }

  private mutating func takeDigit(_ byte: UInt8) {
    if isFirst { number = min(number * 10 + Int(byte & 15), 1 << 20) }
  }

  /// Whether a control sequence with that final byte asks.
  func asksAsControl(_ final: UInt8) -> Bool {
    guard !isMalformed else { return false }
    return switch (Self.letter(prefix), Self.letter(intermediate), Self.letter(final)) {
    case (" ", " ", "c"), (">", " ", "c"), ("=", " ", "c"), (">", " ", "q"): number == 0
    case (" ", " ", "n"): number == 5 || number == 6
    case ("?", " ", "n"): number > 0
    case (" ", "$", "p"), ("?", "$", "p"), (" ", "$", "w"), (" ", "*", "y"), ("?", " ", "u"): true
    case (" ", " ", "x"): number <= 1
    case (" ", " ", "t"): Self.reports.contains(number)
    default: false
    }
  }

  /// Whether a command asks that ends here.
  var asksAsCommand: Bool {
    guard !isMalformed, hasQuestionMark || parameter == .questionMark else { return false }
    return Self.colors.contains(number) || Self.commands.contains(number)
  }

  /// Whether a device control string that begins with that final byte asks.
  func asksAsDevice(_ final: UInt8) -> Bool {
    guard !isMalformed, prefix == 0, Self.letter(final) == "q" else { return false }
    return Self.letter(intermediate) == "$" || Self.letter(intermediate) == "+"
  }

  /// A space for what is not there.
  private static func letter(_ byte: UInt8) -> Unicode.Scalar {
    byte == 0 ? " " : Unicode.Scalar(byte)
  }
}
