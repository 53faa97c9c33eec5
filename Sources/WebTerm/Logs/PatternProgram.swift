// The states of a pattern.

/// What a pattern's tree becomes: states that follow each other. Each is made after those that
/// follow it.
struct PatternProgram {
  enum State {
    /// A character of a set leads to a state.
    case step(set: UInt32, UInt32)
    case split(UInt32, UInt32)
    case check(PatternTree.Assertion, UInt32)
    case found
  }

  /// The most states.
  static let mostStates = 2000

  private(set) var states: [State] = [.found]
  private(set) var start: UInt32 = 0
  /// Which classes of characters belong to a set.
  private(set) var sets: [[Bool]] = []
  let classes: CharacterClasses
  let looksAtWords: Bool

  /// - Throws: ``PatternProblem`` where there would be too many states, at what makes them too
  ///   many.
  init(_ tree: PatternTree) throws(PatternProblem) {
    _ = try Self.size(tree)
    var ranges: [[ClosedRange<UInt32>]] = []
    looksAtWords = Self.collect(tree, &ranges)
    if looksAtWords { ranges.append(CharacterRanges.word) }
    classes = CharacterClasses(ranges)
    start = add(tree, 0)
  }

  /// How many states a tree takes.
  private static func size(_ tree: PatternTree) throws(PatternProblem) -> Int {
    switch tree {
    case .empty: return 0
    case .set, .check: return 1
    case .sequence(let parts):
      return try sum(parts, 0)
    case .choice(let parts):
      return try sum(parts, 1) - 1
    case .repeated(let part, let least, let most, let offset):
      let once = try size(part)
      let size =
        most.map { least * once + ($0 - least) * (once + 1) } ?? max(1, least) * once + 1
      guard size <= Self.mostStates else { throw tooMany(offset) }
      return size
    }
  }

  private static func sum(
    _ parts: [PatternTree], _ each: Int
  ) throws(PatternProblem) -> Int {
    var size = 0
    for part in parts {
      size += try self.size(part) + each
      if size - each > Self.mostStates { throw tooMany(firstRepetition(part) ?? 0) }
    }
    return size
  }

  private static func tooMany(_ offset: Int) -> PatternProblem {
    PatternProblem(reason: "more than \(Self.mostStates) states", offset: offset)
  }

  private static func firstRepetition(_ tree: PatternTree) -> Int? {
    switch tree {
    case .empty, .set, .check: nil
    case .sequence(let parts), .choice(let parts):
      parts.lazy.compactMap { firstRepetition($0) }.first
    case .repeated(_, _, _, let offset): offset
    }
  }

  /// Collects all sets of characters; true where the edges of words matter.
  private static func collect(
    _ tree: PatternTree, _ ranges: inout [[ClosedRange<UInt32>]]
  ) -> Bool {
    switch tree {
    case .empty: return false
    case .set(let set):
      ranges.append(set)
      return false
    case .check(let assertion): return assertion == .wordEdge || assertion == .noWordEdge
    case .sequence(let parts), .choice(let parts):
      var looksAtWords = false
      for part in parts where collect(part, &ranges) { looksAtWords = true }
      return looksAtWords
    case .repeated(let part, _, _, _): return collect(part, &ranges)
    }
  }

  private mutating func add(_ state: State) -> UInt32 {
    states.append(state)
    return UInt32(states.count - 1)
  }

  /// Adds a tree before a state.
  ///
  /// - Returns: Where it begins.
  private mutating func add(_ tree: PatternTree, _ next: UInt32) -> UInt32 {
    switch tree {
    case .empty: return next
    case .set(let ranges):
      sets.append(classes.members(of: ranges))
      return add(.step(set: UInt32(sets.count - 1), next))
    case .check(let assertion): return add(.check(assertion, next))
    case .sequence(let parts): return parts.reversed().reduce(next) { add($1, $0) }
    case .choice(let parts):
      let starts = parts.map { add($0, next) }
      return starts.dropLast().reversed().reduce(starts.last ?? next) { add(.split($1, $0)) }
    case .repeated(let part, let least, let most, _):
      return addRepeated(part, least, most, next)
    }
  }

  private mutating func addRepeated(
    _ part: PatternTree, _ least: Int, _ most: Int?, _ next: UInt32
  ) -> UInt32 {
    var start = next
    var left = least
    if let most {
      for _ in least..<most { start = add(.split(add(part, start), next)) }
    } else {
      let loop = add(.found)
      let begin = add(part, loop)
      states[Int(loop)] = .split(begin, next)
      start = loop
      if least > 0 {
        start = begin
        left -= 1
      }
    }
    for _ in 0..<left { start = add(part, start) }
    return start
  }
}

/// Characters that a pattern does not tell apart are one class.
struct CharacterClasses {
  /// The first character of each stretch of characters that are all told apart from others, or not,
  /// together.
  private var starts: [UInt32] = [0]
  /// The classes of ASCII.
  private(set) var ascii = InlineArray<128, UInt16>(repeating: 0)
  /// Whether a class belongs to words.
  private(set) var isWord: [Bool] = []

  /// How many there are.
  var count: Int { starts.count }

  init(_ sets: [[ClosedRange<UInt32>]]) {
    for range in sets.joined() {
      starts.append(range.lowerBound)
      if range.upperBound < UInt32.max { starts.append(range.upperBound + 1) }
    }
    starts.sort()
    var last: UInt32?
    starts.removeAll { start in
      defer { last = start }
      return start == last
    }
    for code in 0..<128 { ascii[code] = UInt16(number(of: UInt32(code))) }
    isWord = members(of: CharacterRanges.word)
  }

  func number(of code: UInt32) -> Int {
    var (low, high) = (0, starts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= code { low = middle } else { high = middle }
    }
    return low
  }

  /// Which classes lie within ranges.
  func members(of ranges: [ClosedRange<UInt32>]) -> [Bool] {
    var members = [Bool](repeating: false, count: starts.count)
    for range in ranges {
      var index = number(of: range.lowerBound)
      while index < starts.count, starts[index] <= range.upperBound {
        if starts[index] >= range.lowerBound { members[index] = true }
        index += 1
      }
    }
    return members
  }
}
