// What terminals cost in which nothing happens.

import EventLoop

/// The scenario `idle`.
struct IdleScenario: Scenario {
  /// In bytes, and in percent of a core.
  private static let memoryBar = 8192.0
  private static let processorBar = 0.5
  private static let largestCount = 10_000
  /// Every channel is pinged once in so long: no shorter time says what idling costs.
  private static let largestTime: Duration = .seconds(20)

  let name = "idle"

  func run(_ bench: Bench) throws {
    // A system that has fewer descriptors is asked for as many terminals as it can have.
    let counts =
      bench.options.counts ?? [100, 1000, min(Self.largestCount, Programs.mostTerminals)]
    for count in counts {
      try run(bench, count, isLargest: bench.options.counts == nil && count == counts.last)
    }
  }

  private func run(_ bench: Bench, _ count: Int, isLargest: Bool) throws {
    let server = try bench.programs.startServer(bench.options)
    defer { server.stop() }
    let cookie = try visit(port: server.port)
    let resident = server.residentBytes
    let proportional = server.proportionalBytes
    if count == bench.options.counts?.first ?? 100 {
      bench.found(
        Finding(
          name: "idle server, resident", unit: "MB", better: .lower,
          value: Double(resident) / 1e6))
    }
    let lines = try Openers(bench: bench).channels(count, port: server.port, cookie: cookie)
    defer { lines.forEach { $0.close() } }
    try bench.turn(for: .seconds(2))
    let bars: (Double?, Double?) =
      isLargest ? (Self.memoryBar, Self.processorBar) : (nil, nil)
    let before = server.processorTime
    let began = MonotonicInstant.now
    try bench.turn(for: max(bench.options.time, isLargest ? Self.largestTime : .seconds(1)))
    let share = (server.processorTime - before) / began.duration(to: .now) * 100
    for (title, bytes) in [
      ("resident", server.residentBytes - resident),
      ("proportional", server.proportionalBytes - proportional),
    ] {
      bench.found(
        Finding(
          name: "idle, \(count) terminals, \(title) memory of one", unit: "bytes", better: .lower,
          value: Double(bytes) / Double(count), bar: title == "resident" ? bars.0 : nil))
    }
    bench.found(
      Finding(
        name: "idle, \(count) terminals, server's CPU", unit: "% of a core", better: .lower,
        value: share, bar: bars.1))
  }
}
