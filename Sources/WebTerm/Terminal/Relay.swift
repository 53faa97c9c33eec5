// The bytes of one terminal, both ways: when a remote is read, and who is told of it.

import EventLoop

/// Moves bytes between a remote and whoever looks at it.
///
///     remote ──read──▶ output ──lend──▶ viewer
///     remote ◀─write── input  ◀──────── viewer
///
/// How output flows is one line of arithmetic, ``mayRead``: the remote is read while what was produced and is not on the
/// viewer's screen stays below the viewer's window, and while the output has a place for more.
final class Relay: RemoteObserver, TurnEndHandler, MemoryWaiter, CatchUpReader, LogDrawingReader {
  /// What is read in a turn in which nobody else waits, in bytes, about.
  private static let mostAlone = 65536
  /// And for how long. A read of a pty that is empty waits for the thread of the kernel's that brings what the other side has
  /// written (`flush_work` in n_tty.c), non-blocking or not: on a busy machine until that gets a processor, each time.
  private static let longestAlone: Duration = .milliseconds(2)

  /// Who looks, and how far that one is. Without anybody the log alone is the bound.
  var viewer: Attachment? {
    didSet {
      catchUp?.stop()
      drawing?.stop()
      drawing = nil
      if let viewer { see(viewer.acknowledged) } else { updateInterest() }
    }
  }
  /// How the remote ended, if it has.
  private(set) var end: RemoteEnd?
  private let remote: any Remote
  private let budget: MemoryBudget
  private let reactor: Reactor
  private let output: TerminalOutput
  private var input = InputQueue()
  private var gathering = Gathering()
  /// Whether not every byte is to be seen, whatever is interrupted.
  private var mayCatchUp = false
  /// There is none before the window has kept something back.
  private var catchUp: CatchUp?
  /// The screen that is shown instead of what is skipped, while it is drawn.
  private var drawing: LogDrawing?

  /// - Parameters:
  ///   - remote: Not started.
  ///   - history: Bytes of seen output to be kept.
  ///   - charset: The host's.
  ///   - budget: Whose memory that is.
  ///   - reactor: The loop.
  init(
    _ remote: any Remote, history: Int, charset: String, budget: MemoryBudget, reactor: Reactor
  ) {
    self.remote = remote
    self.budget = budget
    self.reactor = reactor
    output = TerminalOutput(history: history, charset: charset, budget: budget)
    remote.observer = self
  }

  /// From now on an interrupt is answered by the screen of then, where much is on its way.
  func catchUpOnInterrupts() {
    mayCatchUp = true
  }

  /// Begins the conversation.
  ///
  /// - Throws: ``RemoteFailure`` where it is clear at once that it cannot begin.
  func start(_ size: TerminalSize) throws(RemoteFailure) {
    output.resize(to: size)
    do throws(RemoteFailure) {
      try remote.start(size)
    } catch {
      remote.hangUp()
      throw error
    }
  }

  /// Hangs the remote up, and gives all memory back.
  func close() {
    remote.hangUp()
    catchUp?.stop()
    drawing?.stop()
    output.dropAll()
    budget.forget(self)
  }

  // MARK: Output

  /// Output bytes that the remote has produced.
  var produced: Int { output.produced }

  /// The highest offset that was ever sent to anybody.
  var highestSent: Int { output.highestSent }

  /// A place for a viewer that wants the byte at `offset` next; 0 is all that history holds. Nil for a byte that was never
  /// produced.
  func place(_ observer: any TerminalObserver, at offset: Int) -> Attachment? {
    guard (0...produced).contains(offset) else { return nil }
    let first = max(offset, output.start)
    let attachment = Attachment(
      observer, from: first, missed: first - offset, ceiling: output.limit, now: reactor.now)
    attachment.sizes = output.sizes
    // Whoever has not seen what is gone is shown what it has left on the screen.
    if offset < first { attachment.show(Painting(output.startPainting, budget: budget)) }
    return attachment
  }

  /// Lends a viewer what its frame lacks; what `write` reports as written is sent then.
  func send(to viewer: Attachment, _ write: (RawSpan, RawSpan) -> Int) {
    if viewer.paints(write) { return }
    let written = output.lend(viewer.unfinished, from: viewer.sent, write)
    if written > 0 { viewer.send(written, of: produced, now: reactor.now) }
  }

  /// A viewer's screen has processed everything before `offset`.
  ///
  /// - Returns: False where that was never sent to it.
  func acknowledge(_ offset: Int, by viewer: Attachment) -> Bool {
    guard viewer.acknowledge(offset, now: reactor.now) else { return false }
    // What is skipped counts as seen already, and does not come back by an acknowledgement of what was sent before.
    let isSkipping = catchUp?.isOn == true
    if viewer === self.viewer {
      see(isSkipping ? max(output.seen, viewer.acknowledged) : viewer.acknowledged)
    }
    return true
  }

  /// What was seen may make room, here first: whoever is seen need not stand behind those that wait for memory of others.
  private func see(_ offset: Int) {
    output.see(offset)
    _ = takesMemory()
    updateInterest()
  }

  private var allowance: Int {
    catchUp?.isOn == true ? .max : viewer?.allowance(beyond: produced) ?? .max
  }

  private var mayRead: Bool {
    end == nil && drawing == nil && allowance > 0 && output.mayTakeMore
  }

  private func updateInterest() {
    guard end == nil else { return }
    noteHeldBack(allowance <= 0)
    remote.setInterest(reading: mayRead, writing: !input.isEmpty)
  }

