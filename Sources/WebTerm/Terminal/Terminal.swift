// One conversation with a host. It outlives the channels through which it is seen.

import EventLoop

/// A terminal: whose it is, where it leads, who looks at it, and when it is over. Its bytes are its
/// relay's.
final class Terminal: TimerHandler {
  let id: TerminalID
  /// Which one it is of all that were opened, from 1.
  let number: Int
  let owner: Owner
  /// Who has opened it, for the limits.
  let opener: Holder
  let destination: Destination
  /// Who has come to it last: perhaps from another browser of its owner's.
  var holder: Holder
  let opened: MonotonicInstant
  /// Its neighbours in the registry's order of touches.
  var touched = TouchedOrder.Links()
  let relay: Relay
  private(set) var lifetime: Lifetime
  private(set) var viewers = ViewerNumbers()
  /// Why the server ended it, if it has.
  private(set) var endReason: TerminalEndReason?

  private let reactor: Reactor
  /// Keeps it until it is over.
  private weak var registry: TerminalRegistry?
  private var timer: Reactor.Timer?

  /// Whose a terminal is, and where it leads.
  struct Identity {
    let id: TerminalID
    let number: Int
    let owner: Owner
    let opener: Holder
    let destination: Destination
  }

  init(
    _ identity: Identity, _ remote: any Remote, _ terms: TerminalPolicy, budget: MemoryBudget,
    reactor: Reactor, registry: TerminalRegistry
  ) {
    id = identity.id
    number = identity.number
    owner = identity.owner
    opener = identity.opener
    holder = identity.opener
    destination = identity.destination
    opened = reactor.now
    lifetime = Lifetime(terms, now: reactor.now)
    relay = Relay(
      remote, history: terms.history, charset: identity.destination.target.charset, budget: budget,
      reactor: reactor)
    if terms.catchUp { relay.catchUpOnInterrupts() }
    self.reactor = reactor
    self.registry = registry
  }

  /// Begins the conversation.
  ///
  /// - Throws: ``RemoteFailure`` where it is clear at once that it cannot begin.
  func start(_ size: TerminalSize) throws(RemoteFailure) {
    try relay.start(size)
    timer = reactor.makeTimer(handler: self)
  }

  /// Output bytes that the remote has produced.
  var produced: Int { relay.produced }

  /// The highest output offset that was ever sent to anybody.
  var highestSent: Int { relay.highestSent }

  // MARK: Viewers

  /// Whether it has a viewer.
  var isAttached: Bool { !relay.readers.viewers.isEmpty }

  /// Attaches a viewer that has not been here before; one that was attached is told that it is not
  /// any more.
  ///
  /// - Parameters:
  ///   - newcomer: Its channel.
  ///   - offset: The output byte that it wants next; 0 is all that history holds.
  ///   - size: Its screen.
  /// - Returns: The viewer, or nil where it wants bytes that were never produced.
  func attach(_ newcomer: any TerminalObserver, from offset: Int, size: TerminalSize) -> Viewer? {
    guard let output = relay.beginning(at: offset) else { return nil }
    return install(Viewer(viewers.next(), of: self, newcomer, output: output), size)
  }

  /// Attaches a viewer that has been here before: in the place of an older channel of its own, but
  /// never in that of another viewer.
  ///
  /// - Parameters:
  ///   - number: The viewer's.
  ///   - newcomer: Its channel.
  ///   - offset: The output byte that it wants next; 0 is all that history holds.
  ///   - size: Its screen.
  /// - Returns: The viewer.
  /// - Throws: ``ReturnProblem``; nothing has changed then.
  func comeBack(
    as number: Int, _ newcomer: any TerminalObserver, from offset: Int, size: TerminalSize
  ) throws(ReturnProblem) -> Viewer {
    guard viewers.knows(number) else { throw .unknownViewer }
    guard relay.readers.viewers.allSatisfy({ $0.number == number }) else { throw .elsewhere }
    guard let output = relay.beginning(at: offset) else { throw .beyondOutput }
    return install(Viewer(number, of: self, newcomer, output: output), size)
  }

  private func install(_ viewer: Viewer, _ size: TerminalSize) -> Viewer {
    for former in relay.readers.viewers {
      // First: the rest of its frame is taken from the log, which may drop it as soon as another
      // viewer's offset counts.
      former.observer.terminalWasTakenOver()
      relay.readers.leave(former)
    }
    relay.join(viewer)
    viewers.attach(viewer.number)
    lifetime.attach()
    setTimer()
    relay.resize(size)
    return viewer
  }

  /// A viewer is gone. The terminal waits for another one for a while.
  func detach(_ leaver: Viewer) {
    guard relay.readers.viewers.contains(where: { $0 === leaver }) else { return }
    relay.leave(leaver)
    guard !isAttached else { return }
    guard lifetime.detach(now: reactor.now) else { return terminate(.detachedTooLong) }
    setTimer()
  }

  /// The viewer was told the end: the terminal is over.
  func endWasTold() {
    finish()
  }

  /// Ends the conversation from our side: the terminal is over.
  func terminate(_ reason: TerminalEndReason) {
    endReason = reason
    let told = relay.readers.viewers
    relay.readers.close()
    for viewer in told { viewer.observer.terminalWasEnded(reason) }
    finish()
  }

  private func finish() {
    relay.close()
    if let timer = timer.take() { reactor.remove(timer) }
    registry?.terminalIsOver(self)
    registry = nil
  }

  private func setTimer() {
    if let timer { reactor.set(timer, to: lifetime.nextDeadline(now: reactor.now)) }
  }

  func timerFired(now: MonotonicInstant) {
    lifetime.serverReturned(at: reactor.presence.returnedAt)
    if let words = lifetime.warn(now: now) { relay.readers.tell { $0.terminalHasNotice(words) } }
    // The timer is not moved with every key: a terminal that was typed into meanwhile has more
    // time.
    guard let (deadline, reason) = lifetime.end, deadline <= now else { return setTimer() }
    terminate(reason)
  }

  // MARK: What a visitor does

  private func touch() {
    lifetime.touch(now: reactor.now)
    registry?.touch(self)
  }

  /// Takes input.
  ///
  /// - Returns: False where it is longer than the room.
  func type(_ piece: Span<UInt8>) -> Bool {
    touch()
    return relay.type(piece)
  }

  /// Sends a break; false where the line knows none.
  func sendBreak() -> Bool {
    touch()
    return relay.sendBreak()
  }

  /// The screen has another size.
  func resize(_ size: TerminalSize) {
    touch()
    relay.resize(size)
  }
}
