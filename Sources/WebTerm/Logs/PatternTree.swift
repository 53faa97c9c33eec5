// What a pattern says.

/// A part of a pattern.
indirect enum PatternTree {
  enum Assertion {
    case start, end, wordEdge, noWordEdge
  }

  case empty
  /// One character of these.
  case set([ClosedRange<UInt32>])
  case check(Assertion)
  case sequence([PatternTree])
  case choice([PatternTree])
  /// - Parameter offset: Where that stands in the pattern, in bytes.
  case repeated(PatternTree, least: Int, most: Int?, offset: Int)
}

/// Sets of characters, as ranges in order.
enum CharacterRanges {
  static let digits: [ClosedRange<UInt32>] = [0x30...0x39]
  static let word: [ClosedRange<UInt32>] = [0x30...0x39, 0x41...0x5a, 0x5f...0x5f, 0x61...0x7a]
  static let spaces: [ClosedRange<UInt32>] = [0x09...0x0d, 0x20...0x20]
  static let all: [ClosedRange<UInt32>] = [0...0x10ffff]

  /// All other characters.
  static func inverted(_ ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
    var result: [ClosedRange<UInt32>] = []
    var next: UInt32 = 0
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if range.lowerBound > next { result.append(next...(range.lowerBound - 1)) }
      next = max(next, range.upperBound + 1)
    }
    if next <= 0x10ffff { result.append(next...0x10ffff) }
    return result
  }

  /// With the capitals of letters, and the letters of capitals. Long ranges are taken as they are
  /// beyond Latin, Greek and Cyrillic.
  static func withCapitals(_ ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
    var result = ranges
    for range in ranges {
      for code in range.clamped(to: 0...0x5ff) where range.overlaps(0...0x5ff) {
        guard let scalar = Unicode.Scalar(code) else { continue }
        let others = [scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping]
        for other in others where other.unicodeScalars.count == 1 {
          for value in other.unicodeScalars where value != scalar {
            result.append(value.value...value.value)
          }
        }
      }
    }
    return result
  }
}
