// Reading a pattern.

/// Reads a pattern's text.
struct PatternParser {
  /// The longest pattern, in bytes.
  static let longest = 1000
  /// More bounds of repetitions are none.
  private static let mostRepetitions = 100
  /// Groups may stand in so many others.
  private static let deepest = 50

  private let scalars: [Unicode.Scalar]
  /// How many bytes stand before each, and before the end.
  private var offsets: [Int] = []
  private var index = 0
  private var depth = 0
  private var ignoresCase = false

  /// - Throws: ``PatternProblem`` where the text is too long.
  init(_ text: String) throws(PatternProblem) {
    scalars = Array(text.unicodeScalars)
    var offset = 0
    for scalar in scalars {
      offsets.append(offset)
      offset += UTF8.width(scalar)
    }
    offsets.append(offset)
    guard offset <= Self.longest else {
      throw PatternProblem(reason: "longer than \(Self.longest) bytes", offset: Self.longest)
    }
  }

  private func problem(_ reason: String, at index: Int) -> PatternProblem {
    PatternProblem(reason: reason, offset: offsets[min(index, scalars.count)])
  }

  private var current: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

  private mutating func skip(_ text: String) -> Bool {
    let expected = Array(text.unicodeScalars)
    guard scalars[index...].starts(with: expected) else { return false }
    index += expected.count
    return true
  }

  /// Reads all of it.
  ///
  /// - Throws: ``PatternProblem`` where it is none.
  mutating func parse() throws(PatternProblem) -> PatternTree {
    ignoresCase = skip("(?i)")
    let tree = try choice()
    guard index == scalars.count else { throw problem("a ) without a (", at: index) }
    return tree
  }

  private mutating func choice() throws(PatternProblem) -> PatternTree {
    var parts = [try sequence()]
    while skip("|") { parts.append(try sequence()) }
    return parts.count == 1 ? parts[0] : .choice(parts)
  }

  private mutating func sequence() throws(PatternProblem) -> PatternTree {
    var parts: [PatternTree] = []
    while let scalar = current, scalar != "|", scalar != ")" {
      parts.append(try repeated(try single()))
    }
    return parts.count == 1 ? parts[0] : .sequence(parts)
  }

  /// One thing, without what says how often.
  private mutating func single() throws(PatternProblem) -> PatternTree {
    guard let scalar = current else { return .empty }
    index += 1
    switch scalar {
    case ".": return .set(CharacterRanges.all)
    case "^": return .check(.start)
    case "$": return .check(.end)
    case "(": return try group()
    case "[": return set(try bracket())
    case "\\": return try escape()
    case "*", "+", "?": throw problem("nothing to repeat", at: index - 1)
    case "{" where PatternBounds(scalars, at: index - 1) != nil:
      throw problem("nothing to repeat", at: index - 1)
    default: return set([scalar.value...scalar.value])
    }
  }

  private func set(_ ranges: [ClosedRange<UInt32>]) -> PatternTree {
    .set(ignoresCase ? CharacterRanges.withCapitals(ranges) : ranges)
  }

  private mutating func group() throws(PatternProblem) -> PatternTree {
    let start = index - 1
    if current == "?", !skip("?:") { throw problem("a group of an unknown kind", at: start) }
    depth += 1
    guard depth <= Self.deepest else {
      throw problem("groups within more than \(Self.deepest) others", at: start)
    }
    let tree = try choice()
    depth -= 1
    guard skip(")") else { throw problem("a ( without a )", at: start) }
    return tree
  }

  // MARK: How often

