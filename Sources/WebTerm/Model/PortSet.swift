// Which ports a target lets through.

/// A set of TCP ports, as the configuration lists them.
struct PortSet: Equatable, Sendable {
  /// In the order of the configuration; the first one is what a form proposes.
  let ranges: [ClosedRange<UInt16>]
  /// What lines are called, where the configuration names them.
  var names: [UInt16: String] = [:]

  func contains(_ port: UInt16) -> Bool {
    ranges.contains { $0.contains(port) }
  }
}

extension PortSet {
  /// Reads `ports`: an array of ports and ranges, or an object that names lines, `{ "7001":
  /// "rack1-sw01" }`.
  init?(_ section: inout Section) {
    if let members = section.members("ports") {
      self.init(members, section.problems, section.path(to: "ports"))
      return
    }
    guard
      let elements = section.elements(
        "ports", "an array of ports and ranges, or an object that names lines", mayBeEmpty: false)
    else { return nil }
    let ranges = elements.compactMap { value, path in
      let range = Self.range(value)
      if range == nil {
        section.problems.report(
          path, "a port from 1 to 65535 or a range such as \"6000-6999\"", value)
      }
      return range
    }
    self.init(ranges: ranges)
  }

  /// Lines with their names: the keys are what may be reached.
  private init?(
    _ members: [(key: String, value: JSONTree, path: String)], _ problems: ProblemList,
    _ path: String
  ) {
    var names: [UInt16: String] = [:]
    for (key, value, path) in members {
      guard let range = Self.range(.string(key)), range.count == 1 else {
        problems.report(path, "a port from 1 to 65535 as the key", .string(key))
        continue
      }
      guard case .string(let name) = value, DisplayName.isValid(name) else {
        problems.report(path, "the line's name, of 1 to 128 printable characters", value)
        continue
      }
      names[range.lowerBound] = name
    }
    guard !names.isEmpty else {
      if members.isEmpty { problems.report(path, "at least one line", .object([:])) }
      return nil
    }
    self.init(ranges: names.keys.sorted().map { $0...$0 }, names: names)
  }

  private static func range(_ tree: JSONTree) -> ClosedRange<UInt16>? {
    switch tree {
    case .integer(let number):
      guard let port = UInt16(exactly: number), port > 0 else { return nil }
      return port...port
    case .string(let text):
      let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { UInt16($0) }
      guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1],
        first > 0, first <= last
      else { return nil }
      return first...last
    default:
      return nil
    }
  }
}
