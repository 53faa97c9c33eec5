// The bytes of one terminal, both ways: when a remote is read, and who is told of it.

import EventLoop

/// Moves bytes between a remote and those that look at it.
///
///     remote ──read──▶ output ──lend──▶ viewers
///     remote ◀─write── input  ◀──────── viewer
///
/// How output flows is one line of arithmetic, ``mayRead``: the remote is read while the readers
/// allow more to be produced, and while the output has a place for more.
final class Relay: RemoteObserver, TurnEndHandler {
  /// What is read in a turn in which nothing else waits, in bytes, about.
  private static let mostAlone = 65536
  /// And for how long. A read of a pty that is empty waits for the thread of the kernel's that
  /// brings what the other side has written (`flush_work` in n_tty.c), non-blocking or not: on a
  /// busy machine until that gets a processor, each time.
  private static let longestAlone: Duration = .milliseconds(2)

  /// Who looks, and what that asks of the log.
  let readers: Readers
  /// How the remote ended, if it has.
  private(set) var end: RemoteEnd?
  private let remote: any Remote
  private let budget: MemoryBudget
  private let reactor: Reactor
  var turnEndMark = TurnEndMark()
  private let output: TerminalOutput
  private var input = InputQueue()
  private var gathering = Gathering()
  /// Whether an interrupt may skip output (`terminal.catchUp`).
  private var mayCatchUp = false
  /// There is none before the window has kept something back.
  private var catchUp: CatchUp?
  private var moving: MovingOn?

  /// - Parameters:
  ///   - remote: Not started.
  ///   - history: Bytes to be kept of output that no reader needs.
  ///   - charset: The host's.
  ///   - isStanding: Whether it waits for no viewer.
  ///   - budget: Whose memory that is.
  ///   - reactor: The loop.
  init(
    _ remote: any Remote, history: Int, charset: String, isStanding: Bool, budget: MemoryBudget,
    reactor: Reactor
  ) {
    readers = Readers(isStanding: isStanding)
    self.remote = remote
    self.budget = budget
    self.reactor = reactor
    output = TerminalOutput(history: history, charset: charset, readers: readers, budget: budget)
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
    readers.close()
    stopSkipping()
    moving?.close()
    output.dropAll()
    budget.forget(self)
  }

  // MARK: Viewers

  /// Where a viewer begins that wants the byte at `offset` next; 0 is all that history holds. Nil
  /// for a byte that was never produced.
  func beginning(at offset: Int) -> ViewerOutput? {
    guard (0...produced).contains(offset) else { return nil }
    let first = max(offset, output.start)
    var beginning = ViewerOutput(
      from: first, missed: first - offset, sizes: output.sizes, ceiling: output.limit,
      now: reactor.now)
    // A viewer that was not sent what is gone is shown what that has left on the screen.
    if offset < first { beginning.show(Painting(output.startPainting, budget: budget)) }
    return beginning
  }

  /// A viewer looks from now on.
  func join(_ viewer: Viewer) {
    readers.join(viewer)
    historyGrew()
  }

  /// A viewer does not look any more.
  func leave(_ viewer: Viewer) {
    if viewer === readers.typist { stopSkipping() }
    moving?.forget(viewer)
    readers.leave(viewer)
    historyGrew()
  }

  /// Another viewer types from now on, or none.
  func typistChanges(to typist: Viewer?) {
    stopSkipping()
    readers.typist = typist
    historyGrew()
    typist?.observer?.terminalHasNews()
  }

  private func stopSkipping() {
    catchUp?.stop()
    moving?.stop()
    if let typist = readers.typist, typist.isHere {
      typist.stopSkipping(logStart: output.start)
      typist.observer?.terminalHasNews()
    }
  }

  /// Moves a viewer on to the screen of now.
  func moveOn(_ viewer: Viewer) {
    mover().add(viewer)
  }

  private func mover() -> MovingOn {
    let mover = moving ?? MovingOn(self, output: output, budget: budget, reactor: reactor)
    moving = mover
    return mover
  }

  // MARK: Output

  /// From now on that one reads what comes, too; nil where none does.
  func hear(_ listener: (any OutputListener)?) { output.listener = listener }

  /// Output bytes that the remote has produced.
  var produced: Int { output.produced }

  /// The highest offset that was ever sent to a page that answers the host's questions.
  var highestSent: Int { output.highestSent }

  /// Lends a viewer what its frame lacks; what `write` reports as written is sent then.
  func send(to viewer: Viewer, _ write: (RawSpan, RawSpan) -> Int) {
    if viewer.output.paints(write) { return }
    let written = output.lend(viewer.output.unfinished, from: viewer.output.sent, write)
    guard written > 0 else { return }
    viewer.output.send(written, of: produced, now: reactor.now)
    // A watcher answers nothing that the host asks.
    if viewer === readers.typist { output.sentToTypist(upTo: viewer.output.sent) }
  }

