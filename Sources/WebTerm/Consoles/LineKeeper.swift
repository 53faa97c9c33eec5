// All lines that lead to consoles now, and whose turn it is to be opened.

import EventLoop

/// Told what happens to lines.
protocol LineListener: AnyObject {
  /// A line is up, or down.
  func heard(_ change: LineChange, of line: LineRemote)
}

/// Makes the remotes of consoles, and lets those that stand be opened one after the other.
///
/// It stands between the terminals and the maker of all remotes: what is no console's passes it.
final class LineKeeper: RemoteMaker, LineObserver, TimerHandler, TurnEndHandler {
  private let maker: any RemoteMaker
  private let reactor: Reactor
  private var pace = OpeningPace<Owner>()
  private var lines: [Owner: LineRemote] = [:]
  private var timer: Reactor.Timer?
  var turnEndMark = TurnEndMark()
  weak var listener: (any LineListener)?

  /// - Parameters:
  ///   - maker: Makes all other remotes.
  ///   - reactor: The loop.
  init(_ maker: any RemoteMaker, reactor: Reactor) {
    self.maker = maker
    self.reactor = reactor
  }

  /// The line that leads to a console; nil where that is not open.
  subscript(line: Owner) -> LineRemote? { lines[line] }

  func makeRemote(for destination: Destination) -> any Remote {
    guard let owner = destination.console else { return maker.makeRemote(for: destination) }
    let line = LineRemote(owner, destination, maker: maker, lines: self, reactor: reactor)
    lines[owner] = line
    return line
  }

  // MARK: Turns

  func lineAsks(_ line: LineRemote) {
    pace.ask(line.line, at: line.destination.target.host)
    askTurnEnd()
  }

  func lineSettled(_ line: LineRemote) {
    pace.settled(line.line)
    askTurnEnd()
  }

  func lineIsOver(_ line: LineRemote) {
    guard lines[line.line] === line else { return }
    pace.forget(line.line)
    lines[line.line] = nil
    askTurnEnd()
  }

  func lineChanged(_ line: LineRemote, _ change: LineChange) {
    listener?.heard(change, of: line)
  }

  private func askTurnEnd() {
    if pace.count > 0 { reactor.atTurnEnd(self) }
  }

  func turnEnds() {
    while let line = pace.take(now: .now) { lines[line]?.open() }
    guard let next = pace.nextDeadline else { return reactor.remove(&timer) }
    reactor.set(&timer, to: next, handler: self)
  }

  func timerFired(now: MonotonicInstant) { turnEnds() }
}
