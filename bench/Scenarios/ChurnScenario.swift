// How fast terminals are opened and ended, and whether anything of them is left.

import EventLoop

/// The scenario `churn`.
struct ChurnScenario: Scenario {
  private static let atOnce = 16
  /// All of them together.
  private static let standardCount = 10_000
  /// The two are measured by turns, so that what disturbs the machine disturbs both.
  private static let rounds = 5

  let name = "churn"

  /// Opens lines whose children end at once, for as long as there are some left.
  private final class Wheel: LineListener {
    private var lines: [ObjectIdentifier: any Line] = [:]
    private var left: Int
    private let make: () -> any Line
    private(set) var ended = 0
    private(set) var failure: String?

    init(_ count: Int, _ make: @escaping () -> any Line) {
      left = count
      self.make = make
    }

    func start() { for _ in 0..<min(left, ChurnScenario.atOnce) { next() } }

    private func next() {
      guard left > 0 else { return }
      left -= 1
      let line = make()
      line.listener = self
      lines[ObjectIdentifier(line)] = line
      do { try line.open() } catch { failure = "\(error)" }
    }

    func line(_ line: any Line, received bytes: RawSpan) {}

    func lineEnded(_ line: any Line, _ reason: String) {
      // A channel's error is told before its close: that one counts.
      guard lines.removeValue(forKey: ObjectIdentifier(line)) != nil else { return }
      if reason.contains("error") { failure = reason }
      line.close()
      ended += 1
      next()
    }
  }

  func run(_ bench: Bench) throws {
    let count = (bench.options.counts?.max() ?? Self.standardCount) / Self.rounds
    let server = try bench.programs.startServer(bench.options)
    defer { server.stop() }
    let floor = try bench.programs.startFloor("exit")
    defer { floor.stop() }
    let cookie = try visit(port: server.port)
    let kinds: [() -> any Line] = [
      { ChannelLine(port: server.port, cookie: cookie, what: "exit", context: bench.context) },
      { RawLine(port: floor.port, context: bench.context) },
    ]
    // What the first ones bring along stays: caches, and the memory that a loop of this width
    // takes.
    _ = try turn(bench, 200, kinds[0])
    let before = (server.descriptorCount, server.residentBytes)
    var rates: [[Double]] = [[], []]
    for _ in 0..<Self.rounds {
      for (index, kind) in kinds.enumerated() {
        rates[index].append(try turn(bench, max(1, count), kind))
      }
    }
    try bench.turn(until: { server.childCount == 0 }, "no child is left")
    try bench.turn(for: .milliseconds(200))
    let medians = rates.map { $0.sorted()[$0.count / 2] }
    bench.found(
      Finding(
        name: "churn, terminals opened and ended", unit: "a second", better: .higher,
        value: medians[0], floorName: "C relay", floor: medians[1]))
    let total = max(1, count) * Self.rounds
    bench.found(
      Finding(
        name: "churn, descriptors left after \(total)", unit: "", better: .lower,
        value: Double(max(0, server.descriptorCount - before.0)), bar: 0))
    bench.found(
      Finding(
        name: "churn, memory left after \(total)", unit: "KB", better: .lower,
        value: Double(server.residentBytes - before.1) / 1024))
  }

  private func turn(_ bench: Bench, _ count: Int, _ make: @escaping () -> any Line) throws -> Double
  {
    let wheel = Wheel(count, make)
    let began = MonotonicInstant.now
    wheel.start()
    try bench.turn(
      until: { wheel.ended == count || wheel.failure != nil }, "all terminals end",
      timeout: .seconds(120))
    if let failure = wheel.failure { throw BenchFailure("a terminal did not open: \(failure)") }
    return Double(count) / (began.duration(to: .now) / .seconds(1))
  }
}
