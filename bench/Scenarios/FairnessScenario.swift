// How long keys take in quiet terminals while others flood.

import EventLoop

/// The scenario `fairness`.
struct FairnessScenario: Scenario {
  private static let pace: Duration = .milliseconds(50)
  private static let typists = 50
  private static let flooders = 2
  private static let rounds = 4

  let name = "fairness"

  func run(_ bench: Bench) throws {
    let server = try bench.programs.startServer(bench.options)
    defer { server.stop() }
    let echoFloor = try bench.programs.startFloor("echo")
    defer { echoFloor.stop() }
    let cookie = try visit(port: server.port)
    func channel(_ what: String) -> any Line {
      ChannelLine(port: server.port, cookie: cookie, what: what, context: bench.context)
    }
    let ours = try Crowd(Self.typists, pace: Self.pace, bench, channel)
    defer { ours.close() }
    let quiet = try measure(bench, ours, [])
    let floods = (0..<Self.flooders).map { _ in Flooder(channel("flood")) }
    defer { floods.forEach { $0.line.close() } }
    let busy = try measure(bench, ours, floods)
    for (share, title) in [(0.5, "median"), (0.99, "p99")] {
      bench.found(
        Finding(
          name: "echo of \(Self.typists) beside \(Self.flooders) floods, \(title)", unit: "µs",
          better: .lower, value: Double(busy.percentile(share)) / 1000,
          floorName: "µs without floods", floor: Double(quiet.percentile(share)) / 1000))
    }
    let volume = floods.reduce(0) { $0 + $1.count }
    bench.found(
      Finding(
        name: "the floods meanwhile", unit: "MB/s", better: .higher,
        value: Double(volume) / 1e6 / (bench.options.time / .seconds(1))))
  }

  private func measure(_ bench: Bench, _ crowd: Crowd, _ floods: [Flooder]) throws -> Histogram {
    for flood in floods { try flood.line.open() }
    try bench.turn(until: { floods.allSatisfy(\.isReady) }, "the floods are ready")
    floods.forEach { $0.start() }
    crowd.forget()
    for _ in 0..<Self.rounds { try crowd.type(for: bench.options.time / Self.rounds) }
    return crowd.echoes
  }
}