  func remoteIsReadable() {
    guard mayRead, makesRoom() else { return updateInterest() }
    if let catchUp, catchUp.isOn { return skim(catchUp) }
    var (count, total) = (0, 0)
    let deadline = reactor.now + Self.longestAlone
    repeat {
      count = output.read(from: remote, atMost: allowance)
      total += count
      // While nobody else waits a flood is read on: a turn for each 4 KB costs a wait for each.
    } while count >= Gathering.floodRead && reactor.isAlone && total < Self.mostAlone
      && MonotonicInstant.now < deadline && mayRead && makesRoom()
    if total > 0 { act(gathering.take(total)) }
    updateInterest()
  }

  func turnEnds() {
    // Also while output is skipped: what is gathered waits for this call and for no other. Telling is harmless then.
    act(gathering.turnEnds(unsent: viewer.map { produced - $0.sent } ?? 0))
  }

  private func act(_ action: Gathering.Action) {
    switch action {
    case .tell: viewer?.observer.terminalHasNews()
    case .putOff: reactor.atTurnEnd(self)
    case .wait: break
    }
  }

  func remoteEnded(_ end: RemoteEnd) {
    self.end = end
    budget.forget(self)
    if catchUp?.isOn == true { finishCatchUp() }
    viewer?.observer.terminalHasNews()
  }

  // MARK: Catching up

  private func noteHeldBack(_ isHeldBack: Bool) {
    if isHeldBack, mayCatchUp, catchUp == nil { catchUp = CatchUp(self, reactor: reactor) }
    catchUp?.note(isHeldBack: isHeldBack)
  }

  private func beginCatchUp(_ catchUp: CatchUp, for viewer: Attachment) {
    viewer.observer.terminalWillSkip()
    viewer.isSkipping = true
    catchUp.begin(SkipLimit(of: output, from: viewer.sent))
    // A log that is full of what was not seen could not be read on.
    output.see(catchUp.limit)
    updateInterest()
  }

  /// Reads on whatever the viewer has seen: what comes is drawn, and not sent.
  private func skim(_ catchUp: CatchUp) {
    if output.read(from: remote, atMost: .max) > 0 { catchUp.came(output) }
    output.see(catchUp.limit)
    updateInterest()
  }

  func catchUpEnds() {
    finishCatchUp()
  }

  private func finishCatchUp() {
    guard let catchUp else { return }
    catchUp.stop()
    guard let viewer, viewer.isSkipping else { return }
    let limit = catchUp.limit
    // Little is sent as it is, where all of it is still there.
    guard limit - viewer.sent > Attachment.littleSkipped || output.start > viewer.sent else {
      return endSkipping(viewer)
    }
    let drawing = LogDrawing(
      of: output, to: limit, budget.drawing, reactor: reactor, reader: self)
    self.drawing = drawing
    drawing.turnEnds()
    updateInterest()
  }

  func screenIsDrawn(_ painting: [UInt8]?, before offset: Int) {
    drawing = nil
    guard let viewer, viewer.isSkipping else { return }
    // Where nobody knows the screen, all that is still there is sent.
    let next = painting == nil ? max(viewer.sent, output.start) : offset
    if next > viewer.sent {
      let painting = Painting(painting ?? [], budget: budget)
      viewer.skip(to: next, painting: painting, now: reactor.now)
      output.skip(to: next)
      viewer.observer.terminalHasSkipped()
    }
    endSkipping(viewer)
  }

  private func endSkipping(_ viewer: Attachment) {
    viewer.isSkipping = false
    see(viewer.acknowledged)
    viewer.observer.terminalHasNews()
  }

  // MARK: Memory

  private func makesRoom() -> Bool {
    let hasRoom = output.makeRoom()
    if !hasRoom { budget.wait(self) }
    return hasRoom
  }

  func takesMemory() -> Bool {
    guard output.waitsForMemory else { return true }
    guard makesRoom() else { return false }
    updateInterest()
    return true
  }

  /// Gives back the memory of history that was seen, as far as a turn bears it.
  ///
  /// - Returns: False where it must be asked again, in a later turn.
  func dropHistory() -> Bool { output.dropHistory() }

  /// Memory that ``dropHistory()`` could give back, in bytes, about.
  var droppableHistory: Int { output.droppableHistory }

  // MARK: Input

  /// Input bytes that have come.
  var received: Int { input.received }

  /// How many more may come now.
  var room: Int { input.room }

  /// Takes input.
  ///
  /// - Returns: False where it is longer than the room.
  func type(_ piece: Span<UInt8>) -> Bool {
    guard piece.count <= input.room else { return false }
    if let catchUp, let viewer, end == nil, drawing == nil, catchUp.isAsked(by: piece),
      output.mayPaint
    {
      beginCatchUp(catchUp, for: viewer)
    }
    input.append(piece) { remote.write($0) }
    if !input.isEmpty { updateInterest() }
    tellRoom()
    return true
  }

  /// The visitor is being told the room as it is now.
  func roomIsTold() {
    input.roomIsTold()
  }

  func remoteIsWritable() {
    input.drain { remote.write($0) }
    updateInterest()
    tellRoom()
  }

  private func tellRoom() {
    if input.shouldTellRoom { viewer?.observer.terminalHasRoom() }
  }

  /// Sends a break; false where the line knows none.
  func sendBreak() -> Bool { end == nil && remote.sendBreak() }

  func resize(_ size: TerminalSize) {
    output.resize(to: size)
    remote.resize(size)
  }
}
