// What the administrator asks through the control socket: one command on a connection, one answer.

import EventLoop

/// The conversation on the control socket. The answer's first line is `ok`, or `error` and why.
final class ControlExchange: Conversation {
  private static let longestLine = 256
  /// How long a command may take to arrive, and nothing of its answer to be read.
  private static let patience: Duration = .seconds(10)

  private unowned let connection: Connection
  private let administration: Administration
  private var line: [UInt8] = []
  private var answer: [UInt8] = []
  private var sent = 0
  private var isAnswered = false
  private var deadline: MonotonicInstant

  init(_ connection: Connection, _ administration: Administration) {
    self.connection = connection
    self.administration = administration
    deadline = connection.reactor.now + Self.patience
  }

  var wantsInput: Bool { !isAnswered }
  var isIdle: Bool { !isAnswered }
  var nextDeadline: MonotonicInstant? { deadline }

  func received(_ bytes: inout MutableSpan<UInt8>) -> Int {
    for index in bytes.indices {
      guard bytes[index] == UInt8(ascii: "\n") else {
        line.append(bytes[index])
        if line.count > Self.longestLine { respond("error the command is too long\n") }
        continue
      }
      let command = ControlCommand(String(decoding: line, as: UTF8.self))
      respond(command.map(administration.carryOut) ?? "error that is no command\n")
      break
    }
    return bytes.count
  }

  private func respond(_ text: String) {
    guard !isAnswered else { return }
    isAnswered = true
    answer = Array(text.utf8)
    connection.askFlush()
  }

  func fill(_ outbox: inout Outbox) -> Bool { sent < answer.count }

  /// However long it is, the answer stays here and is lent: a list of thousands of terminals is no queue.
  func lend(_ write: (RawSpan, RawSpan) -> Int) {
    let written = write(answer.span.extracting(droppingFirst: sent).bytes, RawSpan())
    sent += written
    if written > 0 { deadline = connection.reactor.now + Self.patience }
  }

  func flushed() {
    if isAnswered { connection.finish() }
  }

  func tick(now: MonotonicInstant) {
    connection.close()
  }

  func connectionClosed() {}
}
