// How much memory all logs together may take, and who waits for it.

import EventLoop

/// The bytes that the logs of all terminals may take (`limits.memory`).
///
/// A relay that is refused waits, and is told to ask again: when memory was given back, or when
/// history was seen and so may go.
final class MemoryBudget: TurnEndHandler {
  /// Where memory is short, at least this share of the budget is freed at once, so that the search
  /// for the longest untouched terminal is rare.
  private static let reliefShare = 64
  /// Where that did not bring enough, it is not tried again for every read.
  private static let reliefPause: Duration = .milliseconds(10)

  /// So many of those that wait go on in one turn; each then changes what it waits for in the
  /// kernel.
  static let servedPerTurn = 64

  /// The bound, in bytes.
  var limit: Int {
    didSet { lookAgain() }
  }
  /// What logs take now, in bytes.
  private(set) var used = 0
  /// Gives memory of logs back.
  weak var registry: TerminalRegistry?
  private let reactor: Reactor
  var turnEndMark = TurnEndMark()
  /// Those that can go on only with more memory, the longest waiting first.
  private var waiting: [Relay] = []
  private var isAskedToLookAgain = false
  private var reliefWasFutile: MonotonicInstant?
  /// To what history is being dropped, over several turns.
  private var reliefTarget: Int?
  /// What leaves the logs is drawn by these.
  let drawing: DrawingShares

  init(limit: Int, reactor: Reactor) {
    self.limit = limit
    self.reactor = reactor
    drawing = DrawingShares(reactor: reactor)
  }

  /// Whether `bytes` more are there; where they are not, history of others goes first. Nothing is
  /// booked by it.
  func grants(_ bytes: Int) -> Bool {
    if used + bytes > limit { relieve(used + bytes - limit) }
    return used + bytes <= limit
  }

  private func relieve(_ bytes: Int) {
    if reliefTarget != nil || reliefRests { return }
    let enough = used - bytes
    goOnRelieving(to: used - max(bytes, limit / Self.reliefShare))
    if reliefTarget == nil { reliefWasFutile = used > enough ? reactor.now : nil }
  }

  private func goOnRelieving(to target: Int) {
    if registry?.relieve(to: target) == false {
      reliefTarget = target
      askForTurnEnd()
    } else {
      reliefTarget = nil
    }
  }

  private var reliefRests: Bool {
    reliefWasFutile.map { reactor.now - $0 < Self.reliefPause } ?? false
  }

  /// Books what a log really takes more or, where that is negative, has given back. Only the logs'
  /// owners do it, where a log has changed.
  func book(_ change: Int) {
    used += change
    if change < 0 { lookAgain() }
  }

  /// A waiter was refused, and is asked again when memory may be back.
  func wait(_ waiter: Relay) {
    guard !waiting.contains(where: { $0 === waiter }) else { return }
    waiting.append(waiter)
    // Where relief rests, it was refused without a try, and nothing else may ever ask for one.
    if reliefRests { lookAgain() }
  }

  /// A relay does not wait any more.
  func forget(_ waiter: Relay) {
    waiting.removeAll { $0 === waiter }
  }

  /// Output was seen: it is history now, which may go.
  func historyGrew() {
    lookAgain()
  }

  private func lookAgain() {
    if !waiting.isEmpty { askForTurnEnd() }
  }

  private func askForTurnEnd() {
    guard !isAskedToLookAgain else { return }
    isAskedToLookAgain = true
    reactor.atTurnEnd(self)
  }

  func turnEnds() {
    isAskedToLookAgain = false
    reliefWasFutile = nil
    if let reliefTarget { goOnRelieving(to: reliefTarget) }
    // In order, and no further than there is memory: to ask all of them would cost each a change of
    // interest.
    var served = 0
    while served < Self.servedPerTurn, let first = waiting.first, first.takesMemory() {
      waiting.removeFirst()
      served += 1
    }
    if served == Self.servedPerTurn { lookAgain() }
  }
}
