// What the administrator asks through the control socket: one command on a connection, one answer.

import EventLoop

/// The conversation on the control socket. The answer's first line is `ok`, or `error` and why.
final class ControlExchange: Conversation {
  private static let longestLine = 8192
  /// How long a command may take to arrive, and nothing of its answer to be read.
  private static let timeout: Duration = .seconds(10)

  private unowned let connection: Connection
  private let administration: Administration
  private var line: [UInt8] = []
  private var answer: [UInt8] = []
  private var sent = 0
  /// What is listed, and how: behind one terminal and up to another.
  private var listed: (view: ControlCommand.View, after: Int, until: Int)?
  private var isAnswered = false
  private var deadline: MonotonicInstant

  init(_ connection: Connection, _ administration: Administration) {
    self.connection = connection
    self.administration = administration
    deadline = connection.reactor.now + Self.timeout
  }

  var wantsInput: Bool { !isAnswered }
  var isIdle: Bool { !isAnswered }
  var nextDeadline: MonotonicInstant? { connection.reactor.presence.fair(deadline) }

  func received(_ bytes: inout MutableSpan<UInt8>) -> Int {
    for index in bytes.indices {
      guard bytes[index] == UInt8(ascii: "\n") else {
        line.append(bytes[index])
        if line.count > Self.longestLine { respond("error the command is too long\n") }
        continue
      }
      let command = ControlCommand(String(decoding: line, as: UTF8.self))
      if case .list(let view) = command {
        listed = (view, 0, administration.registry.opened.last)
      }
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

  func fill(_ outbox: inout Outbox) -> Bool {
    if sent == answer.count, let (view, number, last) = listed {
      goOn(view, after: number, until: last)
    }
    return sent < answer.count
  }

  /// A list is described as it is read, a page at a time.
  private func goOn(_ view: ControlCommand.View, after number: Int, until last: Int) {
    let page = administration.list(view, after: number, until: last)
    listed = page.map { (view, $0.last, last) }
    (answer, sent) = (Array((page?.lines ?? "").utf8), 0)
  }

  func lend(_ write: (RawSpan, RawSpan) -> Int) {
    let written = write(answer.span.extracting(droppingFirst: sent).bytes, RawSpan())
    sent += written
    if written > 0 { deadline = connection.reactor.now + Self.timeout }
  }

  func flushed() {
    if isAnswered { connection.finish() }
  }

  func tick(now: MonotonicInstant) {
    connection.close()
  }

  func connectionClosed() {}
}
