// Which ports a target lets through.

/// A set of TCP ports, as the configuration lists them.
struct PortSet: Equatable, Sendable {
  /// In the order of the configuration; the first one is what a form proposes.
  let ranges: [ClosedRange<UInt16>]

  func contains(_ port: UInt16) -> Bool {
    ranges.contains { $0.contains(port) }
  }
}

extension PortSet {
  /// Reads `ports`: an array of ports and ranges.
  init?(_ section: inout Section) {
    guard
      let elements = section.elements("ports", "an array of ports and ranges", mayBeEmpty: false)
    else { return nil }
    ranges = elements.compactMap { value, path in
      let range = Self.range(value)
      if range == nil {
        section.problems.report(
          path, "a port from 1 to 65535 or a range such as \"6000-6999\"", value)
      }
      return range
    }
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
