// A terminal as operators see it, on their page and in a shell.

import EventLoop

/// One row of an operator's list.
struct OperateRow {
  /// What changes without an event.
  struct Figures: Equatable {
    let output: Int
    let input: Int
    let viewers: Int
    let lastTouched: MonotonicInstant
    let isUp: Bool

    init(_ terminal: Terminal) {
      output = terminal.produced
      input = terminal.typed
      viewers = terminal.viewers.here.count
      lastTouched = terminal.lifetime.lastTouched
      isUp = terminal.relay.end == nil
    }
  }

  let figures: Figures
  private let summary: TerminalSummary
  private let number: Int
  private let isConsole: Bool
  /// Who has it open: at a line who types, else who came first; nil where there is no viewer.
  private let person: String?
  /// Seconds since the last typing.
  private let idle: Int

  init(_ terminal: Terminal, now: MonotonicInstant) {
    figures = Figures(terminal)
    isConsole = terminal.isConsole
    let here = terminal.viewers.here
    let viewer =
      terminal.isConsole ? here.first { $0.role == .type } ?? here.first : nil
    summary = TerminalSummary(terminal, of: viewer?.person, now: now)
    person = terminal.isConsole ? viewer?.person.who : summary.who
    number = terminal.number
    idle = Int((now - terminal.lifetime.lastTouched).components.seconds)
  }

  /// | field | |
  /// |---|---|
  /// | `key` | a number, the same as long as the terminal lives |
  /// | `id` | the terminal's ID |
  /// | `who`, `address` | whose it is, and from where; empty at a line without viewers |
  /// | `name`, `target`, `method`, `user`, `port` | where it leads |
  /// | `shared` | whether it belongs to a line |
  /// | `since` | when it was opened, in Unix seconds |
  /// | `idle` | seconds since the last typing |
  /// | `output`, `input` | bytes |
  /// | `viewers` | how many look at it |
  /// | `up` | whether its host is there |
  var json: JSONText {
    let destination = summary.destination
    return .object([
      ("key", .number(number)), ("id", .string(summary.terminal)),
      ("who", .string(person ?? "")), ("address", .string(person == nil ? "" : summary.address)),
      ("name", .string(destination.name)), ("target", .string(summary.target)),
      ("method", .string(destination.method.rawValue)), ("user", .string(destination.user.text)),
      ("port", .number(Int(destination.port))), ("shared", .boolean(isConsole)),
      ("since", .number(UnixTime.now - summary.seconds)), ("idle", .number(idle)),
      ("output", .number(figures.output)), ("input", .number(figures.input)),
      ("viewers", .number(figures.viewers)), ("up", .boolean(figures.isUp)),
    ])
  }
}
