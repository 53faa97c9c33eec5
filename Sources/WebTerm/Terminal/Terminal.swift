// One conversation with a host. It outlives the channels through which it is seen.

import EventLoop

/// Somebody who keeps terminals: an end of the circle between one terminal and all of them.
protocol TerminalKeeper: AnyObject {
  /// Nobody will come back to it.
  func terminalIsOver(_ terminal: Terminal)
  /// It can go on only with more memory, which the budget has refused.
  func terminalWaitsForMemory(_ terminal: Terminal)
}

/// A terminal: a remote, what it has said, what was typed.
///
///     remote ──read──▶ output ──lend──▶ channel
///     remote ◀─write── input ◀───────── channel
final class Terminal: RemoteObserver, TimerHandler, TurnEndHandler {
  let id: TerminalID
  let visitor: Visitor
  let address: AddressKey
  let destination: Destination
  let opened: MonotonicInstant
  /// How long it outlives its channel.
  let patience: Duration
  /// When a visitor last typed, or changed the screen's size.
  private(set) var lastTouched: MonotonicInstant
  /// How the remote ended, if it has.
  private(set) var end: RemoteEnd?
  /// Why the server ended it, if it has.
  private(set) var endReason: TerminalEndReason?

  private let reactor: Reactor
  private let remote: any Remote
  private let budget: MemoryBudget
  private weak var keeper: (any TerminalKeeper)?
  private let idlePatience: Duration
  private var output: TerminalOutput
  private var input = InputQueue()
  private var gathering = Gathering()
  private var timer: Reactor.Timer?
  /// Since when there is no channel.
  private var detachedSince: MonotonicInstant?

  /// What a terminal is made from.
  struct Parts {
    let id: TerminalID
    let visitor: Visitor
    let address: AddressKey
    let destination: Destination
    let remote: any Remote
    let reactor: Reactor
    let budget: MemoryBudget
    /// Bytes of seen output to be kept.
    let history: Int
    /// How long it outlives its channel.
    let patience: Duration
    /// How long a visitor may do nothing; zero is for ever.
    let idlePatience: Duration
  }

  init(_ parts: Parts, keeper: any TerminalKeeper) {
    id = parts.id
    visitor = parts.visitor
    address = parts.address
    destination = parts.destination
    remote = parts.remote
    reactor = parts.reactor
    budget = parts.budget
    patience = parts.patience
    idlePatience = parts.idlePatience
    opened = parts.reactor.now
    lastTouched = parts.reactor.now
    output = TerminalOutput(
      history: parts.history, budget: parts.budget, now: parts.reactor.now)
    self.keeper = keeper
    remote.observer = self
  }

  /// Begins the conversation.
  ///
  /// - Throws: ``RemoteFailure`` where it is clear at once that it cannot begin.
  func start(_ size: TerminalSize) throws(RemoteFailure) {
    do throws(RemoteFailure) {
      try remote.start(size)
    } catch {
      remote.hangUp()
      throw error
    }
    timer = reactor.makeTimer(handler: self)
  }

  // MARK: Channels

  /// Whether a channel is attached.
  var isAttached: Bool { output.attachment.observer != nil }

  /// Attaches a channel; one that was attached is told that it is not any more.
  ///
  /// - Parameters:
  ///   - newcomer: The channel.
  ///   - offset: The output byte that it wants next; 0 is all that history holds.
  ///   - size: Its screen.
  /// - Returns: How many of the bytes that it wants are gone, or nil where it wants bytes that were
  ///   never sent.
  func attach(_ newcomer: any TerminalObserver, from offset: Int, size: TerminalSize) -> Int? {
    guard (0...output.produced).contains(offset) else { return nil }
    // It still has its place then: a frame of which half is out must be completed.
    output.attachment.observer?.terminalWasTakenOver()
    let missed = output.attach(newcomer, from: offset, now: reactor.now)
    detachedSince = nil
    remote.resize(size)
    setTimer()
    outputWasSeen()
    return missed
  }

  /// The channel is gone. The terminal waits for another one for a while.
  func detach(_ leaver: any TerminalObserver) {
    guard output.attachment.observer === leaver else { return }
    output.detach()
    guard patience > .zero else { return terminate(.detachedTooLong) }
    detachedSince = reactor.now
    setTimer()
    updateInterest()
  }

  /// The visitor was told the end: the terminal is over.
  func endWasTold() {
    output.detach()
    finish()
  }

