// How fast a line takes what is pasted, and the prompt that is waited for.

/// A target's pace of pasting (`paste`): serial lines without flow control lose what comes too
/// fast. The page keeps it.
struct PastePace: Equatable, Sendable {
  /// Milliseconds after each line.
  var lineDelay = 0
  /// Milliseconds after each character.
  var characterDelay = 0
  /// A ``PromptPattern``: the prompt that is waited for after each line.
  var waitFor: String?
}

extension PastePace {
  /// Reads `paste`.
  init(_ section: inout Section) {
    self.init()
    section.section("paste") { section in
      lineDelay = section.integer("lineDelay", in: 0...60_000) ?? lineDelay
      characterDelay = section.integer("characterDelay", in: 0...10_000) ?? characterDelay
      waitFor = section.string("waitFor", PromptPattern.expected) { text in
        PromptPattern.isValid(text) ? text : nil
      }
    }
  }

  /// For the page.
  var json: JSONText {
    .object(
      [("lineDelay", .number(lineDelay)), ("characterDelay", .number(characterDelay))]
        + (waitFor.map { [("waitFor", .string($0))] } ?? []))
  }
}

/// Checks a regular expression against a grammar that JavaScript's RegExp and Swift's Regex read
/// alike:
///
/// ```
/// pattern  = branch { "|" branch }
/// branch   = piece { piece }
/// piece    = "^" | "$" | "\b" | "\B" | "(?=" pattern ")" | "(?!" pattern ")"
///          | atom [ repeat [ "?" ] ]
/// repeat   = "*" | "+" | "?" | "{n}" | "{n,}" | "{n,m}"
/// atom     = "." | character | escape | "(" pattern ")" | "(?:" pattern ")"
///          | "[" [ "^" ] item { item } "]"
/// item     = character | escape | ASCII character "-" ASCII character
/// escape   = "\d" | "\w" | "\s" | "\D" | "\W" | "\S" | "\t" | "\n" | "\r" | "\xHH" | "\uHHHH"
///          | "\" punctuation
/// ```
///
/// Flags, possessive and atomic parts, names, and references to what was found are left out: each
/// means something else, or nothing, to one of the two.
struct PromptPattern {
  static let expected =
    "a regular expression of 1 to 1000 characters that every browser reads alike "
    + "(no flags, possessive repeats, names or references)"

  private static let longest = 1000
  private static let deepest = 16
  private static let mostRepeats = 1000
  private static let syntax: Set<Unicode.Scalar> = [
    "^", "$", "\\", ".", "*", "+", "?", "(", ")", "[", "]", "{", "}", "|",
  ]

  private let scalars: [Unicode.Scalar]
  private var index = 0

  /// Whether a text is such a pattern.
  static func isValid(_ text: String) -> Bool {
    let scalars = Array(text.unicodeScalars)
    guard (1...longest).contains(scalars.count), !scalars.contains(where: \.isHidden) else {
      return false
    }
    var pattern = PromptPattern(scalars: scalars)
    return pattern.branches(depth: 0) && pattern.index == scalars.count
  }

  private init(scalars: [Unicode.Scalar]) {
    self.scalars = scalars
  }

  private var next: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

  private mutating func take(_ text: String) -> Bool {
    let wanted = text.unicodeScalars
    guard scalars[index...].starts(with: wanted) else { return false }
    index += wanted.count
    return true
  }

  private mutating func branches(depth: Int) -> Bool {
    guard depth < Self.deepest else { return false }
    repeat {
      let start = index
      while let next, next != "|", next != ")" {
        guard piece(depth) else { return false }
      }
      guard index > start else { return false }
    } while take("|")
    return true
  }

