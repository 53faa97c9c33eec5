// All findings of one run: as a table for people and as JSON for the next run.

import EventLoop
import FoundationEssentials

/// One run of the benchmarks.
struct Report: Codable {
  /// Where it ran.
  struct Machine: Codable {
    let processor: String
    let processors: Int
    let kernel: String
  }

  var machine: Machine
  /// Seconds since 1970.
  var time: Int
  var findings: [Finding] = []

  /// The findings, one a line, with what they are measured against.
  var table: String {
    let rows = findings.map { finding in
      [
        finding.name, Self.number(finding.value) + " " + finding.unit,
        finding.floor.map { Self.number($0) + " " + (finding.floorName ?? "") } ?? "",
        finding.ratio.map { Self.number($0, digits: 2) + " ×" } ?? "", Self.verdict(finding),
      ]
    }
    let header = ["", "webtermd", "floor", "ratio", "bar"]
    return Self.aligned([header] + rows)
  }

  /// Rows as columns: the first one to the left, the others to the right.
  static func aligned(_ rows: [[String]]) -> String {
    let widths = (rows.first ?? []).indices.map { column in
      rows.map { $0[column].count }.max() ?? 0
    }
    return rows.map { row in
      zip(row, widths).enumerated().map { column, cell in
        let blanks = String(repeating: " ", count: cell.1 - cell.0.count)
        return column == 0 ? cell.0 + blanks : blanks + cell.0
      }.joined(separator: "  ")
    }.joined(separator: "\n")
  }

  private static func verdict(_ finding: Finding) -> String {
    guard let bar = finding.bar, let isReached = finding.isReached else { return "" }
    let sign = finding.better == .lower ? "≤" : "≥"
    return "\(sign) \(number(bar, digits: 2)) \(isReached ? "reached" : "MISSED")"
  }

  /// A number with as many digits as it deserves.
  static func number(_ value: Double, digits: Int? = nil) -> String {
    let digits = digits ?? (value >= 100 ? 0 : value >= 10 ? 1 : 2)
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let whole = Int((value.magnitude * scale).rounded())
    let sign = value < 0 ? "-" : ""
    guard digits > 0 else { return "\(sign)\(whole)" }
    let fraction = String(whole % Int(scale))
    let zeros = String(repeating: "0", count: digits - fraction.count)
    return "\(sign)\(whole / Int(scale)).\(zeros)\(fraction)"
  }

  /// The report as JSON.
  func json() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
  }
}

extension Report.Machine {
  /// This machine, as far as it tells.
  static var this: Report.Machine {
    let info = text("/proc/cpuinfo").split(separator: "\n")
    let model = info.first { $0.hasPrefix("model name") || $0.hasPrefix("CPU part") }
    return Report.Machine(
      processor: model?.split(separator: ":").last.map { String($0.drop { $0 == " " }) } ?? "?",
      processors: info.count { $0.hasPrefix("processor") },
      kernel: String(text("/proc/sys/kernel/osrelease").prefix { $0 != "\n" }))
  }

  private static func text(_ path: String) -> String {
    String(decoding: (try? readFile(path)) ?? [], as: UTF8.self)
  }
}
