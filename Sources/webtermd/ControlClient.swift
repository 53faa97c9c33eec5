// `webtermd ctl`: asks the running server through its control socket.

import EventLoop
import FoundationEssentials
import Glibc
import WebTerm

/// One command to the running server. It waits for the answer.
struct ControlClient {
  private struct Row: Decodable {
    let terminal, who, address, target, method, user: String
    let port, seconds, output, input: Int
    let attached: Bool
  }

  /// A row as operators see it.
  private struct OperatorsRow: Decodable {
    let id, who, address, target, method, user: String
    let port, since, idle, output, input, viewers: Int
    let up: Bool
  }

  /// The control socket.
  let path: String?
  /// Whether a list is printed as it came, a JSON object in each line.
  let isRaw: Bool
  /// Whether the server's end is waited for.
  let waits: Bool
  /// Seconds in which the server must say something.
  let timeout: Int

  func run(_ command: ControlCommand) -> ExitCode {
    guard let path else { return fail("the configuration names no control socket", .configuration) }
    let answer: [Substring]
    do throws(SystemError) {
      let socket = try connectSocket(to: SocketAddress(.unix(path: path)))
      // Known before it is asked to end: afterwards it may be gone.
      let server = waits ? RunningProcess(socket.peerProcess()) : nil
      answer = try ask(command, socket, path)
      if answer.first == "ok" { server?.waitForEnd() }
    } catch {
      if error.code == ETIMEDOUT {
        return fail("the server has said nothing for \(timeout) seconds (\(path))", .unavailable)
      }
      return fail(
        "the server does not answer: \(error)",
        error.code == EACCES || error.code == EPERM ? .noPermission : .unavailable)
    }
    guard let first = answer.first else {
      return fail("the server did not let us in", .noPermission)
    }
    guard first == "ok" else { return fail(String(first.dropFirst("error ".count)), .unavailable) }
    let lines = answer.dropFirst().filter { !$0.isEmpty }
    switch command {
    case .list(.terminals) where !isRaw: printTable(lines)
    case .list(.operators) where !isRaw: printOperatorsTable(lines)
    default: lines.forEach { Output.write("\($0)\n") }
    }
    return .ok
  }

  private func ask(
    _ command: ControlCommand, _ socket: borrowing Descriptor, _ path: String
  ) throws(SystemError) -> [Substring] {
    let request = Array(command.line.utf8)
    _ = try socket.write(request.span.bytes)
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      var wait = pollfd(fd: socket.number, events: Int16(POLLIN), revents: 0)
      guard poll(&wait, 1, CInt(timeout * 1000)) != 0 else {
        throw SystemError("poll", path, code: ETIMEDOUT)
      }
      let count = read(socket.number, &buffer, buffer.count)
      if count > 0 {
        answer += buffer[..<count]
      } else if count == 0 {
        return String(decoding: answer, as: UTF8.self).split(separator: "\n")
      } else if errno != EAGAIN, errno != EINTR {
        throw SystemError("read", path, code: errno)
      }
    }
  }

  private func rows<R: Decodable>(_ lines: [Substring]) -> [R] {
    let decoder = JSONDecoder()
    return lines.compactMap { try? decoder.decode(R.self, from: Data($0.utf8)) }
  }

  private func printTable(_ lines: [Substring]) {
    let rows: [Row] = rows(lines)
    printColumns(
      [["TERMINAL", "WHO", "ADDRESS", "WHERE", "STATE", "SECONDS", "OUTPUT", "INPUT"]]
        + rows.map { row in
          [
            row.terminal, VisibleText.escaped(row.who), row.address,
            "\(row.method) \(row.user)@\(row.target):\(row.port)",
            row.attached ? "attached" : "detached", "\(row.seconds)", "\(row.output)",
            "\(row.input)",
          ]
        })
  }

  private func printOperatorsTable(_ lines: [Substring]) {
    let rows: [OperatorsRow] = rows(lines)
    let header = [
      "TERMINAL", "WHO", "ADDRESS", "WHERE", "SECONDS", "IDLE", "OUTPUT", "INPUT", "VIEWERS",
      "HOST",
    ]
    printColumns(
      [header]
        + rows.map { row in
          [
            row.id, row.who.isEmpty ? "-" : VisibleText.escaped(row.who),
            row.address.isEmpty ? "-" : row.address,
            "\(row.method) \(row.user)@\(row.target):\(row.port)",
            "\(max(0, UnixTime.now - row.since))", "\(row.idle)", "\(row.output)", "\(row.input)",
            "\(row.viewers)", row.up ? "up" : "down",
          ]
        })
  }

  private func printColumns(_ rows: [[String]]) {
    let table = rows.map { $0.map(ConfigurationProblem.printable) }
    let widths = table[0].indices.map { column in table.map { $0[column].count }.max() ?? 0 }
    for row in table {
      let cells = row.enumerated().map { index, cell in
        index == row.count - 1
          ? cell : cell + String(repeating: " ", count: widths[index] - cell.count)
      }
      Output.write(cells.joined(separator: "  ") + "\n")
    }
  }

  private func fail(_ message: String, _ code: ExitCode) -> ExitCode {
    Output.complain(message)
    return code
  }
}
