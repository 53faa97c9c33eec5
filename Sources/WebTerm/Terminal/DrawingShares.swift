// How much all terminals together may draw in a turn of the loop.

import EventLoop

/// Deals out what a turn of the loop may draw, so that none takes long, whatever hosts print and
/// however many of them there are: each terminal has its share, and where all of it is dealt out, a
/// little, so that it goes on.
final class DrawingShares {
  /// A terminal's share of a turn, in units of ``WorkBudget``: about a millisecond.
  private static let share = 500_000
  /// What is dealt out in a turn.
  private static let turn = 2_500_000
  /// What each has beyond that.
  private static let least = 20_000

  private let reactor: Reactor
  private var began: MonotonicInstant
  private var left = DrawingShares.turn

  init(reactor: Reactor) {
    self.reactor = reactor
    began = reactor.now
  }

  /// Whether this turn has something left beyond the least.
  var isLeft: Bool {
    renew()
    return left > 0
  }

  /// Lends a share to `body`, which draws and takes what that costs from it; returns what that
  /// returns.
  func deal<Result>(_ body: (inout WorkBudget) -> Result) -> Result {
    renew()
    let share = max(Self.least, min(Self.share, left))
    var budget = WorkBudget(share)
    defer { left -= share - budget.left }
    return body(&budget)
  }

  private func renew() {
    guard began != reactor.now else { return }
    began = reactor.now
    left = Self.turn
  }
}
