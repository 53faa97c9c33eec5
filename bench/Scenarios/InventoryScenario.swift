// How fast files of many targets are read: at the start, after a change, and with a copy beside
// one.

import EventLoop
import Glibc

/// The scenario `inventory`.
struct InventoryScenario: Scenario {
  private static let counts = [2000, 20_000, 100_000]
  /// From the program's start to its first line, and from a change to its first effect, in seconds.
  private static let timeBar = 3.0
  /// In MB.
  private static let memoryBar = 300.0
  /// The worst echo of somebody who types meanwhile, in milliseconds.
  private static let echoBar = 25.0
  private static let pace: Duration = .milliseconds(20)
  /// How long what a copy of a file makes is waited for.
  private static let copyTime: Duration = .seconds(4)

  let name = "inventory"

  func run(_ bench: Bench) throws {
    let counts = bench.options.counts ?? Self.counts
    for count in counts { try run(bench, count, hasBars: bench.options.counts == nil) }
  }

  private func run(_ bench: Bench, _ count: Int, hasBars: Bool) throws {
    try bench.programs.writeInventory("lines", Self.targets(count, "Line"))
    let began = MonotonicInstant.now
    let server = try bench.programs.startInventoryServer()
    defer { server.stop() }
    let title = "inventory, \(count) targets"
    found(
      bench, "\(title), start", "s", began.duration(to: .now) / .seconds(1),
      bar: hasBars ? Self.timeBar : nil)
    let cookie = try visit(port: server.port, path: "/remote/line0/telnet/echo/23")
    let typist = try Crowd(1, pace: Self.pace, bench) { what in
      ChannelLine(
        port: server.port, cookie: cookie, path: "/remote/line0/telnet/\(what)/23",
        context: bench.context)
    }
    defer { typist.close() }
    try typist.type(for: .milliseconds(200))
    try typist.settle()
    typist.forget()
    let turns = try LongTurns.count(port: server.port)
    let change = try timeOfChange(bench, server, typist, count)
    found(
      bench, "\(title), a change counts after", "s", change / .seconds(1),
      bar: hasBars ? Self.timeBar : nil)
    try bench.programs.writeInventory("copy", Self.targets(count, "Line"))
    try typist.type(for: Self.copyTime)
    try typist.settle()
    found(
      bench, "\(title), worst echo of another meanwhile", "ms",
      Double(typist.echoes.percentile(1)) / 1e6, bar: hasBars ? Self.echoBar : nil)
    found(
      bench, "\(title), turns above 10 ms", "",
      Double(try LongTurns.count(port: server.port) - turns), bar: hasBars ? 0 : nil)
    found(
      bench, "\(title), resident memory", "MB", Double(server.residentBytes) / 1e6,
      bar: hasBars ? Self.memoryBar : nil)
    bench.programs.removeInventories()
  }

  /// One more target is written; it counts as soon as it has a page.
  private func timeOfChange(
    _ bench: Bench, _ server: RunningProgram, _ typist: Crowd, _ count: Int
  ) throws -> Duration {
    try bench.programs.writeInventory("lines", Self.targets(count + 1, "Line"))
    let began = MonotonicInstant.now
    let path = "/remote/line\(count)/telnet/echo/23"
    while (try? visit(port: server.port, path: path)) == nil {
      guard began.duration(to: .now) < .seconds(60) else {
        throw BenchFailure("a change of \(count) targets does not count within a minute")
      }
      try typist.type(for: .milliseconds(50))
    }
    return began.duration(to: .now)
  }

  private func found(
    _ bench: Bench, _ name: String, _ unit: String, _ value: Double, bar: Double?
  ) {
    bench.found(Finding(name: name, unit: unit, better: .lower, value: value, bar: bar))
  }

  /// So many targets, of which each leads to the child.
  private static func targets(_ count: Int, _ title: String) -> [UInt8] {
    var text: [UInt8] = Array("[\n".utf8)
    for number in 0..<count {
      let line = """
        { name: "line\(number)", title: "\(title) \(number)", group: "Rack \(number / 48)", \
        host: "127.0.0.1", telnet: { ports: [23] } },

        """
      text += Array(line.utf8)
    }
    return text + Array("]\n".utf8)
  }
}
