// Two results beside each other.

import EventLoop
import FoundationEssentials

/// What has changed from one report to another, as ratios.
struct Comparison {
  private let former: Report
  private let latter: Report

  /// - Throws: What the system or the decoder says of the files.
  init(_ former: String, _ latter: String) throws {
    self.former = try Self.read(former)
    self.latter = try Self.read(latter)
  }

  private static func read(_ file: String) throws -> Report {
    try JSONDecoder().decode(Report.self, from: Data(try readFile(file)))
  }

  /// A line for each figure that both have. Where both have a floor, their ratios to it are
  /// compared: the machine's own mood is in the floor, too.
  var table: String {
    let old = Dictionary(former.findings.map { ($0.name, $0) }) { first, _ in first }
    let rows = latter.findings.compactMap { new -> [String]? in
      guard let old = old[new.name] else { return nil }
      let (before, after) =
        old.ratio != nil && new.ratio != nil
        ? (old.ratio ?? 0, new.ratio ?? 0) : (old.value, new.value)
      let change = before > 0 ? after / before : 0
      let isBetter = new.better == .lower ? change < 0.95 : change > 1.05
      let isWorse = new.better == .lower ? change > 1.05 : change < 0.95
      return [
        new.name, Report.number(before), Report.number(after),
        Report.number(change, digits: 2) + " ×", isBetter ? "better" : isWorse ? "worse" : "",
      ]
    }
    return Report.aligned([["", "before", "after", "change", ""]] + rows)
  }
}
