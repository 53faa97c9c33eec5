// How soon ^C stops a flood, and how much of a link a flood fills: the two sides of a window.

import EventLoop

/// The scenario `interrupt`.
struct InterruptScenario: Scenario {
  /// A link with its two bars.
  private struct Row {
    let shape: LinkShape
    /// Milliseconds.
    let interruptBar: Double
    let shareBar: Double
  }

  private static let rows = [
    Row(
      shape: LinkShape(name: "64 KB/s", rate: 65536, roundTrip: .zero),
      interruptBar: 250, shareBar: 0.95),
    Row(
      shape: LinkShape(name: "64 KB/s, 4 KB buffer", rate: 65536, roundTrip: .zero, buffer: 4096),
      interruptBar: 250, shareBar: 0.95),
    Row(
      shape: LinkShape(name: "1 MB/s, 20 ms", rate: 1_048_576, roundTrip: .milliseconds(20)),
      interruptBar: 80, shareBar: 0.95),
    Row(
      shape: LinkShape(name: "2 MB/s, 100 ms", rate: 2_097_152, roundTrip: .milliseconds(100)),
      interruptBar: 160, shareBar: 0.92),
  ]
  private static let loopbackBar = 20.0
  private static let trials = 5

  let name = "interrupt"

  func run(_ bench: Bench) throws {
    let server = try bench.programs.startServer(bench.options)
    defer { server.stop() }
    let cookie = try visit(port: server.port)
    for row in Self.rows { try run(bench, row, server, cookie) }
    var times = Histogram()
    for _ in 0..<Self.trials {
      times.record(try trial(bench, server.port, cookie, time: .milliseconds(500)).interrupt)
    }
    report(bench, times, "loopback", bar: Self.loopbackBar)
  }

  private func run(_ bench: Bench, _ row: Row, _ server: RunningProgram, _ cookie: String) throws {
    var times = Histogram()
    var shares: [Double] = []
    for _ in 0..<Self.trials {
      let link = try Link(row.shape, to: server.port, context: bench.context)
      defer { link.close() }
      // Long enough for the beginning not to hide the rest, and short enough for it to show.
      let outcome = try trial(bench, link.port, cookie, time: bench.options.time / 2)
      times.record(outcome.interrupt)
      shares.append(outcome.rate / Double(row.shape.rate))
    }
    report(bench, times, row.shape.name, bar: row.interruptBar)
    bench.found(
      Finding(
        name: "a flood fills \(row.shape.name)", unit: "of the link", better: .higher,
        value: shares.sorted()[shares.count / 2], bar: row.shareBar))
  }

  private func report(_ bench: Bench, _ times: Histogram, _ link: String, bar: Double) {
    bench.found(
      Finding(
        name: "^C under a flood, \(link), median", unit: "ms", better: .lower,
        value: Double(times.percentile(0.5)) / 1e6, bar: bar))
  }

  private func trial(
    _ bench: Bench, _ port: UInt16, _ cookie: String, time: Duration
  ) throws -> (interrupt: Duration, rate: Double) {
    let line = ChannelLine(port: port, cookie: cookie, what: "flood", context: bench.context)
    let flooder = Flooder(line)
    try line.open()
    try bench.turn(until: { flooder.isReady }, "the flood is ready")
    flooder.start()
    try bench.turn(until: { flooder.firstAt != nil }, "the flood begins")
    let began = MonotonicInstant.now
    let before = flooder.count
    try bench.turn(for: time)
    let pressed = MonotonicInstant.now
    let rate = Double(flooder.count - before) / (began.duration(to: pressed) / .seconds(1))
    flooder.interrupt()
    try bench.turn(until: { flooder.stoppedAt != nil }, "^C stops the flood")
    line.end()
    try bench.turn(until: { flooder.end != nil }, "the terminal ends")
    return (pressed.duration(to: flooder.stoppedAt ?? pressed), rate)
  }
}
