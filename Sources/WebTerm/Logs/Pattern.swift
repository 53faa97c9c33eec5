// A pattern that is looked for in lines, in time that is linear in the line.

/// A regular expression after POSIX's extended ones and Perl's notation, without back-references
/// and without looking around:
///
///     a . [a-z] [^a-z] \d \w \s \D \W \S \t \xHH \u{H} one character; `\` before anything else
/// that is no letter
///     ab  a|b  (a)  (?:a)                                 sequence, choice, group
///     a* a+ a? a{2} a{2,} a{2,9} repetition, bounds up to 100; a `?` behind it changes nothing
///     ^ $ \b \B beginning and end of the line, edge of a word
///     (?i)                                                at the beginning: capitals do not matter
///
/// It is a machine that is in several states at once (Thompson 1968); sets of states that have come
/// up are kept, so that most characters cost one look into a table. What is kept is bounded: beyond
/// that it begins anew.
package final class Pattern {
  /// The most entries of the table, and states of sets that are kept.
  private static let mostKept = 16384

  private let program: PatternProgram
  /// Sets of states, each a list of numbers: what was before it, then the states.
  private var sets: [[UInt32]] = []
  private var numbers: [[UInt32]: Int32] = [:]
  /// Where a set leads to, by set and class of characters: another one, ``unknown`` or ``found``.
  private var table: [Int32] = []
  /// Whether a line may end at a set: 0 no, 1 yes, or ``unknown``.
  private var ends: [Int32] = []
  private var kept = 0
  /// How often all sets were forgotten.
  private var generation = 0
  /// Which states were looked at in this round.
  private var seen: [UInt32]
  private var round: UInt32 = 0
  private var stack: [UInt32] = []
  private var next: [UInt32] = []

  private static let unknown: Int32 = -1
  private static let found: Int32 = -2
  private static let atStart: UInt32 = 1
  private static let behindWord: UInt32 = 2

  /// - Throws: ``PatternProblem`` where the text is no pattern, or too large a one.
  package init(_ text: String) throws(PatternProblem) {
    var parser = try PatternParser(text)
    program = try PatternProgram(try parser.parse())
    seen = [UInt32](repeating: 0, count: program.states.count)
  }

  /// Whether it is found anywhere in a line.
  package func isFound(in line: UnsafeBufferPointer<UInt8>) -> Bool {
    var set = number(of: [Self.atStart])
    var index = 0
    while index < line.count {
      let characterClass: Int
      if line[index] < 0x80 {
        characterClass = Int(program.classes.ascii[Int(line[index])])
        index += 1
      } else {
        let (code, length) = Self.character(line, index)
        characterClass = program.classes.number(of: code)
        index += length
      }
      var following = table[Int(set) * program.classes.count + characterClass]
      if following == Self.unknown { following = step(set, characterClass) }
      if following == Self.found { return true }
      set = following
    }
    if ends[Int(set)] == Self.unknown {
      ends[Int(set)] = close(sets[Int(set)], characterClass: nil) ? 1 : 0
    }
    return ends[Int(set)] == 1
  }

  /// A character and its bytes; what is no UTF-8 counts as U+FFFD.
  private static func character(
    _ line: UnsafeBufferPointer<UInt8>, _ index: Int
  ) -> (code: UInt32, length: Int) {
    let first = line[index]
    let length = first < 0xc2 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 1
    guard length > 1, index + length <= line.count else { return (0xfffd, 1) }
    var code = UInt32(first) & (0xff >> UInt32(length + 1))
    for next in (index + 1)..<(index + length) {
      guard line[next] & 0xc0 == 0x80 else { return (0xfffd, 1) }
      code = code << 6 | UInt32(line[next] & 0x3f)
    }
    return (code, length)
  }

  // MARK: Sets of states

  /// The number of a set, which is kept from now on; where there are too many, all others are
  /// forgotten.
  private func number(of set: [UInt32]) -> Int32 {
    if let number = numbers[set] { return number }
    let size = set.count + program.classes.count
    if kept > 0, kept + size > Self.mostKept {
      sets = []
      numbers = [:]
      table = []
      ends = []
      kept = 0
      generation &+= 1
    }
    kept += size
    let number = Int32(sets.count)
    sets.append(set)
    numbers[set] = number
    table.append(
      contentsOf: repeatElement(Self.unknown, count: program.classes.count))
    ends.append(Self.unknown)
    return number
  }

  /// Where a set leads to with a character of a class; it is noted.
  private func step(_ set: Int32, _ characterClass: Int) -> Int32 {
    next.removeAll(keepingCapacity: true)
    let isFound = close(sets[Int(set)], characterClass: characterClass)
    guard !isFound else {
      table[Int(set) * program.classes.count + characterClass] = Self.found
      return Self.found
    }
    next.sort()
    var last: UInt32?
    next.removeAll { state in
      defer { last = state }
      return state == last
    }
    let context = program.looksAtWords && program.classes.isWord[characterClass]
    let former = generation
    let following = number(of: [context ? Self.behindWord : 0] + next)
    // Where others were forgotten, this set is no more either.
    if generation == former {
      table[Int(set) * program.classes.count + characterClass] = following
    }
    return following
  }

  /// Follows everything that needs no character, and collects what a character of a class leads to:
  /// none at the end of the line.
  ///
  /// - Returns: Whether the pattern is found.
  private func close(_ set: [UInt32], characterClass: Int?) -> Bool {
    if round == .max {
      for state in seen.indices { seen[state] = 0 }
      round = 0
    }
    round += 1
    let context = Context(
      isStart: set[0] & Self.atStart != 0, isEnd: characterClass == nil,
      isBehindWord: set[0] & Self.behindWord != 0,
      isBeforeWord: characterClass.map { program.classes.isWord[$0] } ?? false)
    stack.removeAll(keepingCapacity: true)
    stack.append(contentsOf: set.dropFirst())
    // It may begin anywhere.
    stack.append(program.start)
    while let state = stack.popLast() {
      guard seen[Int(state)] != round else { continue }
      seen[Int(state)] = round
      switch program.states[Int(state)] {
      case .found: return true
      case .split(let first, let second):
        stack.append(second)
        stack.append(first)
      case .check(let assertion, let following):
        if context.holds(assertion) { stack.append(following) }
      case .step(let set, let following):
        if let characterClass, program.sets[Int(set)][characterClass] { next.append(following) }
      }
    }
    return false
  }

  /// What stands around a place between two characters.
  private struct Context {
    let isStart: Bool
    let isEnd: Bool
    let isBehindWord: Bool
    let isBeforeWord: Bool

    func holds(_ assertion: PatternTree.Assertion) -> Bool {
      switch assertion {
      case .start: isStart
      case .end: isEnd
      case .wordEdge: isBehindWord != isBeforeWord
      case .noWordEdge: isBehindWord == isBeforeWord
      }
    }
  }
}
