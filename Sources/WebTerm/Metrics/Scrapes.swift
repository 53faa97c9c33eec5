// Reports for collectors, one at a time.

import EventLoop

/// Makes reports, a piece in each turn of the loop. Who asks while one is being made is told that
/// one: a collector that asks without a pause, or many of them, cost no more than one does.
final class Scrapes: TurnEndHandler, TerminalListener {
  private let reactor: Reactor
  var turnEndMark = TurnEndMark()
  private let sources: () -> MetricsReport.Sources
  private var report: MetricsReport?
  private var waiting: [([UInt8]) -> Void] = []

  /// - Parameters:
  ///   - reactor: The loop.
  ///   - sources: What is reported, as it is at the call.
  init(reactor: Reactor, sources: @escaping () -> MetricsReport.Sources) {
    self.reactor = reactor
    self.sources = sources
  }

  /// Tells the report when it is made, in a later turn.
  func ask(_ told: @escaping ([UInt8]) -> Void) {
    waiting.append(told)
    guard report == nil else { return }
    report = MetricsReport(sources())
    reactor.atTurnEnd(self)
  }

  func heard(_ event: TerminalEvent, of terminal: Terminal) {
    if event.isLast { report?.isOver(terminal) }
  }

  func turnEnds() {
    guard report?.goOn() == true, let bytes = report.take()?.bytes else {
      return reactor.atTurnEnd(self)
    }
    let told = waiting
    waiting = []
    for each in told { each(bytes) }
  }
}
