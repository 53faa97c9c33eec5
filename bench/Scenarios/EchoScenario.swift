// How long a key takes to its echo, beside the same through the C relay and on a bare pty.

import EventLoop

/// The scenario `echo`.
struct EchoScenario: Scenario {
  /// All are measured by turns in rounds, so that what disturbs the machine disturbs all of them.
  /// One terminal gets as many short rounds as bring two relays side by side to 0.98 to 1.04 of
  /// each other (with 6 rounds: 0.94 to 1.10). In a round of a crowd everybody types a few times; a
  /// large one gets more of them, since its 99th percentile is made by the few moments in which the
  /// machine stands still.
  private static func rounds(_ count: Int) -> (number: Int, share: Int) {
    count == 1 ? (40, 40) : count < 500 ? (10, 10) : (40, 10)
  }
  /// What a fast typist does, times two.
  private static let pace: Duration = .milliseconds(50)

  let name = "echo"

  func run(_ bench: Bench) throws {
    for count in bench.options.counts ?? [1, 50, 500] {
      try run(bench, count)
    }
  }

  private func run(_ bench: Bench, _ count: Int) throws {
    let server = try bench.programs.startServer(bench.options)
    defer { server.stop() }
    let floor = try bench.programs.startFloor("echo")
    defer { floor.stop() }
    let cookie = try visit(port: server.port)
    let peers = try bench.programs.startPeers(bench.options)
    defer { peers.forEach { $0.program.stop() } }
    var kinds: [LineMaker] = [
      { ChannelLine(port: server.port, cookie: cookie, what: $0, context: bench.context) },
      { _ in RawLine(port: floor.port, context: bench.context) },
      { RawLine(child: bench.programs.child, what: $0, context: bench.context) },
    ]
    kinds += peers.map { peer in
      { TtydLine(port: peer.program.port, what: $0, context: bench.context) }
    }
    // One key alone is compared with another build's, too.
    let baseline = count == 1 ? try bench.programs.startBaseline(bench.options) : nil
    defer { baseline?.stop() }
    if let baseline {
      let cookie = try visit(port: baseline.port)
      kinds.append {
        ChannelLine(port: baseline.port, cookie: cookie, what: $0, context: bench.context)
      }
    }
    let crowds = try kinds.map { try Crowd(count, pace: count == 1 ? nil : Self.pace, bench, $0) }
    defer { crowds.forEach { $0.close() } }
    // The first round warms up all of them: the machine, too, is still busy with what was opened
    // last. Each of the others begins with another one.
    let rounds = Self.rounds(count)
    for round in 0...rounds.number {
      for index in crowds.indices {
        let crowd = crowds[(index + round) % crowds.count]
        try crowd.type(for: bench.options.time / (kinds.count * rounds.share))
        if round == 0 { crowd.forget() }
      }
    }
    let echoes = crowds.map(\.echoes)
    let terminals = "\(count) terminal\(count == 1 ? "" : "s")"
    for (share, title) in [
      (0.5, "median"), (0.9, "p90"), (0.99, "p99"), (0.999, "p99.9"), (1, "max"),
    ] {
      let bars = count == 1 ? [0.5: 1.10] : count == 500 ? [0.5: 1.15, 0.99: 1.15] : [:]
      bench.found(
        Finding(
          name: "echo, \(terminals), \(title)", unit: "µs", better: .lower,
          value: Double(echoes[0].percentile(share)) / 1000, floorName: "µs C relay",
          floor: Double(echoes[1].percentile(share)) / 1000, bar: bars[share]))
    }
    bench.found(
      Finding(
        name: "echo, \(terminals), median beside a bare pty", unit: "µs", better: .lower,
        value: Double(echoes[0].percentile(0.5)) / 1000, floorName: "µs bare pty",
        floor: Double(echoes[2].percentile(0.5)) / 1000))
    if baseline != nil, let former = echoes.last {
      bench.found(
        Finding(
          name: "echo, \(terminals), median beside the baseline", unit: "µs", better: .lower,
          value: Double(echoes[0].percentile(0.5)) / 1000, floorName: "µs baseline",
          floor: Double(former.percentile(0.5)) / 1000, bar: 1.02))
    }
    for (peer, echoes) in zip(peers, echoes.dropFirst(3)) {
      for (share, title) in [(0.5, "median"), (0.99, "p99")] {
        bench.found(
          Finding(
            name: "echo, \(terminals), \(title) beside \(peer.name)", unit: "µs", better: .lower,
            value: Double(crowds[0].echoes.percentile(share)) / 1000,
            floorName: "µs \(peer.name)", floor: Double(echoes.percentile(share)) / 1000, bar: 1))
      }
    }
  }
}
