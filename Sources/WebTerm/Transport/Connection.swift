// One accepted socket for its whole life: reading, writing, and closing so that last words arrive.

import EventLoop

/// An owner of connections.
protocol ConnectionOwner: AnyObject {
  /// The connection is gone.
  func connectionClosed(_ connection: Connection)
}

/// An accepted socket. It owns descriptor, registration, timer and outbox, and never hands them
/// over: an upgrade from HTTP to WebSocket replaces its ``conversation``.
final class Connection: ReadinessHandler, TurnEndHandler, TimerHandler {
  private enum State {
    case open
    /// Our side is to be shut down once everything is written.
    case finishing
    /// Our side is shut down; what still comes is read and dropped, since closing with unread bytes
    /// would reset the connection and lose our last words.
    case lastWords
    case closed
  }

  /// How long the peer may take to close its side.
  private static let lastWordsTimeout: Duration = .seconds(2)
  /// Writes in one turn; what is left waits for the next one.
  private static let writesPerTurn = 8
  /// Owned bytes that may wait for a peer who does not read. What is long is lent and bounded
  /// elsewhere; only answers to a flood of pings or requests come this far.
  private static let outboxLimit = 262_144
  /// Bytes of a terminal's output that the kernel may hold unsent: what is there, ^C cannot take
  /// back.
  private static let unsentLimit: CInt = 16384

  let peer: SocketAddress
  let reactor: Reactor
  private let socket: Descriptor
  private let buffer: ReceiveBuffer
  private weak var owner: (any ConnectionOwner)?
  private var conversation: (any Conversation)?
  private var registration: Reactor.Registration?
  private var timer = DeadlineTimer()
  private var lastWordsDeadline: MonotonicInstant?
  private var state = State.open
  private var outbox = Outbox()
  /// What the conversation has not taken yet. While there is some, the socket is not read.
  private var leftover = ByteQueue()
  /// The turn in which the conversation was last given something: it is given a share of each turn,
  /// whatever a read brought.
  private var lastShare = 0
  /// The peer has ended its side while there was something left.
  private var hasPeerEnded = false
  var turnEndMark = TurnEndMark()
  private var isBlocked = false

  init(_ newcomer: consuming Newcomer, reactor: Reactor, buffer: ReceiveBuffer) {
    peer = newcomer.peer
    socket = newcomer.takeDescriptor()
    self.reactor = reactor
    self.buffer = buffer
  }

  /// Begins to read.
  ///
  /// - Throws: What epoll_ctl(2) says.
  func start(_ conversation: any Conversation, owner: any ConnectionOwner) throws(SystemError) {
    self.owner = owner
    self.conversation = conversation
    if case .internet = peer.family { socket.sendAtOnce() }
    registration = try reactor.add(socket, for: .readable, handler: self)
    updateTimer()
  }

  /// Speaks another protocol from now on; what has arrived and was not taken goes to it.
  func upgrade(to conversation: any Conversation) {
    self.conversation = conversation
  }

  /// Small pieces go out at once, and little waits unsent in the kernel.
  func tuneForTerminal() {
    guard case .internet = peer.family else { return }
    socket.tuneForTerminal(unsentLimit: Self.unsentLimit)
  }

  // MARK: Readiness

  func ready(_ readiness: Readiness) {
    if readiness.contains(.writable) {
      isBlocked = false
      askFlush()
    }
    // An error or a hang-up is read, too: that is how it is told from bytes that came before it.
    if !readiness.isDisjoint(with: [.readable, .failed, .hungUp]) { read() }
    settle()
  }

  private func read() {
    do {
      switch try buffer.read(from: socket) {
      case .bytes(let count): if state == .open { offer(count) }
      case .wouldBlock: break
      case .end: peerEnded()
      }
    } catch {
      close()
    }
  }

  private func offer(_ count: Int) {
    var taken = 0
    if leftover.isEmpty, let conversation = takesShare() {
      taken = buffer.lend(0..<count) { conversation.received(&$0) }
    }
    guard taken < count, state == .open else { return }
    buffer.lend(taken..<count) { leftover.append($0.span.bytes) }
  }

