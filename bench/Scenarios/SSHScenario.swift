// What a visitor has of it: everything through a real ssh and a real sshd, beside the same ssh on a
// bare pty.

import EventLoop

/// The scenario `ssh`.
struct SSHScenario: Scenario {
  /// MiB that a flood of one terminal has, and one of many.
  private static let (large, small) = (32, 1)
  private static let many = 100
  private static let (echoRounds, floodRounds, openings) = (10, 7, 40)
  private static let pace: Duration = .milliseconds(100)
  /// Before ^C is pressed.
  private static let flooding: Duration = .seconds(3)
  private static let interrupts = 3

  let name = "ssh"

  /// What all parts work with.
  private struct Stage {
    let bench: Bench
    let host: SSHHost
    let server: RunningProgram
    let cookie: String
    let ssh: String

    func path(_ kind: String) -> String {
      "/remote/ssh/\(host.access.user)/\(host.port(for: kind))"
    }

    func channel(_ kind: String, port: UInt16? = nil) -> ChannelLine {
      ChannelLine(
        port: port ?? server.port, cookie: cookie, path: path(kind), context: bench.context)
    }

    func bare(_ kind: String) -> RawLine {
      RawLine(program: ssh, host.command(for: kind), context: bench.context)
    }

    func found(
      _ what: String, _ unit: String, _ better: Finding.Better, _ value: Double, _ floor: Double,
      bar: Double? = nil, beside: String = "bare ssh"
    ) {
      bench.found(
        Finding(
          name: "through ssh, \(what)", unit: unit, better: better, value: value,
          floorName: "\(unit) \(beside)", floor: floor, bar: bar))
    }
  }

  func run(_ bench: Bench) throws {
    guard let ssh = Programs.find("ssh") else { throw BenchFailure("no ssh on PATH") }
    let host = try bench.programs.startHost([
      "echo", "flood", "flood-\(Self.large)", "flood-\(Self.small)", "exit",
    ])
    defer { host.stop() }
    let server = try bench.programs.startServer(host: host)
    defer { server.stop() }
    let cookie = try visit(
      port: server.port, path: "/remote/ssh/\(host.access.user)/\(host.port(for: "echo"))")
    let stage = Stage(bench: bench, host: host, server: server, cookie: cookie, ssh: ssh)
    for count in bench.options.counts ?? [1, Self.many] {
      try echo(stage, count)
      try flood(stage, count)
    }
    try interrupt(stage)
    try openings(stage)
  }

  // MARK: Parts

  private func echo(_ stage: Stage, _ count: Int) throws {
    let bench = stage.bench
    let idle = ProcessFigures.familyBytes(of: stage.server.process)
    let pace = count == 1 ? nil : Self.pace
    let through = try Crowd(count, pace: pace, bench) { _ in stage.channel("echo") }
    defer { through.close() }
    let memory = ProcessFigures.familyBytes(of: stage.server.process) - idle
    var started: [RawLine.Started] = []
    let bare = try Crowd(count, pace: pace, bench) { _ in
      let line = stage.bare("echo")
      started.append(line.started)
      return line
    }
    defer { bare.close() }
    let bareMemory = started.reduce(0) { $0 + ProcessFigures.familyBytes(of: $1.process) }
    let peer = try count == 1 ? bench.programs.startPeer(stage.host, "echo") : nil
    defer { peer?.stop() }
    let peers = try peer.map { peer in
      [
        try Crowd(count, pace: pace, bench) { _ in
          TtydLine(port: peer.port, what: "", context: bench.context)
        }
      ]
    }
    let crowds = [through, bare] + (peers ?? [])
    for round in 0...Self.echoRounds {
      for index in crowds.indices {
        let crowd = crowds[(index + round) % crowds.count]
        try crowd.type(for: bench.options.time / (2 * Self.echoRounds))
        if round == 0 { crowd.forget() }
      }
    }
    for (share, title) in [(0.5, "median"), (0.99, "p99")] {
      let values = crowds.map { Double($0.echoes.percentile(share)) / 1000 }
      let what = "echo of \(count), \(title)"
      stage.found(what, "µs", .lower, values[0], values[1], bar: share == 0.5 ? 1.05 : nil)
      if values.count > 2 {
        stage.found(what, "µs", .lower, values[0], values[2], bar: 1, beside: "ttyd and ssh")
      }
    }
    stage.found(
      "memory of one of \(count), all processes on this side", "KB", .lower,
      Double(memory) / 1000 / Double(count), Double(bareMemory) / 1000 / Double(count))
    peers?.forEach { $0.close() }
  }

