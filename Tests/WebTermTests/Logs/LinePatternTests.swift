// Patterns beside a matcher that tries everything, and what a hostile one costs.

import Testing

@testable import WebTerm

/// Numbers that are the same each time (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

/// A pattern as the tests make it, which knows its text and tries everything.
private indirect enum Model {
  case one(text: String, Set<Unicode.Scalar>?, isInverted: Bool)
  case start, end, edge, noEdge
  case sequence([Model])
  case choice([Model])
  case repeated(Model, Int, Int, text: String)

  static let letters: [Unicode.Scalar] = ["a", "b", "c", "_", "-", " ", "é", "漢", "A"]

  static func random(_ depth: Int, _ numbers: inout SeededNumbers) -> Model {
    func one() -> Model {
      let letter = letters.randomElement(using: &numbers) ?? "a"
      switch Int.random(in: 0..<8, using: &numbers) {
      case 0: return .one(text: ".", nil, isInverted: false)
      case 1: return .one(text: "[ab]", ["a", "b"], isInverted: false)
      case 2: return .one(text: "[^a-c]", ["a", "b", "c"], isInverted: true)
      case 3: return .one(text: "\\w", ["a", "b", "c", "_", "A"], isInverted: false)
      case 4: return .one(text: "\\x61", ["a"], isInverted: false)
      default:
        return .one(text: letter == "-" ? "\\-" : String(letter), [letter], isInverted: false)
      }
    }
    guard depth > 0 else { return one() }
    switch Int.random(in: 0..<10, using: &numbers) {
    case 0: return .start
    case 1: return .end
    case 2: return Bool.random(using: &numbers) ? .edge : .noEdge
    case 3...5:
      let count = Int.random(in: 0...3, using: &numbers)
      return .sequence((0..<count).map { _ in random(depth - 1, &numbers) })
    case 6:
      let count = Int.random(in: 1...3, using: &numbers)
      return .choice((0..<count).map { _ in random(depth - 1, &numbers) })
    case 7, 8:
      let part = random(depth - 1, &numbers)
      switch Int.random(in: 0..<5, using: &numbers) {
      case 0: return .repeated(part, 0, .max, text: "*")
      case 1: return .repeated(part, 1, .max, text: "+?")
      case 2: return .repeated(part, 0, 1, text: "?")
      case 3: return .repeated(part, 2, .max, text: "{2,}")
      default: return .repeated(part, 1, 3, text: "{1,3}")
      }
    default: return one()
    }
  }

  var text: String {
    switch self {
    case .one(let text, _, _): text
    case .start: "^"
    case .end: "$"
    case .edge: "\\b"
    case .noEdge: "\\B"
    case .sequence(let parts): "(?:\(parts.map(\.text).joined()))"
    case .choice(let parts): "(\(parts.map(\.text).joined(separator: "|")))"
    case .repeated(let part, _, _, let text): "(\(part.text))\(text)"
    }
  }

  private static func isWord(_ line: [Unicode.Scalar], _ index: Int) -> Bool {
    line.indices.contains(index) && ["a", "b", "c", "_", "A"].contains(line[index])
  }

  /// Whether it fits from a place on, and what follows does.
  func fits(_ line: [Unicode.Scalar], _ at: Int, _ rest: (Int) -> Bool) -> Bool {
    switch self {
    case .one(_, let set, let isInverted):
      return at < line.count && set?.contains(line[at]) != isInverted && rest(at + 1)
    case .start: return at == 0 && rest(at)
    case .end: return at == line.count && rest(at)
    case .edge: return Self.isWord(line, at - 1) != Self.isWord(line, at) && rest(at)
    case .noEdge: return Self.isWord(line, at - 1) == Self.isWord(line, at) && rest(at)
    case .sequence(let parts):
      guard let first = parts.first else { return rest(at) }
      return first.fits(line, at) { Model.sequence(Array(parts.dropFirst())).fits(line, $0, rest) }
    case .choice(let parts): return parts.contains { $0.fits(line, at, rest) }
    case .repeated(let part, let least, let most, let text):
      if least <= 0, rest(at) { return true }
      guard most > 0 else { return false }
      return part.fits(line, at) { next in
        // What is empty may be repeated as often as it must.
        (next > at || least > 0)
          && Model.repeated(part, least - 1, most == .max ? .max : most - 1, text: text)
            .fits(line, next, rest)
      }
    }
  }
}

