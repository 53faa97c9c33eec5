// Gives memory back after many terminals have ended.

import EventLoop

/// Trims the heap at a quiet moment: when many terminals are over, and none has ended for some
/// seconds.
final class HeapTrimmer: TimerHandler {
  /// So many ends are worth a look.
  private static let least = 32
  private static let pause: Duration = .seconds(5)

  private let reactor: Reactor
  private var timer: Reactor.Timer?
  private var ended = 0

  init(reactor: Reactor) {
    self.reactor = reactor
  }

  /// Another terminal is over, and its memory free.
  func terminalIsOver() {
    ended += 1
    guard ended >= Self.least else { return }
    let timer = self.timer ?? reactor.makeTimer(handler: self)
    self.timer = timer
    reactor.set(timer, to: reactor.now + Self.pause)
  }

  func timerFired(now: MonotonicInstant) {
    ended = 0
    if let timer = timer.take() { reactor.remove(timer) }
    Heap.trim()
  }
}
