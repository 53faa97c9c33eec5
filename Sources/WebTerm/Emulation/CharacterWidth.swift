// How many cells a character takes, and which characters join the one before them.

/// What the next character needs to know of the one before it.
struct CharacterClass: Equatable {
  /// Cells: 0, 1 or 2.
  let width: Int
  /// Whether it stands in the cell of the character before it.
  let joins: Bool
  /// The character, where it stands by itself.
  private let code: UInt32

  /// Nothing that anything could join stands before.
  static let none = CharacterClass(width: 0, joins: false, code: 0)

  /// Asks for a character's picture, which takes two cells (VS16).
  private static let pictureSelector: UInt32 = 0xfe0f

  /// Whether a variation selector makes a picture of two cells of it.
  var mayBePicture: Bool { Unicode.Scalar(code)?.properties.isEmoji ?? false }

  /// The class of a character behind another one. The page's emulator is taught the same
  /// (static/js/terminal/unicode.js).
  init(of code: UInt32, after former: CharacterClass) {
    let width = characterWidth(code)
    if code == Self.pictureSelector, former.width > 0, former.mayBePicture {
      self.init(width: 2, joins: true, code: 0)
    } else if width == 0 {
      // A mark joins the character before it and takes that one's width; without one it stands alone.
      self.init(width: former.width, joins: former.width > 0, code: 0)
    } else {
      self.init(width: width, joins: false, code: code)
    }
  }

  private init(width: Int, joins: Bool, code: UInt32) {
    self.width = width
    self.joins = joins
    self.code = code
  }
}

/// How many cells a code point takes: 0, 1 or 2.
func characterWidth(_ code: UInt32) -> Int {
  if code < 0x80 { return code < 0x20 || code == 0x7f ? 0 : 1 }
  if code < 0xa0 || contains(CharacterWidths.zero, code) { return 0 }
  return contains(CharacterWidths.wide, code) ? 2 : 1
}

/// Whether one of the ranges, each a first and a last code point, contains it.
private func contains(_ ranges: [UInt32], _ code: UInt32) -> Bool {
  var (low, high) = (0, ranges.count / 2)
  while low < high {
    let middle = (low + high) / 2
    if ranges[2 * middle + 1] < code { low = middle + 1 } else { high = middle }
  }
  return low < ranges.count / 2 && ranges[2 * low] <= code
}
