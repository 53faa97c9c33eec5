// One run of the benchmarks: what scenarios work with.

import EventLoop
import Glibc

/// One run.
final class Bench {
  let options: Options
  let programs: Programs
  let context: LineContext
  private(set) var report: Report

  init(_ options: Options) throws {
    self.options = options
    programs = try Programs()
    context = LineContext(reactor: try Reactor(), buffer: ByteStream.Buffer())
    report = Report(machine: .this, time: Int(time(nil)))
  }

  /// Takes a finding into the report.
  func found(_ finding: Finding) {
    report.findings.append(finding)
  }

  /// Turns the loop for so long.
  func turn(for time: Duration) throws {
    let end = ContinuousClock.now + time
    while ContinuousClock.now < end { try context.reactor.turn(until: end) }
  }

  /// Turns the loop until something is so.
  ///
  /// - Throws: ``BenchFailure`` where that takes longer than `patience`.
  func turn(
    until isSo: () -> Bool, _ what: String, patience: Duration = .seconds(20)
  ) throws {
    let end = ContinuousClock.now + patience
    while !isSo() {
      guard ContinuousClock.now < end else { throw BenchFailure("not within \(patience): \(what)") }
      try context.reactor.turn(until: end)
    }
  }
}
