// What each of the administrator's commands does.

import EventLoop

/// Carries out commands of `webtermd ctl`.
struct Administration {
  let registry: TerminalRegistry
  let reactor: Reactor
  /// Opens nothing more, and stops when the last terminal is over.
  let drain: () -> Void

  /// Carries out one command; returns the answer, in lines. The first is `ok`, or `error` and why.
  func carryOut(_ command: ControlCommand) -> String {
    switch command {
    case .list:
      let terminals = registry.all.sorted { $0.opened < $1.opened }
      return "ok\n" + terminals.map { describe($0) }.joined()
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
