// Where the logs of consoles are, and what stands in them, as an administrator sets it.

/// The logs of consoles (`consoleLog`).
struct ConsoleLogSettings: Equatable, Sendable {
  /// The folder of the files.
  var directory: String
  /// Which targets have one, where they say nothing else: names, in which `*` stands for any
  /// characters.
  var targets: [NamePattern] = [NamePattern(pattern: "*")]
  /// Whether each line begins with the time.
  var hasTimes = true
  /// How often the time is written into the log of a console that says something.
  var mark: Duration = .seconds(3600)

  /// Whether the consoles of a target have a log.
  func includes(_ target: Target) -> Bool {
    target.log ?? targets.contains { $0.matches(target.name) }
  }
}

extension ConsoleLogSettings {
  private enum Time: String, CaseIterable {
    case line
    case none
  }

  /// Reads `consoleLog`; nil where there is none.
  static func read(_ root: inout Section) -> ConsoleLogSettings? {
    var settings: ConsoleLogSettings?
    root.section("consoleLog") { section in
      let directory = section.path("directory")
      var read = ConsoleLogSettings(directory: directory ?? "")
      read.targets = NamePattern.all("targets", &section) ?? read.targets
      let time: Time? = section.choice("time")
      read.hasTimes = time != Time.none
      read.mark = section.integer("mark", in: 1...86400).map { Duration.seconds($0) } ?? read.mark
      if directory == nil {
        section.report("directory", "an absolute path", .null)
      } else {
        settings = read
      }
    }
    return settings
  }
}
