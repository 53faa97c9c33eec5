// How fast output goes through as programs write it: what leaves the log is drawn, and colours and
// scripts cost more than plain text.

import EventLoop

/// The scenario `output`.
struct OutputScenario: Scenario {
  /// All are measured by turns, so that what disturbs the machine disturbs all of them.
  private static let rounds = 7
  /// In MiB a round and second of the run's time: many times what a log holds.
  private static let volume = 4.0
  private static let kinds = [
    "flood", "log", "ls", "compiler", "cyrillic", "chinese", "screen", "random",
  ]

  let name = "output"

  private struct Sum {
    var rates: [Double] = []
    var bytes = 0
    var processorTime = Duration.zero

    var rate: Double { rates.sorted()[rates.count / 2] }
    /// Seconds per GB.
    var cost: Double { processorTime / .seconds(1) / (Double(bytes) / 1e9) }
  }

  func run(_ bench: Bench) throws {
    let server = try bench.programs.startServer(bench.options)
    defer { server.stop() }
    let cookie = try visit(port: server.port)
    let baseline = try bench.programs.startBaseline(bench.options)
    defer { baseline?.stop() }
    let former = try baseline.map { ($0, try visit(port: $0.port)) }
    for kind in Self.kinds {
      let size = max(1, Int(Self.volume * (bench.options.time / .seconds(1))))
      try run(bench, "\(kind)-\(size)", kind, server, cookie, former)
    }
  }

  private func run(
    _ bench: Bench, _ what: String, _ kind: String, _ server: RunningProgram, _ cookie: String,
    _ former: (program: RunningProgram, cookie: String)?
  ) throws {
    let floor = try bench.programs.startFloor(what)
    defer { floor.stop() }
    var lines: [(program: RunningProgram, make: () -> any Line)] = [
      (
        server,
        { ChannelLine(port: server.port, cookie: cookie, what: what, context: bench.context) }
      ),
      (floor, { RawLine(port: floor.port, context: bench.context) }),
    ]
    if let (program, cookie) = former {
      lines.append(
        (
          program,
          { ChannelLine(port: program.port, cookie: cookie, what: what, context: bench.context) }
        ))
    }
    var sums = lines.map { _ in Sum() }
    for _ in 0..<Self.rounds {
      for (index, line) in lines.enumerated() {
        let before = line.program.processorTime
        let (bytes, time) = try round(bench, line.make())
        sums[index].processorTime += line.program.processorTime - before
        sums[index].bytes += bytes
        sums[index].rates.append(Double(bytes) / 1e6 / (time / .seconds(1)))
      }
    }
    let bars: (relay: (rate: Double, cost: Double)?, baseline: (rate: Double, cost: Double)?) =
      switch kind {
      case "random": (nil, nil)
      case "screen": ((0.7, 3), nil)
      default: ((0.9, 1.5), (0.97, 1.15))
      }
    report(
      bench, kind, sums[0], "C relay", sums[1], rate: bars.relay?.rate, cost: bars.relay?.cost)
    if former != nil {
      report(
        bench, kind, sums[0], "baseline", sums[2], rate: bars.baseline?.rate,
        cost: bars.baseline?.cost)
    }
  }

  private func round(
    _ bench: Bench, _ line: any Line
  ) throws -> (bytes: Int, time: Duration) {
    let flooder = Flooder(line)
    defer { line.close() }
    try line.open()
    try bench.turn(until: { flooder.isReady }, "the output is ready")
    let began = MonotonicInstant.now
    flooder.start()
    try bench.turn(until: { flooder.end != nil }, "the output ends", timeout: .seconds(120))
    return (flooder.count, began.duration(to: .now))
  }

  private func report(
    _ bench: Bench, _ kind: String, _ server: Sum, _ other: String, _ sum: Sum, rate: Double?,
    cost: Double?
  ) {
    let beside = other == "C relay" ? "" : ", beside the \(other)"
    let kind = kind == "flood" ? "plain" : kind
    bench.found(
      Finding(
        name: "output, \(kind)\(beside)", unit: "MB/s", better: .higher, value: server.rate,
        floorName: "MB/s \(other)", floor: sum.rate, bar: rate))
    bench.found(
      Finding(
        name: "output, \(kind)\(beside), server's CPU", unit: "s/GB", better: .lower,
        value: server.cost, floorName: "s/GB \(other)", floor: sum.cost, bar: cost))
  }
}
