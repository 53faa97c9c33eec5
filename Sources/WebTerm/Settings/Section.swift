// One object of a configuration's tree while it is read, with every mistake reported, not just the
// first.

/// What is wrong with a configuration, as it is found.
final class ProblemList {
  /// More of one file are counted, not told.
  private static let most = 50

  private let file: String
  /// Those that are told one by one.
  private var told: [ConfigurationProblem] = []
  private var untold = 0
  /// How many of them are errors, and not only odd.
  private(set) var errors = 0

  /// - Parameter file: What the problems' messages call the configuration.
  init(file: String) {
    self.file = file
  }

  /// All of them; where there are many, the last one says how many more.
  var problems: [ConfigurationProblem] {
    guard untold > 0 else { return told }
    return told + [
      ConfigurationProblem(
        weight: errors > 0 ? .error : .doubt, file: file, path: "",
        expected: "no more than that", found: "\(untold) more problems")
    ]
  }

  /// A mistake.
  ///
  /// - Parameters:
  ///   - path: The key path.
  ///   - expected: What would be right.
  ///   - found: What is there; nil for a key that means nothing.
  func report(_ path: String, _ expected: String, _ found: JSONTree?) {
    add(.error, path, expected, found)
  }

  /// What counts, and is not likely to be what is wanted.
  ///
  /// - Parameters:
  ///   - path: The key path.
  ///   - expected: What would be likelier.
  ///   - found: What is there.
  func doubt(_ path: String, _ expected: String, _ found: JSONTree) {
    add(.doubt, path, expected, found)
  }

  private func add(
    _ weight: ConfigurationProblem.Weight, _ path: String, _ expected: String, _ found: JSONTree?
  ) {
    let found =
      switch found {
      case nil: "an unknown key"
      case .null: "nothing"
      case let found?: found.description
      }
    add(weight, path, expected, found: found)
  }

  /// Reports what was found, in a sentence of ours.
  ///
  /// - Parameters:
  ///   - weight: How much it matters.
  ///   - path: The key path.
  ///   - expected: What would be right.
  ///   - found: What was found.
  func add(
    _ weight: ConfigurationProblem.Weight, _ path: String, _ expected: String, found: String
  ) {
    if weight == .error { errors += 1 }
    guard told.count < Self.most else {
      untold += 1
      return
    }
    told.append(
      ConfigurationProblem(
        weight: weight, file: file, path: path, expected: expected, found: found))
  }
}

/// What is left of an object while its keys are taken out one by one.
///
/// Each type that can be configured reads its own part, beside its definition. Whatever is absent
/// or wrong leaves the default; what is wrong is reported, and so are keys that were not read.
struct Section {
  /// The object's key path; empty for the whole file.
  let path: String
  let problems: ProblemList
  private var values: [String: JSONTree] = [:]
  /// The keys that have been asked for: whatever else stands there is unknown.
  private var known: [String] = []

  /// - Parameters:
  ///   - tree: An object; anything else is reported.
  ///   - path: Where it stands.
  ///   - problems: Where mistakes go.
  init(_ tree: JSONTree, at path: String, problems: ProblemList) {
    self.path = path
    self.problems = problems
    if case .object(let values, let repeats) = tree {
      self.values = values
      tell(repeats, of: path)
    } else {
      problems.report(path, "an object", tree)
    }
  }

  private func tell(_ repeats: [JSONTree.Repeat], of path: String) {
    for item in repeats {
      problems.add(
        .error, path.isEmpty ? item.key : "\(path).\(item.key)", "a key that stands there once",
        found: "it a second time at \(item.position)")
    }
  }

