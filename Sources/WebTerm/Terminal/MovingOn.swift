// A viewer that will not be sent all that was produced: the screen as it is then, instead.

import EventLoop

/// Draws the screen as it is behind what is skipped, over as many turns as that takes, and moves
/// the viewer on to it.
final class MovingOn {
  private unowned let relay: Relay
  private let output: TerminalOutput
  private let budget: MemoryBudget
  private let reactor: Reactor
  private var drawing: LogDrawing?
  /// Who waits for it.
  private var viewer: Viewer?

  init(_ relay: Relay, output: TerminalOutput, budget: MemoryBudget, reactor: Reactor) {
    self.relay = relay
    self.output = output
    self.budget = budget
    self.reactor = reactor
  }

  /// Whether a screen is being drawn. Nothing is read meanwhile.
  var isOn: Bool { drawing != nil }

  /// Moves a viewer on. It is told when the screen is there, perhaps at once.
  ///
  /// - Parameters:
  ///   - viewer: One that is skipped.
  ///   - limit: Output before this offset is skipped.
  func move(_ viewer: Viewer, to limit: Int) {
    // Little is sent as it is, where all of it is still there.
    let isMuch = limit - viewer.output.sent > ViewerOutput.littleSkipped
    guard isMuch || output.start > viewer.output.sent else { return end(viewer) }
    self.viewer = viewer
    let drawing = LogDrawing(
      of: output, to: limit, budget.drawing, reactor: reactor, reader: self)
    self.drawing = drawing
    drawing.turnEnds()
    relay.updateInterest()
  }

  /// The screen is drawn.
  ///
  /// - Parameters:
  ///   - painting: What makes it; nil where it takes too long to find out.
  ///   - offset: It is as it was behind the byte before this offset.
  func screenIsDrawn(_ painting: [UInt8]?, before offset: Int) {
    drawing = nil
    guard let viewer = viewer.take() else { return }
    // Where the screen is not known, all that is still there is sent.
    let next = painting == nil ? max(viewer.output.sent, output.start) : offset
    if next > viewer.output.sent {
      let painting = Painting(painting ?? [], budget: budget)
      viewer.output.skip(to: next, painting: painting, now: reactor.now)
      output.skip(to: next)
      viewer.observer.terminalHasSkipped()
    }
    end(viewer)
  }

  private func end(_ viewer: Viewer) {
    viewer.skipping = nil
    relay.historyGrew()
    viewer.observer.terminalHasNews()
  }

  /// Who waited is gone.
  func stop() {
    drawing?.stop()
    drawing = nil
    viewer = nil
  }
}
