// What raises an alarm, as an administrator sets it.

/// An entry of `alarms`.
struct AlarmSetting: Equatable, Sendable {
  enum Cause: Equatable, Sendable {
    /// A line in which a pattern is found.
    case match(String)
    /// Silence for so many seconds.
    case silence(Int)
    /// So many bytes within so many seconds.
    case volume(bytes: Int, within: Int)
  }

  /// The longest pattern, in bytes.
  private static let longestPattern = 1000
  private static let most = 1000
  private static let longestTime = 2_592_000

  let name: String
  /// At which targets.
  var targets: [NamePattern] = [NamePattern(pattern: "*")]
  let cause: Cause
  /// For so many seconds after an alarm the same one of the same line does not count.
  var hold = 300

  /// Whether it watches a terminal: consoles of its targets, and all others of those that it names.
  func watches(_ terminal: Terminal) -> Bool {
    let name = terminal.destination.target.name
    return targets.contains { $0.matches(name) && (terminal.isConsole || !$0.isAll) }
  }

  /// The rule, with its pattern made ready; nil where that is none.
  var rule: AlarmRule? {
    let milliseconds = 1000
    let cause: AlarmRule.Cause
    switch self.cause {
    case .match(let text):
      guard let pattern = try? Pattern(text) else { return nil }
      cause = .match(pattern)
    case .silence(let seconds): cause = .silence(seconds * milliseconds)
    case .volume(let bytes, let seconds):
      cause = .volume(bytes: bytes, within: seconds * milliseconds)
    }
    return AlarmRule(name: name, cause: cause, hold: hold * milliseconds)
  }
}

extension AlarmSetting {
  /// Reads `alarms`.
  static func all(_ root: inout Section) -> [AlarmSetting] {
    let problems = root.problems
    let expected =
      "an array of at most \(most) { name, targets, match, silentFor, bytes, within, hold }"
    var settings: [AlarmSetting] = []
    for (value, path) in root.elements("alarms", expected) ?? [] {
      Section.read(value, at: path, problems) { section in
        guard let setting = AlarmSetting(&section) else { return }
        if settings.contains(where: { $0.name == setting.name }) {
          section.report("name", "a name of its own", .string(setting.name))
        }
        settings.append(setting)
      }
    }
    if settings.count > most {
      problems.add(.error, "alarms", expected, found: "\(settings.count) of them")
    }
    return settings
  }

  private init?(_ section: inout Section) {
    let name = section.required("name", DisplayName.expected, DisplayName.isValid)
    let hasCause = ["match", "silentFor", "bytes", "within"].contains { section.has($0) }
    let targets = NamePattern.all("targets", &section)
    let match = section.string("match").flatMap { Self.checked($0, section) }
    let silence = section.integer("silentFor", in: 1...Self.longestTime)
    let hasVolume = section.has("bytes") || section.has("within")
    let bytes = section.integer("bytes", in: 1...(1 << 40))
    let within = section.integer("within", in: 1...Self.longestTime)
    let hold = section.integer("hold", in: 0...Self.longestTime)
    if hasVolume, bytes == nil || within == nil {
      section.report(bytes == nil ? "bytes" : "within", "both bytes and within", .null)
    }
    var causes: [Cause] = []
    if let match { causes.append(.match(match)) }
    if let silence { causes.append(.silence(silence)) }
    if let bytes, let within { causes.append(.volume(bytes: bytes, within: within)) }
    guard let name else { return nil }
    guard causes.count == 1 else {
      // What is wrong with the only one was said.
      if causes.count > 1 || !hasCause {
        section.report(
          "match", "one of match, silentFor, or bytes and within",
          .string(hasCause ? "several" : "none"))
      }
      return nil
    }
    self.init(name: name, cause: causes[0])
    self.targets = targets ?? self.targets
    self.hold = hold ?? self.hold
  }

  private static func checked(_ text: String, _ section: borrowing Section) -> String? {
    guard !text.isEmpty, text.utf8.count <= longestPattern else {
      section.report(
        "match", "a pattern of 1 to \(longestPattern) bytes", .string(text.cut(to: 40)))
      return nil
    }
    do throws(PatternProblem) {
      _ = try Pattern(text)
      return text
    } catch {
      section.problems.add(.error, section.path(to: "match"), "a pattern", found: "\(error)")
      return nil
    }
  }
}
