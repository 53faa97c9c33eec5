// The screen of now, drawn from what the log holds, over as many turns as that takes.

import EventLoop

/// Draws what is in a log on a copy of the screen before it. What the log loses meanwhile was drawn
/// on that one, and it begins anew.
final class LogDrawing: TurnEndHandler {
  /// More work than this, in units of ``WorkBudget``, is not done for a screen: some tenths of a
  /// second.
  private static let most = 200_000_000

  private let output: TerminalOutput
  private let shares: DrawingShares
  private let reactor: Reactor
  var turnEndMark = TurnEndMark()
  private weak var reader: MovingOn?
  private let end: Int
  private var screen: DrawnScreen?
  /// What was drawn ends before this offset.
  private var offset: Int
  private var left = LogDrawing.most

  /// Draws what `output` holds before `end`. The reader is told of the screen, perhaps at once.
  init(
    of output: TerminalOutput, to end: Int, _ shares: DrawingShares, reactor: Reactor,
    reader: MovingOn
  ) {
    self.output = output
    self.shares = shares
    self.reactor = reactor
    self.reader = reader
    self.end = end
    offset = output.start
    screen = output.copyStartScreen()
  }

  /// Begins, or goes on.
  func turnEnds() {
    guard let reader else { return }
    if offset < output.start {
      offset = output.start
      screen = output.copyStartScreen()
    }
    guard let screen, left > 0 else { return finish(nil, reader) }
    switch shares.deal({ draw(on: screen, &$0) }) {
    case .isDone: finish(screen.painting, reader)
    case .cannotBe: finish(nil, reader)
    case .goesOn: reactor.atTurnEnd(self)
    }
  }

  private enum Progress {
    case isDone, goesOn, cannotBe
  }

  private func draw(on screen: DrawnScreen, _ budget: inout WorkBudget) -> Progress {
    let before = budget.left
    defer { left -= before - budget.left }
    while offset < end {
      guard !budget.isSpent else { return .goesOn }
      guard let next = output.draw(from: offset, to: end, on: screen, &budget) else {
        return .cannotBe
      }
      // Where nothing was drawn though something could have been, the rest is half of a character.
      if next == offset, !budget.isSpent { break }
      offset = next
    }
    return .isDone
  }

  /// It is not waited for any more.
  func stop() { reader = nil }

  private func finish(_ painting: [UInt8]?, _ reader: MovingOn) {
    stop()
    reader.screenIsDrawn(painting, before: offset)
  }
}