  /// The conversation, where it may be given something in this turn.
  private func takesShare() -> (any Conversation)? {
    let mayTake = state == .open && lastShare != reactor.turnNumber
    guard mayTake, let conversation, conversation.wantsInput else { return nil }
    lastShare = reactor.turnNumber
    return conversation
  }

  /// Gives the conversation its share of what it has not taken before.
  private func offerLeftover() {
    guard !leftover.isEmpty, let conversation = takesShare() else { return }
    // Nothing else uses it while the conversation does.
    var bytes = ByteQueue()
    swap(&bytes, &leftover)
    bytes.take { conversation.received(&$0) }
    guard state == .open else { return }
    swap(&bytes, &leftover)
    if leftover.isEmpty, hasPeerEnded { peerEnded() }
  }

  private func peerEnded() {
    // A peer that has said all it wanted may still wait for an answer that is on its way, and is
    // heard to its end.
    if state == .open, conversation?.wantsInput == false {
      finish()
    } else if state == .open, !leftover.isEmpty {
      hasPeerEnded = true
    } else {
      close()
    }
  }

  /// Brings interest and timer in line with what the conversation wants now.
  private func settle() {
    guard let registration else { return }
    let wantsInput = conversation?.wantsInput == true
    let reads = state != .open || (leftover.isEmpty && wantsInput)
    // The rest is taken in later turns, others first.
    if state == .open, !reads, wantsInput { reactor.atTurnEnd(self) }
    var interest: Readiness = reads ? .readable : []
    if isBlocked { interest.insert(.writable) }
    reactor.setInterest(registration, descriptor: socket, to: interest)
    updateTimer()
  }

  // MARK: Writing

  /// Asks the conversation for bytes when this turn ends.
  func askFlush() {
    if !isBlocked, state != .closed { reactor.atTurnEnd(self) }
  }

  func turnEnds() {
    offerLeftover()
    guard state == .open || state == .finishing else { return }
    if !isBlocked { flush() }
    settle()
  }

  private func flush() {
    guard let conversation else { return }
    // Nothing else uses it while it is here.
    var outbox = Outbox()
    swap(&outbox, &self.outbox)
    defer { swap(&outbox, &self.outbox) }
    for _ in 0..<Self.writesPerTurn {
      let lends = conversation.fill(&outbox)
      guard state == .open || state == .finishing else { return }
      guard lends || !outbox.isEmpty else {
        conversation.flushed()
        if state == .finishing { sayLastWords() }
        return
      }
      guard outbox.count <= Self.outboxLimit else { return close() }
      guard let isComplete = try? conversation.write(&outbox, to: socket) else { return close() }
      guard isComplete else {
        isBlocked = true
        return
      }
    }
    askFlush()
  }

  // MARK: The end

  /// Closes once everything is written: shuts down our side and waits for the peer's.
  func finish() {
    guard state == .open else { return }
    state = .finishing
    leftover.clear()
    // A peer that reads nothing must not keep us for ever either.
    lastWordsDeadline = reactor.now + Self.lastWordsTimeout
    askFlush()
    settle()
  }

  /// Closes now if nothing is under way; what is under way ends by itself.
  func closeIfIdle() {
    if conversation?.isIdle == true { close() }
  }

  private func sayLastWords() {
    state = .lastWords
    socket.endWriting()
    lastWordsDeadline = reactor.now + Self.lastWordsTimeout
    updateTimer()
  }

  /// Closes at once.
  func close() {
    guard state != .closed else { return }
    state = .closed
    if let registration = registration.take() {
      reactor.remove(registration, descriptor: socket)
    }
    timer.remove(from: reactor)
    outbox.clear()
    let told = conversation
    conversation = nil
    told?.connectionClosed()
    owner?.connectionClosed(self)
  }

  // MARK: Time

  private func updateTimer() {
    if registration != nil { timer.set(to: nextDeadline, on: reactor, for: self) }
  }

  private var nextDeadline: MonotonicInstant? {
    state == .open ? conversation?.nextDeadline : lastWordsDeadline.map(reactor.presence.fair)
  }

  func timerFired(now: MonotonicInstant) {
    timer.fired()
    if let deadline = nextDeadline, deadline <= now {
      guard state == .open else { return close() }
      conversation?.tick(now: now)
    }
    updateTimer()
  }
}
