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
  init(of code: UInt32, width: Int, after former: CharacterClass) {
    if code == Self.pictureSelector, former.width > 0, former.mayBePicture {
      self.init(width: 2, joins: true, code: 0)
    } else if width == 0 {
      // A mark joins the character before it and takes that one's width; without one it stands
      // alone.
      self.init(width: former.width, joins: former.width > 0, code: 0)
    } else {
      self.init(standing: code, width: width)
    }
  }

  /// The class of a mark behind this; nil for one that makes a picture.
  func joined(_ mark: UInt32) -> CharacterClass? {
    mark == Self.pictureSelector ? nil : withMarks
  }

  /// The class of a mark behind this.
  var withMarks: CharacterClass { CharacterClass(width: width, joins: true, code: 0) }

  /// The class of a character of such a width that joins nothing.
  @inline(__always)
  init(standing code: UInt32, width: Int) {
    self.init(width: width, joins: false, code: code)
  }

  @inline(__always)
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

/// The widths of the first code points, four of them in a byte: what characters of nearly all
/// scripts are asked for, and pictures.
final class WidthTable: Sendable {
  /// The same for all screens: each keeps it, since a global value is looked for anew at each use.
  static let shared = WidthTable()

  /// Others are looked for among the ranges.
  private static let end: UInt32 = 0x20000
  private let packed: [UInt8]

  private init() {
    var packed = [UInt8](repeating: 0b0101_0101, count: Int(Self.end / 4))
    func set(_ ranges: [UInt32], _ width: UInt8) {
      for index in stride(from: 0, to: ranges.count, by: 2) where ranges[index] < Self.end {
        for code in ranges[index]...min(ranges[index + 1], Self.end - 1) {
          let shift = UInt8(code & 3) * 2
          packed[Int(code >> 2)] = packed[Int(code >> 2)] & ~(3 << shift) | width << shift
        }
      }
    }
    set(CharacterWidths.wide, 2)
    set([0, 0x1f, 0x7f, 0x9f], 0)
    set(CharacterWidths.zero, 0)
    self.packed = packed
  }

  /// The cells of a code point.
  @inline(__always)
  func width(_ code: UInt32) -> Int {
    guard code < Self.end else { return characterWidth(code) }
    return Int(packed[Int(code >> 2)] >> (UInt8(truncatingIfNeeded: code & 3) * 2) & 3)
  }
}
