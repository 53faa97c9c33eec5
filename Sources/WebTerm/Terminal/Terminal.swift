// One conversation with a host. It outlives the channels through which it is seen.

import EventLoop

/// Somebody through whom a terminal is seen: a channel.
protocol TerminalObserver: AnyObject {
  /// There is output to send, or the end to tell.
  func terminalHasNews()
  /// So much room for input has come back that it should be told.
  func terminalHasRoom()
  /// Another channel has taken the terminal over; this one is not its observer any more.
  func terminalWasTakenOver()
  /// The server has ended the terminal, for that reason.
  func terminalWasEnded(_ reason: TerminalEndReason)
}

/// Why the server ends a terminal.
enum TerminalEndReason: String {
  case idle = "idle"
  case stopping = "the server stops"
  case administrator = "ended by the administrator"
  case detachedTooLong = "nobody came back"
  case closedByVisitor = "closed by the visitor"
}

/// Somebody who keeps terminals and lets go of those that are over.
protocol TerminalKeeper: AnyObject {
  /// Nobody will come back to it.
  func terminalIsOver(_ terminal: Terminal)
}

/// A terminal: a remote, the log of its output, the queue of its input.
///
/// How output flows is one line of arithmetic, ``mayRead(_:)``: the remote is read while what was produced
/// and not acknowledged stays below the window and the log has room that nobody needs.
///
///     remote ──read──▶ log ──lend──▶ channel
///                       ▲ produced · sent · acknowledged
///     remote ◀─write── input ◀────── channel
final class Terminal: RemoteObserver, TimerHandler, TurnEndHandler {
  /// The most that one read asks for, in bytes. A turn of the loop has one read of each pty: to read
  /// again at once would wait in the kernel until the next piece has been moved, 4 KB at a time,
  /// while the other ptys fill up.
  private static let longestRead = 65536
  /// A read that brings at least this is taken as part of a flood, in bytes.
  private static let floodRead = 2048
  /// What is gathered at most before the channel hears of it, in bytes.
  private static let gatheringLimit = 32768
  /// What the log may take above its history, in bytes: what is on its way needs a place.
  private static let logMargin = 65536

  let id: TerminalID
  let visitor: Visitor
  let address: AddressKey
  let destination: Destination
  let opened: MonotonicInstant
  /// When a visitor last typed, resized or came back.
  private(set) var lastTouched: MonotonicInstant
  /// The offset of the next output byte to be sent.
  private(set) var sent = 0
  /// Output before this offset is on the visitor's screen.
  private(set) var acknowledged = 0
  /// How the remote ended, if it has.
  private(set) var end: RemoteEnd?
  /// Why the server ended it, if it has.
  private(set) var endReason: TerminalEndReason?

  private let reactor: Reactor
  private let remote: any Remote
  private let budget: MemoryBudget
  private weak var keeper: (any TerminalKeeper)?
  /// The attached channel. It is kept until it leaves, and it leaves when its connection closes.
  private var observer: (any TerminalObserver)?
  private let patience: Duration
  private let idlePatience: Duration
  private var log: OutputLog
  private var input = InputQueue()
  private var window: FlowWindow
  private var timer: Reactor.Timer?
  private var gathering = Gathering.none

  /// What of the output the channel has not been told.
  private enum Gathering {
    case none
    /// This turn brought some.
    case growing
    /// This turn has brought nothing yet: its end tells the channel.
    case waiting
  }

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
    log = OutputLog(limit: parts.history + Self.logMargin)
    window = FlowWindow(ceiling: log.limit, offset: 0, now: parts.reactor.now)
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
  var isAttached: Bool { observer != nil }

  /// Attaches a channel; one that was attached is told that it is not any more.
  ///
  /// - Parameters:
  ///   - newcomer: The channel.
  ///   - offset: The output byte that it wants next; 0 is all that history holds.
  ///   - size: Its screen.
  /// - Returns: How many of the bytes that it wants are gone, or nil where it wants bytes that were
  ///   never sent.
  func attach(_ newcomer: any TerminalObserver, from offset: Int, size: TerminalSize) -> Int? {
    guard (0...log.end).contains(offset) else { return nil }
    let former = observer
    observer = newcomer
    former?.terminalWasTakenOver()
    lastTouched = reactor.now
    setDeadline(idleDeadline)
    sent = max(offset, log.start)
    acknowledged = sent
    window = FlowWindow(ceiling: log.limit, offset: sent, now: reactor.now)
    remote.resize(size)
    updateInterest()
    return sent - offset
  }

  /// The channel is gone. The terminal waits for another one for a while.
  func detach(_ leaver: any TerminalObserver) {
    guard observer === leaver else { return }
    observer = nil
    if patience == .zero {
      terminate(.detachedTooLong)
    } else {
      setDeadline(reactor.now + patience)
      updateInterest()
    }
  }

  /// The channel has told the end to the visitor; nobody will come back.
  func isDone() {
    observer = nil
    finish()
  }

  /// Ends the conversation from our side.
  func terminate(_ reason: TerminalEndReason) {
    let told = observer
    observer = nil
    endReason = reason
    told?.terminalWasEnded(reason)
    finish()
  }