  private mutating func piece(_ depth: Int) -> Bool {
    for assertion in ["^", "$", "\\b", "\\B"] where take(assertion) { return !repeats }
    for look in ["(?=", "(?!"] where take(look) {
      return branches(depth: depth + 1) && take(")") && !repeats
    }
    if take("(?:") || (!scalars[index...].starts(with: "(?".unicodeScalars) && take("(")) {
      return branches(depth: depth + 1) && take(")") && repeated()
    }
    if take("[") { return items() && repeated() }
    if take(".") { return repeated() }
    // Swift takes "<{" for the beginning of something of its own.
    if scalars[index...].starts(with: "<{".unicodeScalars) { return false }
    guard let character = character(isInside: false) else { return false }
    // Beyond U+FFFF a repeat would be that of half a character in a browser.
    return character.value.map { $0.value <= 0xffff } ?? true || !repeats ? repeated() : false
  }

  /// Whether a repeat is next.
  private var repeats: Bool { next.map { ["*", "+", "?", "{"].contains($0) } ?? false }

  /// Takes one repeat, if there is one; not two.
  private mutating func repeated() -> Bool {
    guard repeats else { return true }
    if take("{") {
      guard let least = number() else { return false }
      var most: Int? = least
      if take(",") { most = next == "}" ? .max : number() }
      guard let most, most >= least, take("}") else { return false }
    } else {
      index += 1
    }
    _ = take("?")
    return !repeats
  }

  private mutating func number() -> Int? {
    let start = index
    while let next, ("0"..."9").contains(next) { index += 1 }
    let digits = String(String.UnicodeScalarView(scalars[start..<index]))
    return Int(digits).flatMap { $0 <= Self.mostRepeats ? $0 : nil }
  }

  /// What one character or escape stands for; `value` is nil where that is a class.
  private struct Meaning {
    let value: Unicode.Scalar?
  }

  private mutating func items() -> Bool {
    _ = take("^")
    let start = index
    while !take("]") {
      guard
        !["&&", "--", "~~"].contains(where: { scalars[index...].starts(with: $0.unicodeScalars) }),
        let first = character(isInside: true)
      else { return false }
      guard next == "-", index + 1 < scalars.count, scalars[index + 1] != "]" else { continue }
      index += 1
      guard let from = first.value, let to = character(isInside: true)?.value, from.isASCII,
        to.isASCII, from <= to
      else { return false }
    }
    return index > start + 1
  }

  private mutating func character(isInside: Bool) -> Meaning? {
    guard let scalar = next else { return nil }
    index += 1
    if scalar == "\\" { return escape(isInside: isInside) }
    if isInside {
      return ["[", "]"].contains(scalar) || scalar.value > 0xffff ? nil : Meaning(value: scalar)
    }
    return Self.syntax.contains(scalar) ? nil : Meaning(value: scalar)
  }

  private mutating func escape(isInside: Bool) -> Meaning? {
    guard let scalar = next else { return nil }
    index += 1
    switch scalar {
    case "d", "w", "s", "D", "W", "S": return Meaning(value: nil)
    case "t": return Meaning(value: "\t")
    case "n": return Meaning(value: "\n")
    case "r": return Meaning(value: "\r")
    case "x": return hexadecimal(2)
    case "u": return hexadecimal(4)
    case _ where scalar.isASCII && scalar.properties.generalCategory.isPunctuation:
      return Meaning(value: scalar)
    default: return nil
    }
  }

  private mutating func hexadecimal(_ count: Int) -> Meaning? {
    guard index + count <= scalars.count else { return nil }
    var value: UInt32 = 0
    for scalar in scalars[index..<(index + count)] {
      guard let byte = UInt8(exactly: scalar.value), let digit = byte.hexValue else { return nil }
      value = value << 4 | UInt32(digit)
    }
    index += count
    // Half of a pair is no character.
    return Unicode.Scalar(value).map { Meaning(value: $0) }
  }
}

extension Unicode.GeneralCategory {
  fileprivate var isPunctuation: Bool {
    switch self {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
      .initialPunctuation, .finalPunctuation, .otherPunctuation, .mathSymbol, .currencySymbol,
      .modifierSymbol, .otherSymbol:
      true
    default:
      false
    }
  }
}
