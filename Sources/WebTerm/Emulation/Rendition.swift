// How a character looks: colours, attributes, underline and link.

/// A colour as SGR names it (ECMA-48, section 8.3.117), in 26 bits.
struct Colour: Equatable {
  enum Kind: UInt32 {
    case standard = 0
    /// One of the 16 that SGR 30 to 37 and 90 to 97 name.
    case named
    /// One of 256.
    case indexed
    /// Red, green and blue.
    case direct
  }

  private(set) var bits: UInt32 = 0

  static let standard = Colour()

  init() {}

  init(_ kind: Kind, _ value: UInt32) {
    bits = kind.rawValue << 24 | value & 0xffffff
  }

  // The two bits of a kind have four values, all of them cases.
  var kind: Kind { Kind(rawValue: bits >> 24) ?? .standard }
  var value: UInt32 { bits & 0xffffff }
}

/// What a character is drawn with. It is kept as the page's emulator keeps it, which forgets some
/// things and keeps others where one would not expect it: `hasExtras` and `extras` are apart, since
/// a saved cursor holds the one and not the other.
struct Rendition: Internable {
  struct Flags: OptionSet {
    let rawValue: UInt16

    static let bold = Flags(rawValue: 1)
    static let dim = Flags(rawValue: 2)
    static let italic = Flags(rawValue: 4)
    static let underline = Flags(rawValue: 8)
    static let blink = Flags(rawValue: 16)
    static let inverse = Flags(rawValue: 32)
    static let invisible = Flags(rawValue: 64)
    static let struck = Flags(rawValue: 128)
    static let overline = Flags(rawValue: 256)
    /// Selective erasures leave it alone (DECSCA).
    static let protected = Flags(rawValue: 512)
    /// Whether `extras` count.
    static let hasExtras = Flags(rawValue: 1024)
  }

  /// Underline style, underline colour, link.
  struct Extras: Equatable {
    /// 0 none, 1 single, 2 double, 3 curly, 4 dotted, 5 dashed.
    var underline: UInt8 = 0
    var underlineColour = Colour.standard
    /// An index into the links; 0 is none.
    var link: UInt32 = 0

    /// Whether they say nothing; a colour alone does not count.
    var isEmpty: Bool { underline == 0 && link == 0 }
  }

  /// What a saved cursor holds of it.
  struct Basics: Equatable {
    var foreground = Colour.standard
    var background = Colour.standard
    var flags: Flags = []
  }

  var basics = Basics()
  var extras = Extras()

  static let standard = Rendition()

  @inline(__always)
  static func == (a: Rendition, b: Rendition) -> Bool {
    a.words == b.words
  }

  /// All of it.
  @inline(__always)
  private var words: SIMD4<UInt64> {
    SIMD4(
      UInt64(basics.foreground.bits) << 32 | UInt64(basics.background.bits),
      UInt64(basics.flags.rawValue) << 8 | UInt64(extras.underline),
      UInt64(extras.underlineColour.bits), UInt64(extras.link))
  }

  func hash(_ seed: UInt64) -> UInt64 {
    let words = words
    // Flags, an underline and its colour take 45 bits; links are few.
    return mixed(words[0] ^ seed, (words[1] | words[2] << 19 | words[3] << 45) ^ ~seed)
  }

  /// What is drawn: extras that do not count are none.
  var drawn: Rendition {
    basics.flags.contains(.hasExtras) ? self : Rendition(basics: basics)
  }

  /// What erased cells have: the background and nothing else.
  var erased: Rendition { Rendition(basics: Basics(background: basics.background)) }

  /// Extras have changed: they count where they say something.
  mutating func extrasChanged() {
    if extras.isEmpty { basics.flags.remove(.hasExtras) } else { basics.flags.insert(.hasExtras) }
  }
}