  /// The key path of one of its keys.
  func path(to key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  /// Reports what stands at a key.
  func report(_ key: String, _ expected: String, _ found: JSONTree?) {
    problems.report(path(to: key), expected, found)
  }

  /// Takes a key's value out, whatever it is.
  mutating func take(_ key: String) -> JSONTree? {
    known.append(key)
    return values.removeValue(forKey: key)
  }

  /// Whether the key is there and not taken.
  func has(_ key: String) -> Bool { values[key] != nil }

  /// Reports the keys that were not read, each with the nearest one that would mean something.
  func refuseRest() {
    for key in values.keys.sorted() {
      let near = NearestWord.of(key, among: known)
      let hint =
        near.map { "the nearest known one is \"\($0)\"" }
        ?? "known here: \(Set(known).sorted().joined(separator: ", "))"
      problems.add(
        .error, path(to: key), "no such key",
        found: known.isEmpty ? "an unknown key" : "an unknown key (\(hint))")
    }
  }

  // MARK: Parts

  /// Reads an object below a key, if there is one; what `read` leaves of it is reported.
  mutating func section(_ key: String, _ read: (inout Section) -> Void) {
    guard let tree = take(key) else { return }
    Self.read(tree, at: path(to: key), problems, read)
  }

  /// Reads an object; what `read` leaves of it is reported.
  static func read(
    _ tree: JSONTree, at path: String, _ problems: ProblemList, _ read: (inout Section) -> Void
  ) {
    var section = Section(tree, at: path, problems: problems)
    // What is no object was told already; that it lacks keys is no news.
    guard case .object = tree else { return }
    read(&section)
    section.refuseRest()
  }

  /// The elements of an array, each with its key path.
  ///
  /// - Parameters:
  ///   - key: The array's key.
  ///   - expected: What an array that is wrong, or empty where it may not be, is answered with.
  ///   - mayBeEmpty: Whether it may.
  /// - Returns: Nil where there is none, or something else.
  mutating func elements(
    _ key: String, _ expected: String, mayBeEmpty: Bool = true
  ) -> [(value: JSONTree, path: String)]? {
    guard let value = take(key) else { return nil }
    guard case .array(let elements) = value, mayBeEmpty || !elements.isEmpty else {
      report(key, expected, value)
      return nil
    }
    let path = path(to: key)
    return elements.enumerated().map { ($1, "\(path)[\($0)]") }
  }

  /// The keys of an object whose names are free, in no order, each with its value and key path.
  ///
  /// - Returns: Nil where there is none, or something else that is left where it is.
  mutating func members(_ key: String) -> [(key: String, value: JSONTree, path: String)]? {
    known.append(key)
    guard case .object(let members, let repeats)? = values[key] else { return nil }
    values[key] = nil
    let path = path(to: key)
    tell(repeats, of: path)
    return members.map { ($0.key, $0.value, "\(path).\($0.key)") }
  }

  // MARK: Values

  /// A string; nil where there is none.
  mutating func string(_ key: String) -> String? {
    guard let value = take(key) else { return nil }
    guard case .string(let text) = value else {
      report(key, "a string", value)
      return nil
    }
    return text
  }

  /// A string that must be there and be valid.
  mutating func required(
    _ key: String, _ expected: String, _ isValid: (String) -> Bool
  ) -> String? {
    let value = take(key)
    guard case .string(let text)? = value, isValid(text) else {
      report(key, expected, value ?? .null)
      return nil
    }
    return text
  }

  /// A string that is read into something.
  mutating func string<Value>(
    _ key: String, _ expected: String, _ read: (String) -> Value?
  ) -> Value? {
    guard let text = string(key) else { return nil }
    let value = read(text)
    if value == nil { report(key, expected, .string(text)) }
    return value
  }

  /// An absolute path.
  mutating func path(_ key: String) -> String? {
    string(key, "an absolute path") { text in
      text.hasPrefix("/") && !text.utf8.contains { $0 < 0x20 || $0 == 0x22 } ? text : nil
    }
  }

  /// One of a few values.
  mutating func choice<Value: RawRepresentable<String> & CaseIterable>(
    _ key: String, of type: Value.Type = Value.self
  ) -> Value? {
    let values = Value.allCases.map(\.rawValue).joined(separator: ", ")
    return string(key, "one of \(values)", Value.init(rawValue:))
  }

  /// Strings of an array, each with its key path.
  ///
  /// - Parameters:
  ///   - key: The array's key.
  ///   - expected: What an array that is wrong, or empty where it may not be, is answered with.
  ///   - mayBeEmpty: Whether it may.
  /// - Returns: Nil where there is none, or something else.
  mutating func strings(
    _ key: String, _ expected: String = "an array of strings", mayBeEmpty: Bool = true
  ) -> [(text: String, path: String)]? {
    guard let elements = elements(key, expected, mayBeEmpty: mayBeEmpty) else { return nil }
    return elements.compactMap { value, path in
      guard case .string(let text) = value else {
        problems.report(path, "a string", value)
        return nil
      }
      return (text, path)
    }
  }

  /// A whole number.
  mutating func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
    guard let value = take(key) else { return nil }
    guard case .integer(let number) = value, range.contains(number) else {
      report(key, "a whole number from \(range.lowerBound) to \(range.upperBound)", value)
      return nil
    }
    return number
  }

  /// Seconds, with a fraction where that is wanted.
  mutating func seconds(_ key: String, from least: Double) -> Duration? {
    guard let value = take(key) else { return nil }
    let number: Double? =
      switch value {
      case .integer(let number): Double(number)
      case .number(let number): number
      default: nil
      }
    // Thirty days: beyond that a mistake is likelier than a wish.
    guard let number, number >= least, number <= 2_592_000 else {
      report(key, "seconds, from \(least) to 2592000", value)
      return nil
    }
    return .milliseconds(Int(number * 1000))
  }

  /// True or false.
  mutating func boolean(_ key: String) -> Bool? {
    guard let value = take(key) else { return nil }
    guard case .boolean(let flag) = value else {
      report(key, "true or false", value)
      return nil
    }
    return flag
  }
}

extension UInt8 {
  /// Whether it may stand in a name of ours: a-z, 0-9 and the hyphen.
  var isNameByte: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "-"):
      true
    default:
      false
    }
  }
}
