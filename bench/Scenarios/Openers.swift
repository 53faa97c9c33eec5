// Opening many lines, some at a time.

import EventLoop

/// Opens lines and waits until each is there, so many at the same time.
struct Openers {
  private static let atOnce = 32

  let bench: Bench

  /// Opens `count` channels whose children wait.
  ///
  /// - Returns: All of them, attached.
  /// - Throws: ``BenchFailure`` where one ends or none comes.
  func channels(
    _ count: Int, port: UInt16, cookie: String, target: UInt16 = 23
  ) throws -> [ChannelLine] {
    var lines: [ChannelLine] = []
    var attached = 0
    let witness = Witness()
    for _ in 0..<count {
      let line = ChannelLine(
        port: port, cookie: cookie, what: "idle", target: target, context: bench.context)
      line.listener = witness
      line.whenAttached = { attached += 1 }
      try line.open()
      lines.append(line)
      try bench.turn(
        until: { lines.count - attached < Self.atOnce || witness.failure != nil },
        "channels open")
    }
    try bench.turn(until: { attached == count || witness.failure != nil }, "all channels are open")
    if let failure = witness.failure { throw BenchFailure("a channel ended: \(failure)") }
    return lines
  }

  /// Notes that a line has ended, which none should.
  private final class Witness: LineListener {
    var failure: String?

    func line(_ line: any Line, received bytes: RawSpan) {}

    func lineEnded(_ line: any Line, _ reason: String) { failure = reason }
  }
}
