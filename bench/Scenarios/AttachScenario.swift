// How soon a page that comes back has its screen again.

import EventLoop

/// The scenario `attach`: a terminal with a full history is left and come back to.
struct AttachScenario: Scenario {
  private static let trials = 40
  /// What history holds by default, in bytes.
  private static let history = 262_144

  let name = "attach"

  /// Counts what comes, and when all of it has.
  private final class Reader: LineListener {
    var count = 0
    var wanted = Int.max
    var doneAt: MonotonicInstant?

    func line(_ line: any Line, received bytes: RawSpan) {
      count += bytes.byteCount
      if count >= wanted, doneAt == nil { doneAt = .now }
    }

    func lineEnded(_ line: any Line, _ reason: String) {}
  }

  func run(_ bench: Bench) throws {
    let server = try bench.programs.startServer(bench.options)
    defer { server.stop() }
    let cookie = try visit(port: server.port)
    func line() -> ChannelLine {
      ChannelLine(port: server.port, cookie: cookie, what: "echo", context: bench.context)
    }
    let first = line()
    let reader = Reader()
    first.listener = reader
    try first.open()
    try bench.turn(until: { reader.count > 0 }, "the terminal is ready")
    // More than history holds, typed in pieces that the room allows.
    for piece in 1...10 {
      first.type([UInt8](repeating: UInt8(ascii: "x"), count: 32768))
      try bench.turn(until: { reader.count >= 1 + piece * 32768 }, "the echo comes")
    }
    let terminal = first.terminal
    first.close()
    var times = Histogram()
    for _ in 0..<Self.trials {
      let again = line()
      let reader = Reader()
      reader.wanted = Self.history
      again.listener = reader
      again.resume = (terminal, 0)
      let began = MonotonicInstant.now
      try again.open()
      try bench.turn(until: { reader.doneAt != nil }, "history comes")
      times.record(began.duration(to: reader.doneAt ?? began))
      again.close()
    }
    for (share, title) in [(0.5, "median"), (0.9, "p90")] {
      bench.found(
        Finding(
          name: "attach, 256 KB of history, \(title)", unit: "ms", better: .lower,
          value: Double(times.percentile(share)) / 1e6))
    }
  }
}
