// How fast output goes through, beside the same through the C relay and from a bare pty.

import EventLoop

/// The scenario `flood`.
struct FloodScenario: Scenario {
  /// All are measured by turns, so that what disturbs the machine disturbs all of them.
  private static let rounds = 15
  /// All terminals together, in MiB a round and second of the run's time.
  private static let volume = 11.0

  let name = "flood"

  func run(_ bench: Bench) throws {
    for count in bench.options.counts ?? [1, 8, 64] {
      try run(bench, count)
    }
  }

  /// What one kind of line did.
  private struct Sum {
    var rates: [Double] = []
    var bytes = 0
    var processorTime = Duration.zero

    var rate: Double { rates.sorted()[rates.count / 2] }
    /// Seconds per GB.
    var cost: Double { processorTime / .seconds(1) / (Double(bytes) / 1e9) }
  }

  private func run(_ bench: Bench, _ count: Int) throws {
    let share = max(1, Int(Self.volume * (bench.options.time / .seconds(1))) / count)
    let what = "flood-\(share)"
    let server = try bench.programs.startServer(bench.options)
    defer { server.stop() }
    let floor = try bench.programs.startFloor(what)
    defer { floor.stop() }
    let cookie = try visit(port: server.port)
    let peers = try bench.programs.startPeers(bench.options)
    defer { peers.forEach { $0.program.stop() } }
    var kinds: [(program: RunningProgram?, make: () -> any Line)] = [
      (
        server,
        { ChannelLine(port: server.port, cookie: cookie, what: what, context: bench.context) }
      ),
      (floor, { RawLine(port: floor.port, context: bench.context) }),
      (nil, { RawLine(child: bench.programs.child, what: what, context: bench.context) }),
    ]
    kinds += peers.map { peer in
      (
        peer.program,
        { TtydLine(port: peer.program.port, what: what, context: bench.context) }
      )
    }
    var sums = kinds.map { _ in Sum() }
    for _ in 0..<Self.rounds {
      for (index, kind) in kinds.enumerated() {
        let before = kind.program?.processorTime ?? .zero
        let (bytes, time) = try round(bench, count, kind.make)
        sums[index].processorTime += (kind.program?.processorTime ?? .zero) - before
        sums[index].bytes += bytes
        sums[index].rates.append(Double(bytes) / 1e6 / (time / .seconds(1)))
      }
    }
    report(bench, count, sums[0], sums[1], sums[2])
    for (peer, sum) in zip(peers, sums.dropFirst(3)) {
      report(bench, count, sums[0], beside: peer.name, sum)
    }
  }

  private func round(
    _ bench: Bench, _ count: Int, _ makeLine: () -> any Line
  ) throws -> (bytes: Int, time: Duration) {
    let flooders = (0..<count).map { _ in Flooder(makeLine()) }
    defer { flooders.forEach { $0.line.close() } }
    for flooder in flooders { try flooder.line.open() }
    try bench.turn(until: { flooders.allSatisfy(\.isReady) }, "all floods are ready")
    let began = MonotonicInstant.now
    flooders.forEach { $0.start() }
    try bench.turn(
      until: { flooders.allSatisfy { $0.end != nil } }, "all floods end", timeout: .seconds(120))
    let time = began.duration(to: .now)
    return (flooders.reduce(0) { $0 + $1.count }, time)
  }

  private func report(
    _ bench: Bench, _ count: Int, _ server: Sum, beside peer: String, _ other: Sum
  ) {
    let terminals = "flood, \(count) terminal\(count == 1 ? "" : "s")"
    bench.found(
      Finding(
        name: "\(terminals), beside \(peer)", unit: "MB/s", better: .higher, value: server.rate,
        floorName: "MB/s \(peer)", floor: other.rate, bar: 1))
    bench.found(
      Finding(
        name: "\(terminals), CPU beside \(peer)", unit: "s/GB", better: .lower,
        value: server.cost, floorName: "s/GB \(peer)", floor: other.cost, bar: 1))
  }

  private func report(_ bench: Bench, _ count: Int, _ server: Sum, _ relay: Sum, _ bare: Sum) {
    let terminals = "flood, \(count) terminal\(count == 1 ? "" : "s")"
    let hasBar = count == 1 || count == 64
    bench.found(
      Finding(
        name: terminals, unit: "MB/s", better: .higher, value: server.rate,
        floorName: "MB/s C relay", floor: relay.rate, bar: hasBar ? 1 : nil))
    bench.found(
      Finding(
        name: "\(terminals), beside a bare read loop", unit: "MB/s", better: .higher,
        value: server.rate, floorName: "MB/s bare pty", floor: bare.rate,
        bar: hasBar ? 0.95 : nil))
    bench.found(
      Finding(
        name: "\(terminals), server's CPU", unit: "s/GB", better: .lower, value: server.cost,
        floorName: "s/GB C relay", floor: relay.cost, bar: count == 1 ? 1.05 : hasBar ? 1.15 : nil))
  }
}
