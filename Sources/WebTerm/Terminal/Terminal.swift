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
  /// Who of its owner's has come to it last: perhaps from another browser.
  private(set) var holder: Holder
  let opened: MonotonicInstant
  /// Its neighbours in the registry's order of touches.
  var touched = TouchedOrder.Links()
  let relay: Relay
  private(set) var lifetime: Lifetime
  private(set) lazy var viewers = Viewers(of: self, most: mostViewers, reactor: reactor)
  /// The screen's size, which is the typist's.
  private(set) var size: TerminalSize
  /// Whether others have heard that it is open.
  var isTold = false
  private let mostViewers: Int
  private var isOver = false
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
    /// Whether it is opened and kept open by the server, and waits for no viewer.
    var isStanding = false
  }

  init(
    _ identity: Identity, _ remote: any Remote, _ terms: TerminalPolicy, size: TerminalSize,
    budget: MemoryBudget, reactor: Reactor, registry: TerminalRegistry
  ) {
    self.size = size
    mostViewers = terms.viewers
    id = identity.id
    number = identity.number
    owner = identity.owner
    opener = identity.opener
    holder = identity.opener
    destination = identity.destination
    opened = reactor.now
    lifetime = Lifetime(terms, isStanding: identity.isStanding, now: reactor.now)
    relay = Relay(
      remote, history: terms.history, charset: identity.destination.target.charset,
      isStanding: identity.isStanding, budget: budget, reactor: reactor)
    if terms.catchUp { relay.catchUpOnInterrupts() }
    self.reactor = reactor
    self.registry = registry
  }

  /// Begins the conversation.
  ///
  /// - Throws: ``RemoteFailure`` where it is clear at once that it cannot begin.
  func start() throws(RemoteFailure) {
    try relay.start(size)
    timer = reactor.makeTimer(handler: self)
  }

  /// Output bytes that the remote has produced.
  var produced: Int { relay.produced }

  /// The highest output offset that was ever sent to a page that answers the host's questions.
  var highestSent: Int { relay.highestSent }

  /// Input bytes that have come.
  var typed: Int { relay.received }

  /// The time of this turn.
  var now: MonotonicInstant { reactor.now }

  /// Whether it belongs to a line, and not to a visitor.
  var isConsole: Bool { if case .console = owner { true } else { false } }

  /// The line to which it leads is kept open from now on, or not any more.
  func stand(_ stands: Bool) {
    lifetime.stand(stands, isAttached: isAttached, now: reactor.now)
    relay.readers.isStanding = stands
    relay.historyGrew()
    setTimer()
  }

  /// Whether its line is kept open by the server.
  var isStanding: Bool { lifetime.isStanding }

  // MARK: Viewers

  /// Whether a viewer looks at it.
  var isAttached: Bool { !viewers.here.isEmpty }

  /// A viewer has come, or is back.
  func attached(_ viewer: Viewer) {
    if viewer.person.standing == .owner { holder = viewer.person.holder }
    if viewers.isKept { lifetime.attach() }
    if isTold { registry?.events.tell(.attached(viewer), of: self) }
    setTimer()
  }

  /// A viewer's channel is gone. The terminal waits for another one by whom it lives.
  func detached(_ viewer: Viewer) {
    registry?.events.tell(.detached(viewer), of: self)
    guard !viewers.isKept, endReason == nil else { return }
    guard lifetime.detach(now: reactor.now) else { return terminate(.detachedTooLong) }
    setTimer()
  }

  /// Another viewer types from now on.
  func types(_ viewer: Viewer, by cause: Viewer?) {
    if isTold { registry?.events.tell(.types(viewer, by: cause ?? viewer), of: self) }
  }

  /// A viewer has said a line to all.
  func noted(_ note: Note, by viewer: Viewer) {
    registry?.events.tell(.noted(note, by: viewer), of: self)
  }

  /// The remote has ended and the owner was told: others are not waited for long.
  func lastWords() {
    lifetime.ownerWasTold(now: reactor.now)
    setTimer()
  }

  /// Tells all that look.
  func tell(_ notice: ViewerNotice) {
    relay.readers.tell { $0.terminalTells(.notice(notice)) }
  }

  /// Ends the conversation from our side: the terminal is over.
  func terminate(_ reason: TerminalEndReason) {
    guard endReason == nil else { return }
    endReason = reason
    let told = viewers.here
    for viewer in told { viewer.observer?.terminalWasEnded(reason) }
    finish()
  }

  /// It is over.
  func finish() {
    guard !isOver else { return }
    isOver = true
    relay.close()
    viewers.close()
    if let timer = timer.take() { reactor.remove(timer) }
    registry?.terminalIsOver(self)
    registry = nil
  }

  /// Sets the timer to what is due first.
  func setTimer() {
    guard let timer else { return }
    let deadlines = [lifetime.nextDeadline(now: reactor.now), viewers.nextDeadline]
    reactor.set(timer, to: deadlines.compactMap(\.self).min())
  }

  func timerFired(now: MonotonicInstant) {
    lifetime.serverReturned(at: reactor.presence.returnedAt)
    viewers.tick(now: now)
    if let warning = lifetime.warn(now: now) { tell(ViewerNotice(warning)) }
    // The timer is not moved with every key: input has put the end off meanwhile.
    guard let (deadline, reason) = lifetime.end, deadline <= now else { return setTimer() }
    terminate(reason)
  }

  // MARK: What a typist does

  private func touch() {
    lifetime.touch(now: reactor.now)
    registry?.touch(self)
  }

  /// Takes input of a viewer's.
  func type(_ piece: Span<UInt8>, by viewer: Viewer) -> Viewer.Typed {
    let typed = viewers.type(piece, by: viewer)
    if typed == .taken { touch() }
    return typed
  }

  /// Sends a break; false where the line knows none.
  func sendBreak(by viewer: Viewer) -> Bool {
    touch()
    guard relay.sendBreak() else { return false }
    registry?.events.tell(.broke(viewer), of: self)
    return true
  }

  /// The typist changes its window's size.
  func resize(_ size: TerminalSize, by viewer: Viewer) {
    touch()
    fit(size, of: viewer)
  }

  /// The screen has the size of the typist's window from now on. A page that comes back has done
  /// nothing by it.
  func fit(_ size: TerminalSize, of viewer: Viewer) {
    relay.resize(size)
    guard size != self.size else { return }
    self.size = size
    viewers.resized(to: size, at: relay.produced, by: viewer)
  }
}
