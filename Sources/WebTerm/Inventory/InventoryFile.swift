// One file with targets: ours, or file_sd's.

/// Reads the content of a file, element by element: a tree of the whole would be many times larger
/// than the file.
struct InventoryFile {
  /// What a file says.
  struct Listed {
    /// In the order of the file.
    var targets: [Target] = []
    /// What is wrong with it, or odd about it.
    var problems: [ConfigurationProblem] = []
    /// Whether it may take the place of what it said before: nothing of our own shape is wrong, and
    /// not all of another shape.
    var isTrusted = true
  }

  private let policy: InventoryPolicy
  private let problems: ProblemList
  private var targets: [Target] = []
  private var isOwnRight = true
  private var hasWrongEntries = false
  private var capabilities: SSHCapabilities?
  private var rules = InventoryRule.KnownRules()

  /// Reads a file. What is wrong is left out.
  ///
  /// - Parameters:
  ///   - content: What the file says: targets as the configuration has them, alone or below
  ///     `targets`; or the entries of file_sd.
  ///   - file: Its path, for mistakes.
  ///   - policy: What file_sd's labels mean, and what may be said of targets.
  /// - Returns: The targets, and all mistakes.
  /// - Throws: ``ConfigurationProblem`` where it is no JSON5.
  static func read(
    _ content: [UInt8], _ file: String, _ policy: InventoryPolicy
  ) throws(ConfigurationProblem) -> Listed {
    var reading = InventoryFile(policy, file)
    do throws(JSON5Problem) {
      var reader = try JSON5Reader(content)
      try reading.read(&reader)
      try reader.end()
    } catch {
      throw ConfigurationProblem(error, file: file)
    }
    let isTrusted = reading.isOwnRight && (!reading.hasWrongEntries || !reading.targets.isEmpty)
    return Listed(
      targets: reading.targets, problems: reading.problems.problems, isTrusted: isTrusted)
  }

  private init(_ policy: InventoryPolicy, _ file: String) {
    self.policy = policy
    problems = ProblemList(file: file)
  }

  private mutating func read(_ reader: inout JSON5Reader) throws(JSON5Problem) {
    let expected = "an array of targets, or an object with nothing but targets"
    if try reader.begins("[") { return try elements(of: &reader, below: "") }
    guard try reader.begins("{") else {
      isOwnRight = false
      return problems.report("", expected, try reader.value())
    }
    var (isFirst, isThere) = (true, false)
    while try reader.hasNext(before: "}", isFirst: isFirst) {
      isFirst = false
      let key = try reader.key()
      if key == "targets", !isThere, try reader.begins("[") {
        isThere = true
        try elements(of: &reader, below: key)
      } else {
        isOwnRight = false
        problems.report(key, expected, try reader.value())
      }
    }
    guard !isThere else { return }
    isOwnRight = false
    problems.report("targets", expected, .null)
  }

  private mutating func elements(
    of reader: inout JSON5Reader, below path: String
  ) throws(JSON5Problem) {
    var index = 0
    while try reader.hasNext(before: "]", isFirst: index == 0) {
      take(try reader.value(), at: "\(path)[\(index)]")
      index += 1
    }
  }

  /// Takes one element, unless anything is wrong with it.
  private mutating func take(_ element: JSONTree, at path: String) {
    let errors = problems.errors
    var (found, isForeign): ([Target], Bool) = ([], false)
    Section.read(element, at: path, problems) { section in
      isForeign = section.has("targets")
      if isForeign {
        found = foreign(&section)
      } else if let target = own(&section) {
        found = [target]
      }
    }
    for target in found { policy.visitors.check(target, at: path, problems) }
    if problems.errors == errors {
      targets += found
    } else if isForeign {
      hasWrongEntries = true
    } else {
      isOwnRight = false
    }
  }

  private mutating func own(_ section: inout Section) -> Target? {
    guard var target = Target(&section) else { return nil }
    if target.rules.isEmpty {
      problems.add(.error, section.path, "ssh or telnet, or both", found: "neither")
    }
    if target.rules[.ssh]?.algorithms != nil, let ssh = policy.ssh {
      capabilities = capabilities ?? (try? SSHCapabilities(of: ssh))
      capabilities?.complete(&target.rules, of: section.path(to: "ssh"), problems)
    }
    return target
  }

  private mutating func foreign(_ section: inout Section) -> [Target] {
    guard let rule = policy.settings.rule else {
      section.report(
        "targets", "a target's keys (inventory is not set, which says what labels mean)",
        section.take("targets"))
      return []
    }
    return rule.targets(&section, &rules)
  }
}
