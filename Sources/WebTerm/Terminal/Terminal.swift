// One conversation with a host. It outlives the channels through which it is seen.

import EventLoop

/// Somebody who keeps terminals. The registry is the only one; without this, neither of the two files could be read
/// without the other.
protocol TerminalKeeper: AnyObject {
  /// Nobody will come back to it.
  func terminalIsOver(_ terminal: Terminal)
}

/// A terminal: whose it is, where it leads, who looks at it, and when it is over. Its bytes are its relay's.
final class Terminal: TimerHandler {
  let id: TerminalID
  /// Which one it is of all that were opened, from 1.
  let number: Int
  let visitor: Visitor
  let address: AddressKey
  let destination: Destination
  /// Who has come to it last; another browser of its owner's than the opener's, perhaps.
  var holder: Holder
  let opened: MonotonicInstant
  let relay: Relay
  private(set) var lifetime: Lifetime
  private(set) var viewers = ViewerNumbers()
  /// Why the server ended it, if it has.
  private(set) var endReason: TerminalEndReason?

  private let reactor: Reactor
  private weak var keeper: (any TerminalKeeper)?
  private var timer: Reactor.Timer?

  /// Where a terminal leads, and for whom.
  struct Identity {
    let id: TerminalID
    let number: Int
    let visitor: Visitor
    let address: AddressKey
    let destination: Destination
  }

  init(
    _ identity: Identity, _ remote: any Remote, _ terms: TerminalTerms, budget: MemoryBudget,
    reactor: Reactor, keeper: any TerminalKeeper
  ) {
    id = identity.id
    number = identity.number
    visitor = identity.visitor
    address = identity.address
    holder = Holder(visitor: identity.visitor, address: identity.address)
    destination = identity.destination
    opened = reactor.now
    lifetime = Lifetime(terms, now: reactor.now)
    relay = Relay(
      remote, history: terms.history, charset: identity.destination.target.charset, budget: budget,
      reactor: reactor)
    if terms.catchUp { relay.catchUpOnInterrupts() }
    self.reactor = reactor
    self.keeper = keeper
  }

  /// Begins the conversation.
  ///
  /// - Throws: ``RemoteFailure`` where it is clear at once that it cannot begin.
  func start(_ size: TerminalSize) throws(RemoteFailure) {
    try relay.start(size)
    timer = reactor.makeTimer(handler: self)
  }

  // MARK: Viewers

  /// Whether somebody looks at it.
  var isAttached: Bool { relay.viewer != nil }

  /// Attaches a viewer that has not been here before; one that was attached is told that it is not any more.
  ///
  /// - Parameters:
  ///   - newcomer: The viewer.
  ///   - offset: The output byte that it wants next; 0 is all that history holds.
  ///   - size: Its screen.
  /// - Returns: Its place, or nil where it wants bytes that were never produced.
  func attach(
    _ newcomer: any TerminalObserver, from offset: Int, size: TerminalSize
  ) -> Attachment? {
    guard let attachment = relay.place(newcomer, at: offset) else { return nil }
    attachment.number = viewers.next()
    install(attachment, size)
    return attachment
  }

  /// Attaches a viewer that has been here before: in the place of an older channel of its own, but never in that of another
  /// viewer.
  ///
  /// - Parameters:
  ///   - number: The viewer's.
  ///   - newcomer: Its channel.
  ///   - offset: The output byte that it wants next; 0 is all that history holds.
  ///   - size: Its screen.
  /// - Returns: Its place.
  /// - Throws: ``ReturnProblem``; nothing has changed then.
  func comeBack(
    as number: Int, _ newcomer: any TerminalObserver, from offset: Int, size: TerminalSize
  ) throws(ReturnProblem) -> Attachment {
    guard viewers.knows(number) else { throw .unknownViewer }
    guard relay.viewer.map({ $0.number == number }) ?? true else { throw .elsewhere }
    guard let attachment = relay.place(newcomer, at: offset) else { throw .beyondOutput }
    attachment.number = number
    install(attachment, size)
    return attachment
  }

  private func install(_ attachment: Attachment, _ size: TerminalSize) {
    // First: the rest of its frame is taken from the log, which may drop it as soon as another viewer's offset counts.
    relay.viewer?.observer.terminalWasTakenOver()
    relay.viewer = attachment
    viewers.attach(attachment.number)
    lifetime.attach()
    setTimer()
    relay.resize(size)
  }

  /// A viewer is gone. The terminal waits for another one for a while.
  func detach(_ leaver: Attachment) {
    guard relay.viewer === leaver else { return }
    relay.viewer = nil
    guard lifetime.detach(now: reactor.now) else { return terminate(.detachedTooLong) }
    setTimer()
  }

  /// The viewer was told the end: the terminal is over.
  func endWasTold() {
    relay.viewer = nil
    finish()
  }

  /// Ends the conversation from our side: the terminal is over.
  func terminate(_ reason: TerminalEndReason) {
    let told = relay.viewer.take()
    endReason = reason
    told?.observer.terminalWasEnded(reason)
    finish()
  }

  private func finish() {
    relay.close()
    if let timer = timer.take() { reactor.remove(timer) }
    keeper?.terminalIsOver(self)
    keeper = nil
  }

  private func setTimer() {
    if let timer { reactor.set(timer, to: lifetime.nextDeadline(now: reactor.now)) }
  }

  func timerFired(now: MonotonicInstant) {
    lifetime.serverReturned(at: reactor.presence.returnedAt)
    if let words = lifetime.warn(now: now) { relay.viewer?.observer.terminalHasNotice(words) }
    // The timer is not moved with every key: whoever typed meanwhile has more time.
    guard let (deadline, reason) = lifetime.end, deadline <= now else { return setTimer() }
    terminate(reason)
  }

  // MARK: What a visitor does

  /// Takes input.
  ///
  /// - Returns: False where it is longer than the room.
  func type(_ piece: Span<UInt8>) -> Bool {
    lifetime.touch(now: reactor.now)
    return relay.type(piece)
  }

  /// Sends a break; false where the line knows none.
  func sendBreak() -> Bool {
    lifetime.touch(now: reactor.now)
    return relay.sendBreak()
  }

  /// The screen has another size.
  func resize(_ size: TerminalSize) {
    lifetime.touch(now: reactor.now)
    relay.resize(size)
  }
}
