// What each of the administrator's commands does.

import EventLoop

/// Carries out commands of `webtermd ctl`.
struct Administration {
  let registry: TerminalRegistry
  let operations: Operations
  let reactor: Reactor
  /// Opens nothing more, and stops when the last terminal is over.
  let drain: () -> Void

  /// So many terminals are listed at a time: several times in a turn, if who reads is quick.
  private static let page = 32

  /// Carries out one command; returns the answer, in lines. The first is `ok`, or `error` and why.
  /// After the one to ``ControlCommand/list(_:)`` follow the pages of ``list(_:after:until:)``.
  func carryOut(_ command: ControlCommand) -> String {
    switch command {
    case .list:
      return "ok\n"
    case .message(let id, let text):
      return answer(operations.tell(text, to: id, by: .shell))
    case .end(let id, let reason):
      return answer(operations.end(id, reason: reason, by: .shell))
    case .drain:
      drain()
      return "ok\n"
    }
  }

  private func answer(_ problem: String?) -> String {
    problem.map { "error \($0)\n" } ?? "ok\n"
  }

  /// A page of all terminals, the oldest first.
  ///
  /// - Parameters:
  ///   - view: How each is described.
  ///   - number: 0, or the number of the last one of the page before.
  ///   - last: The number of the last one that is listed.
  /// - Returns: The lines, and the number of their last terminal; nil behind the last one.
  func list(
    _ view: ControlCommand.View, after number: Int, until last: Int
  ) -> (lines: String, last: Int)? {
    let page = registry.opened.page(after: number, atMost: Self.page).filter { $0.number <= last }
    return page.last.map { (page.map { describe($0, view) }.joined(), $0.number) }
  }

  private func describe(_ terminal: Terminal, _ view: ControlCommand.View) -> String {
    switch view {
    case .terminals: describe(terminal)
    case .operators: OperateRow(terminal, now: reactor.now).json.text + "\n"
    }
  }

  private func describe(_ terminal: Terminal) -> String {
    let summary = TerminalSummary(terminal, now: reactor.now)
    let destination = summary.destination
    return JSONText.object([
      ("terminal", .string(summary.terminal)), ("who", .string(summary.who)),
      ("address", .string(summary.address)), ("target", .string(summary.target)),
      ("method", .string(destination.method.rawValue)), ("user", .string(destination.user.text)),
      ("port", .number(Int(destination.port))), ("seconds", .number(summary.seconds)),
      ("attached", .boolean(summary.isAttached)), ("output", .number(summary.output)),
      ("input", .number(summary.input)),
    ]).text + "\n"
  }
}
