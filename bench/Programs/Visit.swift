// A visitor of the server under test: its cookie.

import EventLoop
import Glibc

/// Asks for the page of a target's port and returns its cookie, `webterm=…`.
///
/// - Throws: ``BenchFailure`` where the server gives none.
func visit(port: UInt16, target: UInt16 = 23) throws -> String {
  try visit(port: port, path: "/remote/telnet/echo/\(target)")
}

/// Asks for the page at an address and returns its cookie.
///
/// - Throws: ``BenchFailure`` where the server gives none.
func visit(port: UInt16, path: String) throws -> String {
  let socket = try connectSocket(to: .loopback(port))
  let request = "GET \(path) HTTP/1.0\r\nHost: localhost\r\n\r\n"
  var waiting = pollfd(fd: socket.number, events: Int16(POLLOUT), revents: 0)
  poll(&waiting, 1, 5000)
  _ = try socket.write(Array(request.utf8).span.bytes)
  waiting.events = Int16(POLLIN)
  poll(&waiting, 1, 5000)
  var answer = [UInt8](repeating: 0, count: 16384)
  let count = read(socket.number, &answer, answer.count)
  let lines = String(decoding: answer.prefix(max(0, count)), as: UTF8.self).split(separator: "\r\n")
  let prefix = "Set-Cookie: "
  guard let line = lines.first(where: { $0.hasPrefix(prefix) }) else {
    throw BenchFailure("no cookie from port \(port)")
  }
  return String(line.dropFirst(prefix.count).prefix { $0 != ";" })
}
