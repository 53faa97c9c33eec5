// What each of the administrator's commands does.

import EventLoop

/// Carries out commands of `webtermd ctl`.
struct Administration {
  let registry: TerminalRegistry
  let reactor: Reactor
  /// Opens nothing more, and stops when the last terminal is over.
  let drain: () -> Void

  /// So many terminals are listed at a time: several times in a turn, if who reads is quick.
  private static let page = 32

  /// Carries out one command; returns the answer, in lines. The first is `ok`, or `error` and why.
  /// After the one to ``ControlCommand/list`` follow the pages of ``list(after:until:)``.
  func carryOut(_ command: ControlCommand) -> String {
    switch command {
    case .list:
      return "ok\n"
    case .end(let id):
      guard let terminal = registry.find(id) else {
        return "error there is no terminal \(id)\n"
      }
      terminal.terminate(.administrator)
      return "ok\n"
    case .drain:
      drain()
      return "ok\n"
    }
  }

  /// A page of all terminals, the oldest first.
  ///
  /// - Parameters:
  ///   - number: 0, or the number of the last one of the page before.
  ///   - last: The number of the last one that is listed.
  /// - Returns: The lines, and the number of their last terminal; nil behind the last one.
  func list(after number: Int, until last: Int) -> (lines: String, last: Int)? {
    let page = registry.opened.page(after: number, atMost: Self.page).filter { $0.number <= last }
    return page.last.map { (page.map(describe).joined(), $0.number) }
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
