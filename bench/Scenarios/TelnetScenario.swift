// The telnet that is built in: the echo of a device, how fast lines are opened, what an idle one
// takes.

import EventLoop

/// The scenario `telnet`.
struct TelnetScenario: Scenario {
  private static let rounds = 40
  private static let idleCount = 2000
  /// Opened by each of the two in one round.
  private static let openings = 100
  private static let openingRounds = 3

  let name = "telnet"

  func run(_ bench: Bench) throws {
    let device = try bench.programs.startDevice()
    defer { device.stop() }
    try measureSpeed(bench, device)
    try measureIdle(bench, device)
  }

  private func measureSpeed(_ bench: Bench, _ device: RunningProgram) throws {
    let server = try bench.programs.startServer(device: device.port)
    defer { server.stop() }
    let cookie = try visit(port: server.port, target: device.port)
    let makeLine = {
      ChannelLine(
        port: server.port, cookie: cookie, what: "visitor", target: device.port,
        context: bench.context)
    }
    try measureEcho(bench, device, makeLine)
    try measureOpening(bench, device, makeLine)
  }

  private func measureEcho(
    _ bench: Bench, _ device: RunningProgram, _ makeLine: @escaping () -> any Line
  ) throws {
    let floor = try bench.programs.startFloor(device: device.port)
    defer { floor.stop() }
    let kinds: [LineMaker] = [
      { _ in makeLine() }, { _ in FrameLine(port: floor.port, context: bench.context) },
    ]
    let crowds = try kinds.map { try Crowd(1, pace: nil, bench, $0) }
    defer { crowds.forEach { $0.close() } }
    for round in 0...Self.rounds {
      for index in crowds.indices {
        let crowd = crowds[(index + round) % crowds.count]
        try crowd.type(for: bench.options.time / (kinds.count * Self.rounds))
        if round == 0 { crowd.forget() }
      }
    }
    for (share, title) in [(0.5, "median"), (0.99, "p99")] {
      bench.found(
        Finding(
          name: "telnet, echo, \(title)", unit: "µs", better: .lower,
          value: Double(crowds[0].echoes.percentile(share)) / 1000, floorName: "µs C relay",
          floor: Double(crowds[1].echoes.percentile(share)) / 1000, bar: share == 0.5 ? 1.10 : nil))
    }
  }

  /// From a page's request to the device's first byte.
  private func measureOpening(
    _ bench: Bench, _ device: RunningProgram, _ makeLine: @escaping () -> any Line
  ) throws {
    var kinds = [makeLine]
    var byProgram: RunningProgram?
    defer { byProgram?.stop() }
    if let telnet = Programs.find("telnet") {
      let server = try bench.programs.startServer(device: device.port, program: telnet)
      byProgram = server
      let cookie = try visit(port: server.port, target: device.port)
      kinds.append {
        ChannelLine(
          port: server.port, cookie: cookie, what: "visitor", target: device.port,
          context: bench.context)
      }
    }
    let count = min(Self.openings, bench.options.counts?.max() ?? Self.openings)
    var rates: [[Double]] = kinds.map { _ in [] }
    for _ in 0..<Self.openingRounds {
      for (index, kind) in kinds.enumerated() {
        let wheel = OpeningWheel(count, kind)
        let began = MonotonicInstant.now
        wheel.start()
        try bench.turn(
          until: { wheel.opened == count || wheel.failure != nil }, "all lines open",
          timeout: .seconds(60))
        if let failure = wheel.failure { throw BenchFailure("a line did not open: \(failure)") }
        rates[index].append(Double(count) / (began.duration(to: .now) / .seconds(1)))
      }
    }
    let medians = rates.map { $0.sorted()[$0.count / 2] }
    bench.found(
      Finding(
        name: "telnet, lines opened", unit: "a second", better: .higher, value: medians[0],
        floorName: medians.count > 1 ? "by the program" : nil,
        floor: medians.count > 1 ? medians[1] : nil, bar: medians.count > 1 ? 3 : nil))
  }

  private func measureIdle(_ bench: Bench, _ device: RunningProgram) throws {
    let server = try bench.programs.startServer(device: device.port)
    defer { server.stop() }
    let cookie = try visit(port: server.port, target: device.port)
    let resident = server.residentBytes
    let count = bench.options.counts?.max() ?? min(Self.idleCount, Programs.mostTerminals)
    let lines = try Openers(bench: bench).channels(
      count, of: server, cookie: cookie, target: device.port, areProcesses: false)
    defer { lines.forEach { $0.close() } }
    try bench.turn(for: .seconds(1))
    bench.found(
      Finding(
        name: "telnet, \(count) idle lines, resident memory of one", unit: "bytes", better: .lower,
        value: Double(server.residentBytes - resident) / Double(count),
        bar: bench.options.counts == nil ? 8192 : nil))
    bench.found(
      Finding(
        name: "telnet, \(count) idle lines, processes of the server's", unit: "", better: .lower,
        value: Double(server.childCount), bar: 0))
  }

  /// Opens one line after another, some at a time, and ends each with its first byte.
  private final class OpeningWheel: LineListener {
    private static let atOnce = 8

    private var lines: [ObjectIdentifier: any Line] = [:]
    private var left: Int
    private let makeLine: () -> any Line
    private(set) var opened = 0
    private(set) var failure: String?

    init(_ count: Int, _ makeLine: @escaping () -> any Line) {
      left = count
      self.makeLine = makeLine
    }

    func start() { for _ in 0..<min(left, Self.atOnce) { next() } }

    private func next() {
      guard left > 0 else { return }
      left -= 1
      let line = makeLine()
      line.listener = self
      lines[ObjectIdentifier(line)] = line
      do { try line.open() } catch { failure = "\(error)" }
    }

    func line(_ line: any Line, received bytes: RawSpan) {
      // A program says something of its own before: the device's byte is its last.
      let last = bytes.unsafeLoad(fromByteOffset: bytes.byteCount - 1, as: UInt8.self)
      guard last == UInt8(ascii: "."), lines[ObjectIdentifier(line)] != nil else { return }
      lines[ObjectIdentifier(line)] = nil
      (line as? ChannelLine)?.end()
      line.close()
      opened += 1
      next()
    }

    func lineEnded(_ line: any Line, _ reason: String) {
      if lines[ObjectIdentifier(line)] != nil { failure = reason }
    }
  }
}
