// How many of a server's turns took too long, by its own report.

import EventLoop
import Glibc

/// The turns of a server's loop.
enum LongTurns {
  /// Turns that took longer are counted, in seconds, as the server's report has it.
  private static let bound = "0.01"

  /// Turns so far that took longer than 10 ms.
  ///
  /// - Throws: ``BenchFailure`` where the report does not say so.
  static func count(port: UInt16) throws -> Int {
    let socket = try connectSocket(to: .loopback(port))
    var waiting = pollfd(fd: socket.number, events: Int16(POLLOUT), revents: 0)
    poll(&waiting, 1, 5000)
    _ = try socket.write(Array("GET /metrics HTTP/1.0\r\nHost: localhost\r\n\r\n".utf8).span.bytes)
    waiting.events = Int16(POLLIN)
    var answer: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 65536)
    while poll(&waiting, 1, 20_000) > 0 {
      let count = read(socket.number, &piece, piece.count)
      guard count > 0 else { break }
      answer += piece.prefix(count)
    }
    let lines = String(decoding: answer, as: UTF8.self).split(separator: "\n")
    func value(_ name: String) -> Int? {
      lines.first { $0.hasPrefix(name) }?.split(separator: " ").last.flatMap { Int($0) }
    }
    guard let all = value("webtermd_loop_turn_seconds_count"),
      let short = value("webtermd_loop_turn_seconds_bucket{le=\"\(bound)\"}")
    else { throw BenchFailure("no turns in the report of port \(port)") }
    return all - short
  }
}
