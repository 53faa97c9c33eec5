// What terminals cost in which nothing happens.

import EventLoop

/// The scenario `idle`.
struct IdleScenario: Scenario {
  /// In bytes.
  private static let memoryBar = 8192.0
  /// Beside a loop in C that does nothing else but ping.
  private static let processorBar = 1.1
  private static let largestCount = 10_000
  /// Every channel is pinged once in so long: no shorter time says what idling costs.
  private static let largestTime: Duration = .seconds(20)
  /// So often the server pings a quiet channel, or a little less often.
  private static let pingSeconds = 18
  private static let openedAtOnce = 32

  let name = "idle"

  func run(_ bench: Bench) throws {
    // A system that has fewer descriptors is asked for as many terminals as it can have.
    let counts =
      bench.options.counts ?? [100, 1000, min(Self.largestCount, Programs.mostTerminals)]
    for count in counts {
      try run(bench, count, isLast: count == counts.last, hasBars: bench.options.counts == nil)
    }
  }

  private func run(_ bench: Bench, _ count: Int, isLast: Bool, hasBars: Bool) throws {
    let time = max(bench.options.time, isLast && hasBars ? Self.largestTime : .seconds(1))
    let share = try measure(bench, count, time, hasBars: isLast && hasBars)
    bench.found(
      Finding(
        name: "idle, \(count) terminals, server's CPU", unit: "% of a core", better: .lower,
        value: share))
    guard isLast else { return }
    bench.found(
      Finding(
        name: "idle, \(count) terminals, server's CPU beside a pinger", unit: "% of a core",
        better: .lower, value: share, floorName: "% C pinger",
        floor: try measureFloor(bench, count, time), bar: hasBars ? Self.processorBar : nil))
  }

  /// Finds what the terminals take of memory.
  ///
  /// - Returns: What the server takes of a core, in percent.
  private func measure(
    _ bench: Bench, _ count: Int, _ time: Duration, hasBars: Bool
  ) throws -> Double {
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
    let lines = try Openers(bench: bench).channels(
      count, of: server, cookie: cookie, areProcesses: true)
    defer { lines.forEach { $0.close() } }
    try bench.turn(for: .seconds(2))
    let share = try share(of: server, bench, time)
    for (title, bytes) in [
      ("resident", server.residentBytes - resident),
      ("proportional", server.proportionalBytes - proportional),
    ] {
      bench.found(
        Finding(
          name: "idle, \(count) terminals, \(title) memory of one", unit: "bytes", better: .lower,
          value: Double(bytes) / Double(count),
          bar: hasBars && title == "resident" ? Self.memoryBar : nil))
    }
    return share
  }

  /// The least that it takes to ask as many connections as often as the server does whether they are there.
  private func measureFloor(_ bench: Bench, _ count: Int, _ time: Duration) throws -> Double {
    let floor = try bench.programs.startFloor("idle", ping: Self.pingSeconds)
    defer { floor.stop() }
    let descriptors = floor.descriptorCount
    let answerer = Answerer()
    var lines: [RawLine] = []
    defer { lines.forEach { $0.close() } }
    for opened in 1...count {
      let line = RawLine(port: floor.port, context: bench.context)
      line.listener = answerer
      try line.open()
      lines.append(line)
      // Two descriptors each: its socket and its pty.
      if opened % Self.openedAtOnce == 0 || opened == count {
        try bench.turn(
          until: { floor.descriptorCount - descriptors >= 2 * opened }, "the floor's lines open",
          turns: .milliseconds(1))
      }
    }
    try bench.turn(for: .seconds(2))
    return try share(of: floor, bench, time)
  }

  private func share(
    of program: RunningProgram, _ bench: Bench, _ time: Duration
  ) throws -> Double {
    let before = program.processorTime
    let began = MonotonicInstant.now
    try bench.turn(for: time)
    return (program.processorTime - before) / began.duration(to: .now) * 100
  }

  /// Answers pings as a page does.
  private final class Answerer: LineListener {
    private static let pong: [UInt8] = [0x8a, 0x80, 0, 0, 0, 0]

    func line(_ line: any Line, received bytes: RawSpan) { line.type(Self.pong) }

    func lineEnded(_ line: any Line, _ reason: String) {}
  }
}
