// What terminals cost in which nothing happens.

import EventLoop

/// The scenario `idle`.
struct IdleScenario: Scenario {
  /// In bytes.
  private static let memoryBar = 6451.0
  /// Beside a loop in C that does nothing else but ping, and beside the baseline.
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
    let server = try measure(bench, count, time, try bench.programs.startServer(bench.options))
    if count == bench.options.counts?.first ?? 100 {
      found(bench, "idle server, resident", "MB", server.bare)
    }
    let title = "idle, \(count) terminals"
    found(
      bench, "\(title), resident memory of one", "bytes", server.resident,
      bar: isLast ? Self.memoryBar : nil)
    found(bench, "\(title), proportional memory of one", "bytes", server.proportional)
    found(bench, "\(title), server's CPU", "% of a core", server.share)
    found(bench, "\(title), the loop's waits in 6 s", "", server.waits)
    guard isLast else { return }
    found(
      bench, "\(title), server's CPU beside a pinger", "% of a core", server.share,
      ("% C pinger", try measureFloor(bench, count, time)), bar: hasBars ? Self.processorBar : nil)
    guard let baseline = try bench.programs.startBaseline(bench.options) else { return }
    let former = try measure(bench, count, time, baseline)
    for (name, unit, value, floor, bar) in [
      ("resident memory of one", "bytes", server.resident, former.resident, nil),
      ("server's CPU", "% of a core", server.share, former.share, Self.processorBar),
      ("the loop's waits in 6 s", "", server.waits, former.waits, Self.processorBar),
    ] {
      found(
        bench, "\(title), \(name) beside the baseline", unit, value, ("baseline", floor), bar: bar)
    }
  }

  private func found(
    _ bench: Bench, _ name: String, _ unit: String, _ value: Double,
    _ floor: (name: String, value: Double)? = nil, bar: Double? = nil
  ) {
    bench.found(
      Finding(
        name: name, unit: unit, better: .lower, value: value, floorName: floor?.name,
        floor: floor?.value, bar: bar))
  }

  private struct Figures {
    /// What the server has before there is a terminal, in MB.
    var bare: Double
    /// What a terminal takes, in bytes.
    var resident: Double
    var proportional: Double
    /// What the server takes of a core, in percent.
    var share: Double
    var waits: Double
  }

  /// Measures a server, and ends it.
  private func measure(
    _ bench: Bench, _ count: Int, _ time: Duration, _ server: RunningProgram
  ) throws -> Figures {
    defer { server.stop() }
    let cookie = try visit(port: server.port)
    let resident = server.residentBytes
    let proportional = server.proportionalBytes
    let lines = try Openers(bench: bench).channels(
      count, of: server, cookie: cookie, areProcesses: true)
    defer { lines.forEach { $0.close() } }
    try bench.turn(for: .seconds(2))
    let waits = server.waits
    let share = try share(of: server, bench, time)
    return Figures(
      bare: Double(resident) / 1e6,
      resident: Double(server.residentBytes - resident) / Double(count),
      proportional: Double(server.proportionalBytes - proportional) / Double(count), share: share,
      waits: Double(server.waits - waits) * (.seconds(6) / time))
  }

  /// The least that it takes to ask as many connections as often as the server does whether they
  /// are there.
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