  private func flood(_ stage: Stage, _ count: Int) throws {
    let kind = "flood-\(count == 1 ? Self.large : Self.small)"
    let peer = try count == 1 ? stage.bench.programs.startPeer(stage.host, kind) : nil
    defer { peer?.stop() }
    var makers: [() -> any Line] = [{ stage.channel(kind) }, { stage.bare(kind) }]
    if let peer {
      makers.append { TtydLine(port: peer.port, what: "", context: stage.bench.context) }
    }
    var rates = makers.map { _ in [Double]() }
    for _ in 0..<(count == 1 ? Self.floodRounds : 2) {
      for (index, make) in makers.enumerated() {
        rates[index].append(try rate(stage.bench, count, make))
      }
    }
    let medians = rates.map { $0.sorted()[$0.count / 2] }
    stage.found("flood of \(count)", "MB/s", .higher, medians[0], medians[1], bar: 0.95)
    if medians.count > 2 {
      stage.found(
        "flood of \(count)", "MB/s", .higher, medians[0], medians[2], bar: 1,
        beside: "ttyd and ssh")
    }
  }

  private func rate(_ bench: Bench, _ count: Int, _ make: () -> any Line) throws -> Double {
    var flooders: [Flooder] = []
    defer { flooders.forEach { $0.line.close() } }
    for _ in 0..<count {
      let flooder = Flooder(make())
      try flooder.line.open()
      flooders.append(flooder)
      // A few log in at the same time.
      try bench.turn(until: { flooders.count { !$0.isReady } < 8 }, "a flood is ready")
    }
    try bench.turn(until: { flooders.allSatisfy(\.isReady) }, "all floods are ready")
    let began = MonotonicInstant.now
    flooders.forEach { $0.start() }
    try bench.turn(
      until: { flooders.allSatisfy { $0.end != nil } }, "all floods end", timeout: .seconds(60))
    let bytes = flooders.reduce(0) { $0 + $1.count }
    return Double(bytes) / 1e6 / (began.duration(to: .now) / .seconds(1))
  }

  private func interrupt(_ stage: Stage) throws {
    let links: [(shape: LinkShape?, bar: Double)] = [
      (LinkShape(name: "64 KB/s", rate: 65536, roundTrip: .zero), 250),
      (LinkShape(name: "1 MB/s, 20 ms", rate: 1_048_576, roundTrip: .milliseconds(20)), 150),
      (nil, 100),
    ]
    for (shape, bar) in links {
      var times = Histogram()
      for _ in 0..<Self.interrupts {
        let link = try shape.map {
          try Link($0, to: stage.server.port, context: stage.bench.context)
        }
        defer { link?.close() }
        times.record(try interrupt(stage, stage.channel("flood", port: link?.port)))
      }
      stage.bench.found(
        Finding(
          name: "through ssh, ^C under a flood, \(shape?.name ?? "loopback"), median", unit: "ms",
          better: .lower, value: Double(times.percentile(0.5)) / 1e6, bar: bar))
    }
  }

  private func interrupt(_ stage: Stage, _ line: ChannelLine) throws -> Duration {
    let (bench, flooder) = (stage.bench, Flooder(line))
    try line.open()
    try bench.turn(until: { flooder.isReady }, "the flood is ready")
    flooder.start()
    try bench.turn(for: Self.flooding)
    let pressed = MonotonicInstant.now
    // What the child says last may be in the painting, or come after it as it is: the skip is what
    // ends the wait.
    var shownAt: MonotonicInstant?
    line.whenSkipped = { shownAt = .now }
    flooder.interrupt()
    try bench.turn(until: { shownAt != nil || flooder.stoppedAt != nil }, "^C stops the flood")
    line.end()
    try bench.turn(until: { flooder.end != nil }, "the terminal ends", timeout: .seconds(60))
    return pressed.duration(to: flooder.stoppedAt ?? shownAt ?? pressed)
  }

  private func openings(_ stage: Stage) throws {
    var rates: [[Double]] = [[], []]
    let makers: [() -> any Line] = [{ stage.channel("echo") }, { stage.bare("echo") }]
    for _ in 0..<3 {
      for (index, make) in makers.enumerated() {
        let began = MonotonicInstant.now
        for _ in 0..<Self.openings / 4 {
          let flooders = (0..<4).map { _ in Flooder(make()) }
          defer { flooders.forEach { $0.line.close() } }
          for flooder in flooders { try flooder.line.open() }
          try stage.bench.turn(until: { flooders.allSatisfy(\.isReady) }, "four are there")
          for case let channel as ChannelLine in flooders.map(\.line) { channel.end() }
        }
        rates[index].append(
          Double(Self.openings) / (began.duration(to: .now) / .seconds(1)))
      }
    }
    let medians = rates.map { $0.sorted()[$0.count / 2] }
    stage.found("terminals opened", "a second", .higher, medians[0], medians[1], bar: 0.95)
  }
}