  private mutating func repeated(_ tree: PatternTree) throws(PatternProblem) -> PatternTree {
    var tree = tree
    while let scalar = current {
      var (least, most): (Int, Int?) = (0, nil)
      let start = index
      switch scalar {
      case "*": index += 1
      case "+":
        least = 1
        index += 1
      case "?":
        most = 1
        index += 1
      case "{":
        guard let bounds = PatternBounds(scalars, at: index) else { return tree }
        (least, most, index) = (bounds.least, bounds.most, bounds.end)
        guard max(least, most ?? 0) <= Self.mostRepetitions else {
          throw problem("more than \(Self.mostRepetitions) repetitions", at: start)
        }
        if let most, most < least { throw problem("bounds in the wrong order", at: start) }
      default: return tree
      }
      if skip("+") { throw problem("a possessive repetition", at: start) }
      // As few as possible is the same where only whether counts.
      _ = skip("?")
      tree = .repeated(tree, least: least, most: most, offset: offsets[start])
    }
    return tree
  }

  // MARK: Characters

  /// What a backslash makes of the character behind it.
  private mutating func escape() throws(PatternProblem) -> PatternTree {
    switch current {
    case "b":
      index += 1
      return .check(.wordEdge)
    case "B":
      index += 1
      return .check(.noWordEdge)
    default: return set(try escapedSet())
    }
  }

  private mutating func escapedSet() throws(PatternProblem) -> [ClosedRange<UInt32>] {
    let start = index - 1
    guard let scalar = current else { throw problem("a \\ at the end", at: start) }
    index += 1
    switch scalar {
    case "d": return CharacterRanges.digits
    case "D": return CharacterRanges.inverted(CharacterRanges.digits)
    case "w": return CharacterRanges.word
    case "W": return CharacterRanges.inverted(CharacterRanges.word)
    case "s": return CharacterRanges.spaces
    case "S": return CharacterRanges.inverted(CharacterRanges.spaces)
    case "t": return [0x09...0x09]
    case "x", "u":
      guard let code = skip("{") ? hexadecimal(1...6, end: "}") : hexadecimal(2...2, end: nil),
        Unicode.Scalar(code) != nil
      else { throw problem("no number of a character", at: start) }
      return [code...code]
    case "1"..."9": throw problem("a back-reference", at: start)
    case "a"..."z", "A"..."Z", "0": throw problem("an unknown escape", at: start)
    default: return [scalar.value...scalar.value]
    }
  }

  private mutating func hexadecimal(_ lengths: ClosedRange<Int>, end: Unicode.Scalar?) -> UInt32? {
    var (value, count): (UInt32, Int) = (0, 0)
    while count < lengths.upperBound, let scalar = current,
      let digit = Character(scalar).hexDigitValue, scalar.isASCII
    {
      value = value << 4 | UInt32(digit)
      count += 1
      index += 1
    }
    guard lengths.contains(count) else { return nil }
    guard let end else { return value }
    guard current == end else { return nil }
    index += 1
    return value
  }

  /// `[a-z]`, behind its bracket.
  private mutating func bracket() throws(PatternProblem) -> [ClosedRange<UInt32>] {
    let opening = index - 1
    let isInverted = skip("^")
    var ranges: [ClosedRange<UInt32>] = []
    var isFirst = true
    while let scalar = current, scalar != "]" || isFirst {
      isFirst = false
      let start = index
      if scalar == "[", index + 1 < scalars.count, ":.=".unicodeScalars.contains(scalars[index + 1])
      {
        throw problem("a named class", at: index)
      }
      let low = try member()
      guard current == "-", index + 1 < scalars.count, scalars[index + 1] != "]" else {
        ranges += low
        continue
      }
      index += 1
      let high = try member()
      guard low.count == 1, high.count == 1, low[0].count == 1, high[0].count == 1,
        low[0].lowerBound <= high[0].lowerBound
      else { throw problem("no range", at: start) }
      ranges.append(low[0].lowerBound...high[0].lowerBound)
    }
    guard skip("]") else { throw problem("a [ without a ]", at: opening) }
    guard isInverted else { return ranges }
    // What is not to be there is not to be there in any case.
    return CharacterRanges.inverted(ignoresCase ? CharacterRanges.withCapitals(ranges) : ranges)
  }

  private mutating func member() throws(PatternProblem) -> [ClosedRange<UInt32>] {
    guard let scalar = current else { return [] }
    index += 1
    return scalar == "\\" ? try escapedSet() : [scalar.value...scalar.value]
  }
}
