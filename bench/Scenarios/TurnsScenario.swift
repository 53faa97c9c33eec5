// What one may do to all others: the echo of a quiet terminal beside each, and the loop's longest
// turns.

import EventLoop

/// The scenario `turns`.
struct TurnsScenario: Scenario {
  private static let pace: Duration = .milliseconds(20)
  /// The worst echo beside one that makes trouble, and beside many, in milliseconds.
  private static let (echoBar, crowdBar) = (25.0, 100.0)
  private static let crowd = 64
  private static let directories = 100
  /// Messages that all pages together have on their way, about: what more would take is the
  /// generator's time, in which it hears no echo.
  private static let batch = 1000

  let name = "turns"

  func run(_ bench: Bench) throws {
    try runHosts(bench)
    try runPages(bench)
    try runTools(bench, terminals: bench.options.counts?.first ?? 300)
  }

  // MARK: Hosts

  private struct Host {
    let title: String
    let kind: String
    let size: (columns: Int, rows: Int)
    var sizes: [(columns: Int, rows: Int)] = []
    var interrupts = false
  }

  private static let hosts = [
    Host(title: "ESC c without end, 160×25", kind: "ris", size: (160, 25)),
    Host(title: "a cluster, repeated, 80×24", kind: "rep", size: (80, 24)),
    Host(title: "a cluster, repeated, 2×1000", kind: "rep", size: (2, 1000)),
    Host(title: "scrolling by 999, 4×1000", kind: "scroll", size: (4, 1000)),
    Host(title: "scrolling by 999, 1000×1000", kind: "scroll", size: (1000, 1000)),
    Host(
      title: "ESC c and text, the page changes its size", kind: "mixed", size: (80, 24),
      sizes: [(1000, 1000), (80, 24)]),
    Host(title: "ESC c, and ^C again and again", kind: "ris", size: (1000, 100), interrupts: true),
    Host(title: "random bytes", kind: "random", size: (200, 60)),
  ]

  private func runHosts(_ bench: Bench) throws {
    for host in Self.hosts { try run(bench, host, 1, bar: Self.echoBar) }
    for host in [Self.hosts[0], Self.hosts[5]] {
      try run(bench, host, Self.crowd, bar: Self.crowdBar)
    }
  }

  private func run(_ bench: Bench, _ host: Host, _ count: Int, bar: Double) throws {
    let server = try bench.programs.startUsualServer()
    defer { server.stop() }
    let cookie = try visit(port: server.port)
    let title = count == 1 ? host.title : "\(count) times \(host.title)"
    try measure(bench, title, server, target: "bench", cookie, bar: bar) {
      let hosts = try (0..<count).map { _ in
        let line = ChannelLine(
          port: server.port, cookie: cookie, what: "hostile-\(host.kind)", context: bench.context)
        return try HostileHost(
          line, size: host.size, sizes: host.sizes, interrupts: host.interrupts,
          reactor: bench.context.reactor)
      }
      try bench.turn(
        until: { hosts.allSatisfy { $0.isReady || $0.failure != nil } }, "the hosts print")
      if let failure = hosts.compactMap(\.failure).first { throw BenchFailure(failure) }
      return hosts
    }
  }

  // MARK: Pages

