// Opening many lines, some at a time.

import EventLoop

/// Opens lines and waits until each is there, so many at the same time.
struct Openers {
  private static let atOnce = 32
  /// A terminal is open before its program runs, and takes a descriptor more until it does: so many
  /// may wait.
  private static let unborn = 256

  let bench: Bench

  /// Opens `count` channels whose children wait.
  ///
  /// - Parameters:
  ///   - count: How many.
  ///   - server: Where.
  ///   - cookie: Whose.
  ///   - target: The port of the target.
  ///   - areProcesses: Whether there is a process for each, to be waited for.
  /// - Returns: All of them, attached.
  /// - Throws: ``BenchFailure`` where one ends or none comes.
  func channels(
    _ count: Int, of server: RunningProgram, cookie: String, target: UInt16 = 23,
    areProcesses: Bool
  ) throws -> [ChannelLine] {
    var lines: [ChannelLine] = []
    var attached = 0
    let witness = Witness()
    for _ in 0..<count {
      let line = ChannelLine(
        port: server.port, cookie: cookie, what: "idle", target: target, context: bench.context)
      line.listener = witness
      line.whenAttached = { attached += 1 }
      try line.open()
      lines.append(line)
      try bench.turn(
        until: { lines.count - attached < Self.atOnce || witness.failure != nil },
        "channels open")
      if areProcesses && lines.count % Self.unborn == 0 {
        try awaitProcesses(of: server, attached, witness)
      }
    }
    try bench.turn(until: { attached == count || witness.failure != nil }, "all channels are open")
    if areProcesses { try awaitProcesses(of: server, count, witness) }
    if let failure = witness.failure { throw BenchFailure("a channel ended: \(failure)") }
    return lines
  }

  private func awaitProcesses(
    of server: RunningProgram, _ count: Int, _ witness: Witness
  ) throws {
    // Of a server that somebody else has started nothing is known.
    guard server.process != 0 else { return }
    try bench.turn(
      until: { server.childCount >= count || witness.failure != nil }, "programs run",
      turns: .milliseconds(20))
  }

  /// Notes that a line has ended, which none should.
  private final class Witness: LineListener {
    var failure: String?

    func line(_ line: any Line, received bytes: RawSpan) {}

    func lineEnded(_ line: any Line, _ reason: String) { failure = reason }
  }
}