  /// Output bytes that a viewer may be sent now: its window bounds what it has not acknowledged,
  /// but the program is held back by that of one only.
  func sendable(to viewer: Viewer) -> Int {
    viewer === readers.pacing
      ? viewer.output.unsent(of: produced) : viewer.output.unsentInWindow(of: produced)
  }

  /// A viewer's screen has processed everything before `offset`.
  ///
  /// - Returns: False where that was never sent to it.
  func acknowledge(_ offset: Int, by viewer: Viewer) -> Bool {
    guard viewer.output.acknowledge(offset, now: reactor.now) else { return false }
    let isPacing = viewer === readers.pacing
    if isPacing { historyGrew() }
    // What its window kept back may follow.
    if !isPacing || viewer.isBehind, viewer.output.sent < produced {
      viewer.observer?.terminalHasNews()
    }
    return true
  }

  /// Output that no reader needs any more may make room, here first: its own terminal need not
  /// stand behind those that wait for memory of others.
  func historyGrew() {
    budget.historyGrew()
    _ = takesMemory()
    updateInterest()
  }

  private var allowance: Int { readers.demand(produced: produced).allowance }

  private var mayRead: Bool {
    end == nil && moving?.holdsReading != true && allowance > 0 && output.mayTakeMore
  }

  /// Brings what is asked of the remote in line with what may be read and has to be written.
  func updateInterest() {
    guard end == nil else { return }
    noteHeldBack(allowance <= 0)
    remote.setInterest(reading: mayRead, writing: !input.isEmpty)
  }

  private func noteHeldBack(_ isHeldBack: Bool) {
    if isHeldBack, mayCatchUp, catchUp == nil {
      catchUp = CatchUp(self, output: output, moving: mover(), reactor: reactor)
    }
    catchUp?.note(isHeldBack: isHeldBack)
  }

  func remoteIsReadable() {
    guard mayRead, makesRoom() else { return updateInterest() }
    if let catchUp, catchUp.isOn {
      catchUp.skim(remote)
      // Others are sent all of it.
      if readers.viewers.count > 1 { readers.tell { $0.terminalHasNews() } }
      return
    }
    var (count, total) = (0, 0)
    let deadline = reactor.now + Self.longestAlone
    repeat {
      count = output.read(from: remote, atMost: allowance)
      total += count
      // While nothing else waits a flood is read on: a turn for each 4 KB costs a wait for each.
    } while count >= Gathering.floodRead && reactor.isAlone && total < Self.mostAlone
      && MonotonicInstant.now < deadline && mayRead && makesRoom()
    if total > 0 { act(gathering.take(total)) }
    updateInterest()
  }

  func turnEnds() {
    // Also while output is skipped: what is gathered waits for this call and for no other. Telling
    // is harmless then.
    act(gathering.turnEnds(unsent: readers.unsent(of: produced)))
  }

  private func act(_ action: Gathering.Action) {
    switch action {
    case .tell: readers.tell { $0.terminalHasNews() }
    case .putOff: reactor.atTurnEnd(self)
    case .wait: break
    }
  }

  func remoteEnded(_ end: RemoteEnd) {
    self.end = end
    budget.forget(self)
    catchUp?.finish()
    readers.tell { $0.terminalHasNews() }
  }

  // MARK: Memory

  private func makesRoom() -> Bool {
    let hasRoom = output.makeRoom()
    if !hasRoom { budget.wait(self) }
    return hasRoom
  }

  /// Memory may be back: it is asked for again.
  ///
  /// - Returns: False where it must wait on.
  func takesMemory() -> Bool {
    guard output.waitsForMemory else { return true }
    guard makesRoom() else { return false }
    updateInterest()
    return true
  }

  /// Gives back the memory of history, as far as a turn bears it.
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

  /// Takes the typist's input, which is no longer than the room.
  func type(_ piece: Span<UInt8>, by viewer: Viewer) {
    if end == nil, viewer === readers.pacing { catchUp?.keys(piece, of: viewer) }
    input.append(piece) { remote.write($0) }
    if !input.isEmpty { updateInterest() }
    tellRoom()
  }

  func remoteIsWritable() {
    input.drain { remote.write($0) }
    updateInterest()
    tellRoom()
  }

  private func tellRoom() {
    guard let typist = readers.typist, typist.input.shouldTell(room: typist.room) else { return }
    typist.observer?.terminalHasRoom()
  }

  /// Sends a break; false where the line knows none.
  func sendBreak() -> Bool { end == nil && remote.sendBreak() }

  func resize(_ size: TerminalSize) {
    output.resize(to: size)
    remote.resize(size)
  }
}
