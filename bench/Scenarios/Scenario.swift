// What every scenario is.

import EventLoop
import Glibc

/// Something to be measured.
protocol Scenario: Sendable {
  var name: String { get }

  /// Measures, and tells `bench` what it found.
  ///
  /// - Throws: Why it cannot be measured.
  func run(_ bench: Bench) throws
}

extension Scenario {
  /// Runs it, and says how busy this process itself was: a figure says something only while the
  /// generator is not what limits it.
  func measure(_ bench: Bench) throws {
    let began = MonotonicInstant.now
    let before = ProcessFigures.processorTime(of: getpid())
    try run(bench)
    let used = ProcessFigures.processorTime(of: getpid()) - before
    bench.found(
      Finding(
        name: "\(name), the generator itself", unit: "% of a core", better: .lower,
        value: used / began.duration(to: .now) * 100))
  }
}