  /// Ends the conversation from our side: the terminal is over.
  func terminate(_ reason: TerminalEndReason) {
    let told = output.attachment.observer
    output.detach()
    endReason = reason
    told?.terminalWasEnded(reason)
    finish()
  }

  private func finish() {
    remote.hangUp()
    if let timer = timer.take() { reactor.remove(timer) }
    output.dropAll()
    keeper?.terminalIsOver(self)
    keeper = nil
  }

  // MARK: Time

  /// When it will have been left alone for too long, and in which way.
  private var nextEnd: (deadline: MonotonicInstant, reason: TerminalEndReason)? {
    let idle = idlePatience > .zero ? lastTouched + idlePatience : nil
    let gone = detachedSince.map { $0 + patience }
    switch (idle, gone) {
    case (let idle?, let gone?) where gone <= idle: return (gone, .detachedTooLong)
    case (let idle?, _): return (idle, .idle)
    case (nil, let gone?): return (gone, .detachedTooLong)
    case (nil, nil): return nil
    }
  }

  private func setTimer() {
    if let timer { reactor.set(timer, to: nextEnd?.deadline) }
  }

  func timerFired(now: MonotonicInstant) {
    // The timer is not moved with every key: whoever typed meanwhile has more time.
    guard let (deadline, reason) = nextEnd, deadline <= now else { return setTimer() }
    terminate(reason)
  }

  // MARK: Output

  /// How far the present channel is, or the last one was.
  var attachment: Attachment { output.attachment }

  /// The highest offset that was ever sent to anybody.
  var highestSent: Int { output.highestSent }

  /// Output bytes that the remote has produced.
  var produced: Int { output.produced }

  /// Output that the attached channel has not sent yet, in bytes.
  var unsent: Int { output.unsent }

  /// Lends the next `count` unsent bytes; what `write` reports as written is sent then.
  func send(_ count: Int, _ write: (RawSpan, RawSpan) -> Int) {
    output.send(count, now: reactor.now, write)
  }

  /// The screen has processed everything before `offset`.
  ///
  /// - Returns: False where that was never sent.
  func acknowledge(_ offset: Int) -> Bool {
    guard output.acknowledge(offset, now: reactor.now) else { return false }
    outputWasSeen()
    return true
  }

  func remoteIsReadable() {
    guard end == nil, output.mayRead, makesRoom() else { return updateInterest() }
    let count = output.read(from: remote)
    if count > 0 { act(gathering.take(count)) }
    updateInterest()
  }

  func turnEnds() {
    act(gathering.turnEnds(unsent: output.unsent))
  }

  private func act(_ action: Gathering.Action) {
    switch action {
    case .tell: output.attachment.observer?.terminalHasNews()
    case .putOff: reactor.atTurnEnd(self)
    case .wait: break
    }
  }

  // MARK: Memory

  /// A full log grows where it may. Where it may not, history that was seen makes room; without any, it waits.
  private func makesRoom() -> Bool {
    guard let growth = output.wantedGrowth else { return true }
    // Asking comes first: what the budget takes back for it may be all that this log itself had.
    if budget.grants(growth) || output.isUnborn {
      output.grow()
      return true
    }
    if output.hasRoom { return true }
    output.waitsForMemory = true
    budget.wait()
    keeper?.terminalWaitsForMemory(self)
    return false
  }

  /// A viewer has told how far it is: what it has seen may make room, here first. Whoever is seen need not stand behind
  /// those that wait for memory of others.
  private func outputWasSeen() {
    if output.waitsForMemory { _ = takesMemory() }
    budget.historyGrew()
    updateInterest()
  }

  /// Memory may be back: whoever waited for it goes on.
  ///
  /// - Returns: False where it must wait on.
  func takesMemory() -> Bool {
    guard output.waitsForMemory else { return true }
    guard makesRoom() else { return false }
    output.waitsForMemory = false
    updateInterest()
    return true
  }

  /// Gives back the memory of history that was seen.
  func dropHistory() {
    output.dropHistory()
  }

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
    lastTouched = reactor.now
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
    if input.shouldTellRoom { output.attachment.observer?.terminalHasRoom() }
  }

  /// The screen has another size.
  func resize(_ size: TerminalSize) {
    lastTouched = reactor.now
    remote.resize(size)
  }

  // MARK: The remote

  private func updateInterest() {
    guard end == nil else { return }
    remote.setInterest(reading: output.mayRead, writing: !input.isEmpty)
  }

  func remoteEnded(_ end: RemoteEnd) {
    self.end = end
    output.attachment.observer?.terminalHasNews()
  }
}
