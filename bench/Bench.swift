// One run of the benchmarks: what scenarios work with.

import EventLoop
import Glibc

/// One run.
final class Bench {
  let options: Options
  let programs: Programs
  let context: LineContext
  private(set) var report: Report
  private var signals: Signals?
  /// A signal has ended the run.
  private(set) var isInterrupted = false

  init(_ options: Options) throws {
    self.options = options
    programs = try Programs()
    context = LineContext(reactor: try Reactor(), buffer: ByteStream.Buffer())
    report = Report(machine: .this, time: Int(time(nil)))
    signals = try Signals([SIGINT, SIGTERM, SIGHUP], reactor: context.reactor) { [unowned self] _ in
      isInterrupted = true
    }
  }

  /// Takes a finding into the report.
  func found(_ finding: Finding) {
    report.findings.append(finding)
  }

  /// Turns the loop for so long.
  ///
  /// - Throws: ``BenchFailure`` where a signal ends the run: whoever measures stops what it has
  ///   started.
  func turn(for time: Duration) throws {
    let end = MonotonicInstant.now + time
    while MonotonicInstant.now < end { try turn(until: end) }
  }

  private func turn(until end: MonotonicInstant) throws {
    try context.reactor.turn(until: end)
    if isInterrupted { throw BenchFailure("interrupted") }
  }

  /// Turns the loop until something is so.
  ///
  /// With `turns`, no single wait is longer than that: for something of which the loop itself does
  /// not hear.
  ///
  /// - Throws: ``BenchFailure`` where that takes longer than `timeout`, or where a signal ends the
  ///   run.
  func turn(
    until isSo: () -> Bool, _ what: String, timeout: Duration = .seconds(20),
    turns: Duration? = nil
  ) throws {
    let end = MonotonicInstant.now + timeout
    while !isSo() {
      guard MonotonicInstant.now < end else {
        throw BenchFailure("not within \(timeout): \(what)")
      }
      try turn(until: turns.map { min(end, .now + $0) } ?? end)
    }
  }
}