  private static let pages: [(title: String, messages: [String])] = [
    ("pings", [#"{"type":"ping","id":1}"#]),
    ("sending", [#"{"type":"sending","to":8}"#, #"{"type":"sending","to":0}"#]),
    ("breaks", [#"{"type":"break"}"#]),
    (
      "sizes",
      [#"{"type":"resize","cols":1000,"rows":1000}"#, #"{"type":"resize","cols":80,"rows":24}"#]
    ),
  ]

  private func runPages(_ bench: Bench) throws {
    for (title, messages) in Self.pages {
      for count in title == "pings" ? [1, Self.crowd] : [1] {
        let server = try bench.programs.startUsualServer()
        defer { server.stop() }
        let cookie = try visit(port: server.port)
        try measure(
          bench, "\(count == 1 ? "a page says" : "\(count) pages say") \(title) without end",
          server,
          target: "bench", cookie, bar: count == 1 ? Self.echoBar : Self.crowdBar
        ) {
          try (0..<count).map { _ in
            try Chatterer(
              ChannelLine(
                port: server.port, cookie: cookie, what: "idle", context: bench.context), messages,
              batch: Self.batch / count)
          }
        }
      }
    }
  }

  // MARK: Tools

  private func runTools(_ bench: Bench, terminals: Int) throws {
    let (server, rename) = try bench.programs.startServer(targets: terminals)
    defer { server.stop() }
    let cookie = try visit(port: server.port, path: "/remote/bench0/telnet/echo/23")
    let witness = Witness()
    var lines: [ChannelLine] = []
    defer { lines.forEach { $0.close() } }
    for number in 0..<terminals {
      let line = ChannelLine(
        port: server.port, cookie: cookie, path: "/remote/bench\(number)/telnet/idle/23",
        context: bench.context)
      line.listener = witness
      try line.open()
      lines.append(line)
      try bench.turn(
        until: { number < 16 || lines[number - 16].isAttached || witness.failure != nil },
        "terminals open")
    }
    try bench.turn(
      until: { lines.allSatisfy(\.isAttached) || witness.failure != nil }, "all terminals are open")
    if let failure = witness.failure { throw BenchFailure("a terminal ended: \(failure)") }
    let many = "\(terminals) terminals on as many targets"
    try measure(
      bench, "/metrics without a pause, \(many)", server, target: "bench0", cookie,
      bar: Self.echoBar
    ) {
      [
        try Asker(
          .loopback(server.port), "GET /metrics HTTP/1.0\r\nHost: localhost\r\n\r\n",
          context: bench.context)
      ]
    }
    try measure(
      bench, "ctl list without a pause, \(many)", server, target: "bench0", cookie,
      bar: Self.echoBar
    ) {
      [
        try Asker(
          SocketAddress(.unix(path: bench.programs.controlSocket)), "list\n", context: bench.context
        )
      ]
    }
    var directories: [Directory] = []
    defer { directories.forEach { $0.close() } }
    try measure(
      bench, "\(Self.directories) directories come, \(many)", server, target: "bench0", cookie,
      bar: Self.echoBar
    ) {
      directories = try (0..<Self.directories).map { _ in
        try Directory(port: server.port, cookie: cookie, context: bench.context)
      }
      return []
    }
    try measure(
      bench, "titles change, \(Self.directories) directories, \(many)", server, target: "bench0",
      cookie, bar: Self.echoBar
    ) {
      try rename("Another")
      return []
    }
  }

  /// Notes that a line has ended, which none should.
  private final class Witness: LineListener {
    var failure: String?
    func line(_ line: any Line, received bytes: RawSpan) {}
    func lineEnded(_ line: any Line, _ reason: String) { failure = reason }
  }

  // MARK: What is measured

  private func measure(
    _ bench: Bench, _ title: String, _ server: RunningProgram, target: String, _ cookie: String,
    bar: Double, _ makeTrouble: () throws -> [any Trouble]
  ) throws {
    let typists = try Crowd(1, pace: Self.pace, bench) { what in
      ChannelLine(
        port: server.port, cookie: cookie, path: "/remote/\(target)/telnet/\(what)/23",
        context: bench.context)
    }
    defer { typists.close() }
    try typists.type(for: .milliseconds(200))
    try typists.settle()
    typists.forget()
    let before = try LongTurns.count(port: server.port)
    let trouble = try makeTrouble()
    defer { trouble.forEach { $0.close() } }
    try typists.type(for: bench.options.time)
    try typists.settle()
    let after = try LongTurns.count(port: server.port)
    bench.found(
      Finding(
        name: "turns, \(title): worst echo of another", unit: "ms", better: .lower,
        value: Double(typists.echoes.percentile(1)) / 1e6, bar: bar))
    bench.found(
      Finding(
        name: "turns, \(title): turns above 10 ms", unit: "", better: .lower,
        value: Double(after - before), bar: 0))
  }
}