@Suite("Patterns") struct LinePatternTests {
  private func isFound(_ pattern: String, in line: String) throws -> Bool {
    let pattern = try Pattern(pattern)
    return Array(line.utf8).withUnsafeBufferPointer { pattern.isFound(in: $0) }
  }

  @Test("it finds what trying everything finds", arguments: 0..<300 as Range<UInt64>)
  func model(_ seed: UInt64) throws {
    var numbers = SeededNumbers(state: seed)
    let model = Model.random(4, &numbers)
    let pattern = try Pattern(model.text)
    for _ in 0..<12 {
      let length = Int.random(in: 0...9, using: &numbers)
      let line = (0..<length).map { _ in Model.letters.randomElement(using: &numbers) ?? "a" }
      var text = String.UnicodeScalarView()
      text.append(contentsOf: line)
      let expected = (0...line.count).contains { model.fits(line, $0) { _ in true } }
      // Twice: by making sets of states, and by those that are kept.
      for _ in 0..<2 {
        let found = Array(String(text).utf8).withUnsafeBufferPointer { pattern.isFound(in: $0) }
        #expect(found == expected, "seed \(seed), \(model.text) in \(String(text))")
      }
    }
  }

  @Test(
    "what administrators write is read",
    arguments: [
      ("panic|%SYS-[0-2]", "Dec 1: %SYS-1-CRASH: x", true),
      ("panic|%SYS-[0-2]", "%SYS-3-INFO", false),
      ("(?i)link (up|down)", "LINK Down", true), ("^login:", " login:", false),
      ("login: ?$", "sw01 login: ", true), ("\\d{1,3}(\\.\\d{1,3}){3}", "from 10.0.0.1 on", true),
      ("a{,3}", "a{,3}", true), ("[]x]", "]", true), ("[^]x]", "]", false), ("", "", true),
      ("x{2}", "axxb", true), ("\\u{6f22}", "漢", true), ("(?i)é", "É", true),
      ("\\bfail\\b", "failed", false),
      ("[\\d-]+$", "1-2", true), ("a.c", "a漢c", true), ("\\.", "a", false), ("\\$", "$", true),
    ])
  func examples(_ pattern: String, _ line: String, _ expected: Bool) throws {
    #expect(try isFound(pattern, in: line) == expected)
  }

  @Test(
    "what is none says why and where",
    arguments: [
      ("ab(", "a ( without a )", 2), ("ab)", "a ) without a (", 2), ("é[a", "a [ without a ]", 2),
      ("*a", "nothing to repeat", 0), ("a|*", "nothing to repeat", 2),
      ("a{101}", "more than 100 repetitions", 1),
      ("a{3,2}", "bounds in the wrong order", 1), ("(a)\\1", "a back-reference", 3),
      ("a(?=b)", "a group of an unknown kind", 1), ("\\q", "an unknown escape", 0),
      ("a\\", "a \\ at the end", 1), ("[z-a]", "no range", 1), ("[[:alpha:]]", "a named class", 1),
      ("a++", "a possessive repetition", 1), ("\\xg0", "no number of a character", 0),
      ("ab((a{50}){50}){2}", "more than 2000 states", 10),
      ("x" + String(repeating: "a{100}", count: 30), "more than 2000 states", 116),
      (String(repeating: "(", count: 60), "groups within more than 50 others", 50),
      (String(repeating: "x", count: 1001), "longer than 1000 bytes", 1000),
    ])
  func problems(_ pattern: String, _ reason: String, _ offset: Int) {
    #expect(throws: PatternProblem(reason: reason, offset: offset)) { try Pattern(pattern) }
  }

  @Test(
    "a hostile pattern ends on a long line",
    arguments: [
      "(a*)*b", "(a|aa)+$b", "(a|a)*c", "(a?){100}a{100}b", "((a{1,9}){1,9}){1,9}b",
      "(.*)(.*)(.*)x$", "a[ab]{90}$b", "(^|a)+\\b$c",
    ])
  func hostile(_ pattern: String) throws {
    var numbers = SeededNumbers(state: 5)
    let same = [UInt8](repeating: 0x61, count: 100_000)
    let mixed = (0..<3000).map { _ in UInt8.random(in: 0x61...0x62, using: &numbers) }
    let machine = try Pattern(pattern)
    for line in [same, mixed] {
      let found = line.withUnsafeBufferPointer { machine.isFound(in: $0) }
      #expect(!found || pattern.contains("$") == false)
    }
  }
}