  private func finish() {
    remote.hangUp()
    if let timer = timer.take() { reactor.remove(timer) }
    let held = log.capacity
    log.shrink(keeping: log.end)
    budget.changed(from: held, to: log.capacity)
    keeper?.terminalIsOver(self)
    keeper = nil
  }

  func timerFired(now: MonotonicInstant) {
    guard isAttached else { return terminate(.detachedTooLong) }
    // The timer is not moved with every key: whoever typed meanwhile has more time.
    guard let deadline = idleDeadline else { return }
    if deadline <= now { terminate(.idle) } else { setDeadline(deadline) }
  }

  /// When the visitor will have done nothing for too long.
  private var idleDeadline: MonotonicInstant? {
    idlePatience > .zero ? lastTouched + idlePatience : nil
  }

  private func setDeadline(_ deadline: MonotonicInstant?) {
    if let timer { reactor.set(timer, to: deadline) }
  }

  // MARK: Output

  /// Bytes sent and not acknowledged stay below this.
  var windowSize: Int { window.size }

  /// The longest message of output that the channel should send, in bytes.
  var longestMessage: Int { window.longestMessage }

  /// Output bytes that the remote has produced.
  var produced: Int { log.end }

  /// Output that the attached channel has not sent yet, in bytes.
  var unsent: Int { log.end - sent }

  /// Lends the next `count` unsent bytes; what `write` reports as written is sent then.
  func send(_ count: Int, _ write: (RawSpan, RawSpan) -> Int) {
    let written = log.lend(sent..<(sent + count), write)
    guard written > 0 else { return }
    sent += written
    // Half a window: between two acknowledgements a flood does not fill all of it.
    let isLimited = (log.end - acknowledged) * 2 >= window.size
    window.sent(upTo: sent, isLimited: isLimited, now: reactor.now)
  }

  /// The screen has processed everything before `offset`.
  ///
  /// - Returns: False where that was never sent.
  func acknowledge(_ offset: Int) -> Bool {
    guard offset <= sent else { return false }
    guard offset > acknowledged else { return true }
    acknowledged = offset
    window.acknowledged(offset, now: reactor.now)
    updateInterest()
    return true
  }

  private func mayRead(_ allowance: Int) -> Bool {
    end == nil && allowance > 0 && log.hasRoom(keepingFrom: acknowledged)
  }

  /// How many more bytes the window allows to be read.
  private var allowance: Int {
    isAttached ? window.size - (log.end - acknowledged) : .max
  }

  func remoteIsReadable() {
    let allowance = allowance
    guard mayRead(allowance) else { return updateInterest() }
    if log.isFull { growLog() }
    let most = min(Self.longestRead, allowance)
    let count = log.append(atMost: most, keepingFrom: acknowledged) { remote.read(into: &$0) }
    if count > 0 { tellOutput(count) }
    setInterest(reading: mayRead(allowance - count))
  }

  // MARK: Gathering

  /// Tells the channel that there is output, at once as a rule. A flood's next read follows soon: sending
  /// every one by itself would cost a system call on each side for 4 KB. So it is told when enough has come,
  /// or when a turn brought nothing more.
  private func tellOutput(_ count: Int) {
    let isFlood = count >= Self.floodRead
    switch gathering {
    case .none where isFlood:
      gathering = .growing
      reactor.atTurnEnd(self)
    case .none:
      observer?.terminalHasNews()
    case .growing, .waiting:
      gathering = isFlood ? .growing : .waiting
    }
  }

  func turnEnds() {
    if gathering == .growing, unsent < Self.gatheringLimit {
      gathering = .waiting
      reactor.atTurnEnd(self)
    } else {
      gathering = .none
      observer?.terminalHasNews()
    }
  }

  /// A full log grows where it may. Where it may not, history that was seen makes room.
  private func growLog() {
    guard let next = log.nextCapacity else { return }
    let held = log.capacity
    // The first piece is granted anyway: a terminal without any could never show why.
    if !budget.grants(next - held) {
      guard held == 0 else { return }
      budget.changed(from: 0, to: next)
    }
    log.grow()
  }

  private func updateInterest() {
    setInterest(reading: mayRead(allowance))
  }

  private func setInterest(reading: Bool) {
    guard end == nil else { return }
    remote.setInterest(reading: reading, writing: !input.isEmpty)
  }

  /// Gives back the memory of history that was seen.
  func dropHistory() {
    let held = log.capacity
    log.shrink(keeping: acknowledged)
    budget.changed(from: held, to: log.capacity)
  }

  /// Memory that ``dropHistory()`` could give back, in bytes, about.
  var droppableHistory: Int { log.capacity - (log.end - acknowledged) }

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
    if input.shouldTellRoom { observer?.terminalHasRoom() }
  }

  /// The screen has another size.
  func resize(_ size: TerminalSize) {
    lastTouched = reactor.now
    remote.resize(size)
  }

  // MARK: The end

  func remoteEnded(_ end: RemoteEnd) {
    self.end = end
    observer?.terminalHasNews()
  }
}
