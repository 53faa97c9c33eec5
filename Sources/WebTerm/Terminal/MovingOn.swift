// Viewers that will not be sent all that was produced: the screen as it is then, instead.

import EventLoop

/// Draws the screen as it is behind what is skipped, over as many turns as that takes, and moves
/// viewers on to it: the typist after an interrupt, and those that have fallen behind the log. All
/// that wait are shown the same one.
final class MovingOn: TimerHandler {
  /// For viewers that are behind a screen is drawn so often at most: each costs as much as the log
  /// is long.
  private static let pause: Duration = .milliseconds(200)

  private unowned let relay: Relay
  private let output: TerminalOutput
  private let budget: MemoryBudget
  private let reactor: Reactor
  private var drawing: LogDrawing?
  /// For whom it is drawn.
  private var moved: [Viewer] = []
  /// For whom the next one will be.
  private var waiting: [Viewer] = []
  private var timer: Reactor.Timer?
  private var restsUntil: MonotonicInstant?
  /// Whether nothing is read until the screen is drawn.
  private(set) var holdsReading = false

  init(_ relay: Relay, output: TerminalOutput, budget: MemoryBudget, reactor: Reactor) {
    self.relay = relay
    self.output = output
    self.budget = budget
    self.reactor = reactor
  }

  /// Moves the typist on. Nothing is read until the screen is there, perhaps at once.
  ///
  /// - Parameters:
  ///   - typist: It is being skipped.
  ///   - limit: Output before this offset is skipped.
  func move(_ typist: Viewer, to limit: Int) {
    // Little is sent as it is, where all of it is still there.
    let isMuch = limit - typist.output.sent > ViewerOutput.littleSkipped
    guard isMuch || output.start > typist.output.sent else { return end(typist) }
    giveUp()
    moved = [typist]
    holdsReading = true
    draw(to: limit)
    relay.updateInterest()
  }

  /// Moves a viewer on that is behind the log, with others that are.
  func add(_ viewer: Viewer) {
    guard !(waiting + moved).contains(where: { $0 === viewer }) else { return }
    waiting.append(viewer)
    setTimer()
  }

  private func setTimer() {
    guard drawing == nil, !waiting.isEmpty else { return }
    let timer = self.timer ?? reactor.makeTimer(handler: self)
    self.timer = timer
    reactor.set(timer, to: max(reactor.now, restsUntil ?? reactor.now))
  }

  func timerFired(now: MonotonicInstant) {
    guard drawing == nil, !waiting.isEmpty else { return }
    (moved, waiting) = (waiting, [])
    restsUntil = now + Self.pause
    draw(to: output.isShifted ? SkipLimit(of: output, from: output.start).offset : output.produced)
  }

  private func draw(to limit: Int) {
    let drawing = LogDrawing(
      of: output, to: limit, budget.drawing, reactor: reactor, reader: self)
    self.drawing = drawing
    drawing.turnEnds()
  }

  /// The screen is drawn.
  ///
  /// - Parameters:
  ///   - painting: What makes it; nil where it takes too long to find out.
  ///   - offset: It is as it was behind the byte before this offset.
  func screenIsDrawn(_ painting: [UInt8]?, before offset: Int) {
    drawing = nil
    holdsReading = false
    let viewers = moved
    moved = []
    for viewer in viewers {
      // Where the screen is not known, all that is still there is sent.
      let next = max(viewer.output.sent, painting == nil ? output.start : offset)
      if next > viewer.output.sent {
        let painting = Painting(painting ?? [], budget: budget)
        viewer.moveOn(to: next, painting: painting, now: reactor.now)
        if viewer === relay.readers.typist { output.sentToTypist(upTo: next) }
      }
      end(viewer)
    }
    setTimer()
  }

  private func end(_ viewer: Viewer) {
    viewer.isMovedOn()
    if viewer === relay.readers.typist { relay.historyGrew() }
    viewer.observer?.terminalHasNews()
  }

  /// A viewer is gone.
  func forget(_ viewer: Viewer) {
    waiting.removeAll { $0 === viewer }
    moved.removeAll { $0 === viewer }
  }

  /// The typist is not skipped any more.
  func stop() {
    guard holdsReading else { return }
    moved = []
    giveUp()
    setTimer()
  }

  /// What is being drawn is not; those for whom it was wait on.
  private func giveUp() {
    drawing?.stop()
    drawing = nil
    holdsReading = false
    waiting += moved
    moved = []
  }

  /// The terminal is over.
  func close() {
    giveUp()
    waiting = []
    if let timer = timer.take() { reactor.remove(timer) }
  }
}
