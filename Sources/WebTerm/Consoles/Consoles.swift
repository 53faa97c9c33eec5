// The lines that the server opens by itself and keeps open.

import EventLoop

/// Opens the configured lines as terminals that wait for no viewer, and says what becomes of them.
///
///     configuration ──▶ Consoles ──opens──▶ TerminalRegistry ──▶ Terminal
///                          ▲                                       │ remote
///                          └──────── up, down ──── LineKeeper ◀── LineRemote ──▶ telnet, ssh
final class Consoles: TerminalListener, LineListener, TimerHandler, TurnEndHandler {
  /// Terminals that are made in one turn.
  private static let openedPerTurn = 32
  /// When a line is opened anew whose terminal was ended by an operator.
  private static let pause: Duration = .seconds(1)

  private let keeper: LineKeeper
  private let registry: TerminalRegistry
  private let log: () -> Log
  private let reactor: Reactor
  /// The lines that stand, and where they lead.
  private var standing: [Owner: Destination] = [:]
  /// The same in the configuration's order.
  private var order: [Destination] = []
  /// Those that have no terminal yet.
  private var missing: ArraySlice<Destination> = []
  var turnEndMark = TurnEndMark()
  private var timer: Reactor.Timer?

  /// - Parameters:
  ///   - keeper: Has the lines.
  ///   - registry: Has the terminals.
  ///   - reactor: The loop.
  ///   - log: Hears what cannot be opened.
  init(
    _ keeper: LineKeeper, registry: TerminalRegistry, reactor: Reactor, log: @escaping () -> Log
  ) {
    self.keeper = keeper
    self.registry = registry
    self.reactor = reactor
    self.log = log
    keeper.listener = self
  }

  // MARK: Which lines

  /// Takes other lines: new ones are opened, and those that are not named any more become ordinary
  /// shared terminals.
  func take(_ destinations: [Destination]) {
    if destinations.count > TargetTable.mostStanding {
      log().write(
        .error, "too many standing lines: the last ones are not opened",
        [("lines", "\(destinations.count)"), ("most", "\(TargetTable.mostStanding)")])
    }
    let former = standing
    order = Array(destinations.prefix(TargetTable.mostStanding))
    standing = [:]
    for destination in order {
      guard let line = destination.console else { continue }
      standing[line] = destination
      keeper[line]?.destination = destination
      if former[line] == nil, let terminal = registry.console(line) { stand(terminal, true) }
    }
    for line in former.keys where standing[line] == nil {
      if let terminal = registry.console(line) { stand(terminal, false) }
    }
    openMissing()
  }

  private func stand(_ terminal: Terminal, _ stands: Bool) {
    keeper[terminal.owner]?.stand(stands)
    terminal.stand(stands)
  }

  private func openMissing() {
    missing = order.filter { $0.console.map { registry.console($0) == nil } ?? false }[...]
    askTurnEnd()
  }

  private func askTurnEnd() {
    if !missing.isEmpty { reactor.atTurnEnd(self) }
  }

  func turnEnds() {
    for _ in 0..<Self.openedPerTurn {
      guard !registry.isDraining, let destination = missing.popFirst() else { break }
      do throws(Refusal) {
        try registry.stand(destination)
      } catch {
        log().write(.error, "line not opened", destination.fields + [("why", "\(error)")])
      }
    }
    askTurnEnd()
  }

  func timerFired(now: MonotonicInstant) {
    reactor.remove(&timer)
    openMissing()
  }

  // MARK: What happens

  func heard(_ event: TerminalEvent, of terminal: Terminal) {
    guard terminal.isConsole else { return }
    switch event {
    case .attached(let viewer):
      guard let line = keeper[terminal.owner], line.isStanding else { return }
      if let notice = line.status.notice {
        viewer.observer?.terminalTells(.notice(ViewerNotice(notice)))
      }
      line.personCame()
    case .over where standing[terminal.owner] != nil && !registry.isDraining:
      reactor.set(&timer, to: reactor.now + Self.pause, handler: self)
    default: break
    }
  }

  func heard(_ change: LineChange, of line: LineRemote) {
    guard let terminal = registry.console(line.line) else { return }
    if line.isStanding { tell(change, at: terminal, line.status) }
    registry.events.tell(.line(change), of: terminal)
  }

  private func tell(_ change: LineChange, at terminal: Terminal, _ status: LineStatus) {
    let words =
      switch change {
      case .up: "The line is up."
      case .down(_, let wasUp): wasUp ? status.notice : nil
      }
    if let words { terminal.tell(ViewerNotice(words)) }
  }

  // MARK: State

  /// The state of the line to which a terminal leads; nil where it is no console.
  func status(of terminal: Terminal) -> LineStatus? {
    terminal.isConsole ? keeper[terminal.owner]?.status : nil
  }

  /// All lines that stand, with their state; nil for one that has no terminal yet.
  var states: [(destination: Destination, status: LineStatus?)] {
    order.map { ($0, $0.console.flatMap { keeper[$0]?.status }) }
  }

  /// Opens no line any more.
  func close() {
    missing = []
    reactor.remove(&timer)
  }
}
