// A WebSocket through which a terminal is seen: between frames on one side and a terminal on the other.

import EventLoop

/// What a channel works with; the server provides it.
struct ChannelContext {
  let registry: TerminalRegistry
  let parallel: ParallelInput
  let visitor: Visitor
  let address: AddressKey
  let destination: Destination
  let handshakePatience: Duration
}

/// One terminal channel (subprotocol `webterm.v1`).
///
/// Input goes straight from the socket's buffer to the terminal; output is lent by the terminal's log to
/// the socket, behind a frame header. Text messages are short and wait in `queued` until the frame
/// that is being written is complete.
final class Channel: Conversation, MessageReceiver, TerminalObserver {
  private enum State {
    case awaitingHello(deadline: MonotonicInstant)
    case attached(Terminal, Attachment)
    /// The end and the close frame are queued. The terminal stays until the page has answered, so that
    /// a page whose network drops just now can come back for the last bytes.
    case exitTold(Terminal, Attachment, deadline: MonotonicInstant)
    /// The close frame is queued; whatever still comes is dropped.
    case closing
  }

  /// The subprotocol's name.
  static let subprotocol = "webterm.v1"
  /// Message sizes by the protocol, in bytes.
  private static let limits = MessageAssembler.Limits(text: 4096, binary: 65536, frames: 64)
  /// Of the frames of a turn, so many may cost more than their bytes: others are heard in between.
  private static let dearPerTurn = 4
  /// Short messages that may wait, in bytes: a page that pings and never reads is cut off here.
  private static let queueLimit = 262_144
  /// Milliseconds after which a page should try again when the server has stopped.
  private static let comeBackAfter = 1000
  /// How long a page may take to answer the end of its terminal.
  private static let exitPatience: Duration = .seconds(2)

  private unowned let connection: Connection
  private let reactor: Reactor
  private let context: ChannelContext
  private var state: State
  private var assembler = MessageAssembler(limits: Channel.limits)
  /// Dear messages of this turn.
  private var dear = 0
  private var heartbeat: Heartbeat
  private var queued: FrameQueue

  /// - Parameters:
  ///   - connection: Where the page is; it keeps this channel from now on.
  ///   - context: Whose channel it is, and where to.
  ///   - opening: Bytes that must go out before the first frame: the handshake's answer.
  init(_ connection: Connection, context: ChannelContext, opening: [UInt8]) {
    self.connection = connection
    reactor = connection.reactor
    queued = FrameQueue(opening: opening)
    self.context = context
    let now = reactor.now
    state = .awaitingHello(deadline: now + context.handshakePatience)
    heartbeat = Heartbeat(now: now)
  }

  // MARK: Bytes from the page

  var wantsInput: Bool { true }

  var isIdle: Bool { false }

  func received(_ bytes: inout MutableSpan<UInt8>) -> Int {
    heartbeat.heard(at: reactor.now)
    dear = 0
    var taken = bytes.count
    do throws(MessageAssembler.Problem) {
      taken = try assembler.consume(&bytes, receiver: self)
    } catch {
      close(error.closeCode)
    }
    if queued.count > Self.queueLimit { connection.close() }
    return taken
  }

  var takesMore: Bool { dear < Self.dearPerTurn }

  func received(binary piece: Span<UInt8>) {
    switch state {
    case .awaitingHello: fail(.hello)
    case .attached(let terminal, _):
      context.parallel.came(piece, for: terminal)
      if !terminal.type(piece) { fail(.message("more input than there is room for")) }
    case .exitTold, .closing: break
    }
  }

  func received(text: [UInt8]) {
    if case .closing = state { return }
    do throws(ClientMessage.Problem) {
      try handle(ClientMessage(text))
    } catch {
      fail(.message(error.reason))
    }
  }

  func received(ping payload: [UInt8]) {
    queue(.pong, payload)
  }

  func received(pong payload: [UInt8]) {}

  func received(close code: CloseCode?) {
    if case .exitTold(let terminal, _, _) = state {
      state = .closing
      terminal.endWasTold()
      connection.finish()
    } else {
      close(code ?? .normal)
    }
  }

  private func handle(_ message: ClientMessage) throws(ClientMessage.Problem) {
    switch (message, state) {
    case (.hello(let size, let resume), .awaitingHello): greet(size, resume)
    case (_, .awaitingHello): fail(.hello)
    case (.hello, .attached):
      throw ClientMessage.Problem(reason: "hello was said before")
    case (.resize(let size), .attached(let terminal, _)):
      dear += 1
      terminal.resize(size)
    case (.acknowledge(let output), .attached(let terminal, let attachment)),
      (.acknowledge(let output), .exitTold(let terminal, let attachment, _)):
      guard terminal.relay.acknowledge(output, by: attachment) else {
        throw ClientMessage.Problem(reason: "an acknowledgement beyond what was sent")
      }
    case (.ping(let id), .attached(let terminal, _)):
      let relay = terminal.relay
      relay.roomIsTold()
      send(.pong(id: id, input: relay.received, room: relay.room))
    case (.break, .attached(let terminal, _)):
      dear += 1
      if !terminal.sendBreak() { send(.notice("This line knows no break.")) }
    case (.sending(let count), .attached(let terminal, _)):
      if count == 0 { context.parallel.ended(terminal) }
    case (.close, .attached(let terminal, _)):
      terminal.terminate(.closedByVisitor)
    case (.unknown, .attached), (_, .exitTold), (_, .closing):
      break
    }
  }

  private func greet(_ size: TerminalSize, _ resume: ClientMessage.Resume?) {
    do throws(Refusal) {
      guard let resume else {
        let (terminal, attachment) = try context.registry.open(
          context.destination, visitor: context.visitor, address: context.address, size: size,
          observer: self)
        return welcome(terminal, attachment, isResumed: false)
      }
      let terminal = try context.registry.find(resume.terminal, of: context.visitor)
      comeBack(to: terminal, resume, size)
    } catch {
      let asker = Holder(visitor: context.visitor, address: context.address)
      context.registry.reportRefusal?(error, context.destination, asker)
      fail(ChannelError(error))
    }
  }

  private func comeBack(
    to terminal: Terminal, _ resume: ClientMessage.Resume, _ size: TerminalSize
  ) {
    do throws(ReturnProblem) {
      let attachment =
        if let viewer = resume.viewer {
          try terminal.comeBack(as: viewer, self, from: resume.output, size: size)
        } else {
          terminal.attach(self, from: resume.output, size: size)
        }
      guard let attachment else { throw .beyondOutput }
      terminal.holder = Holder(visitor: context.visitor, address: context.address)
      context.registry.report?(terminal, .attached)
      welcome(terminal, attachment, isResumed: true)
    } catch {
      fail(ChannelError(error))
    }
  }

  private func welcome(_ terminal: Terminal, _ attachment: Attachment, isResumed: Bool) {
    state = .attached(terminal, attachment)
    terminal.relay.roomIsTold()
    send(.welcome(ServerMessage.Welcome(terminal, attachment, isResumed: isResumed)))
    attachment.sizes = []
  }

  // MARK: Bytes to the page

  func fill(_ outbox: inout Outbox) -> Bool {
    if case .attached(_, let attachment) = state, attachment.lacking > 0 { return true }
    let frame = nextFrame()
    if !queued.isEmpty { outbox.append(queued.take()) }
    guard let (attachment, unsent) = frame else { return false }
    let length =
      attachment.painting.isOver ? attachment.beginFrame(unsent) : attachment.beginPainting()
    FrameHeader(.binary, length: length).withBytes { outbox.append($0) }
    return true
  }

  /// Whose frame comes next, and how much output there is for it; nil where there is nothing to send. Where the terminal has
  /// ended and everything was sent, the screen that it was promised too, the end is told.
  private func nextFrame() -> (attachment: Attachment, unsent: Int)? {
    guard case .attached(let terminal, let attachment) = state, !attachment.isSkipping else {
      return nil
    }
    let unsent = terminal.relay.produced - attachment.sent
    if unsent > 0 || !attachment.painting.isOver { return (attachment, unsent) }
    if let end = terminal.relay.end { tellExit(terminal, attachment, end) }
    return nil
  }

  func lend(_ write: (RawSpan, RawSpan) -> Int) {
    guard case .attached(let terminal, let attachment) = state else {
      _ = write(RawSpan(), RawSpan())
      return
    }
    terminal.relay.send(to: attachment, write)
  }

  func flushed() {}

  private func send(_ message: ServerMessage) {
    queue(.text, Array(message.json.utf8))
  }

  private func queue(_ opcode: FrameHeader.Opcode, _ payload: [UInt8]) {
    queued.add(opcode, payload)
    connection.askFlush()
  }

  private func queueClose(_ code: CloseCode) {
    queued.close(code)
    connection.askFlush()
  }

  private func tellExit(_ terminal: Terminal, _ attachment: Attachment, _ end: RemoteEnd) {
    if case .failed(let message) = end {
      terminal.endWasTold()
      return leave(.spawn(message))
    }
    state = .exitTold(terminal, attachment, deadline: reactor.now + Self.exitPatience)
    send(.exit(end))
    queueClose(.normal)
  }

  // MARK: The terminal's news

  func terminalHasNews() {
    connection.askFlush()
  }

  func terminalHasRoom() {
    guard case .attached(let terminal, _) = state else { return }
    let relay = terminal.relay
    relay.roomIsTold()
    send(.input(relay.received, room: relay.room))
  }

  func terminalHasNotice(_ words: String) {
    send(.notice(words))
  }

  func terminalWillSkip() {
    completeFrame()
  }

  func terminalHasSkipped() {
    guard case .attached(_, let attachment) = state else { return }
    send(.skip(to: attachment))
    attachment.skippedIsTold()
  }

  func terminalWasTakenOver() {
    leave(.elsewhere)
  }

  func terminalWasEnded(_ reason: TerminalEndReason) {
    switch reason {
    case .idle: leave(.idle)
    case .session: leave(.session)
    case .loginNeeded: leave(.forbidden("This server asks for a login now."))
    case .revoked: leave(.forbidden("Your login may not use this terminal any more."))
    case .stopping: sayGoodbye()
    case .closedByVisitor, .administrator, .detachedTooLong:
      say(.exit(.signalled("SIGHUP")), thenClose: .normal)
    }
  }

  /// The server is stopping; the page may come back later.
  func sayGoodbye() {
    say(.goaway(retry: Self.comeBackAfter), thenClose: .goingAway)
  }

  // MARK: Time

  var nextDeadline: MonotonicInstant? {
    switch state {
    case .awaitingHello(let deadline), .exitTold(_, _, let deadline):
      reactor.presence.fair(deadline)
    case .attached: heartbeat.nextDeadline
    case .closing: nil
    }
  }

  func tick(now: MonotonicInstant) {
    switch state {
    case .awaitingHello: fail(.hello)
    case .exitTold: connection.close()
    case .closing: break
    case .attached:
      switch heartbeat.tick(now: now) {
      case .wait: break
      case .ping: queue(.ping, [])
      case .giveUp: connection.close()
      }
    }
  }

  // MARK: The end

  func connectionClosed() {
    leaveTerminal()
    state = .closing
  }

  /// Tells the visitor why, and closes. The terminal waits for another channel.
  private func fail(_ error: ChannelError) {
    leaveTerminal()
    leave(error)
  }

  /// Closes without words.
  private func close(_ code: CloseCode) {
    if case .closing = state { return }
    leaveTerminal()
    state = .closing
    queueClose(code)
    connection.finish()
  }

  private func leave(_ error: ChannelError) {
    say(.error(error), thenClose: error.closeCode)
  }

  private func say(_ message: ServerMessage, thenClose code: CloseCode) {
    completeFrame()
    state = .closing
    send(message)
    queueClose(code)
    connection.finish()
  }

  private func leaveTerminal() {
    completeFrame()
    switch state {
    case .attached(let terminal, let attachment), .exitTold(let terminal, let attachment, _):
      state = .closing
      context.registry.report?(terminal, .detached)
      terminal.detach(attachment)
    case .awaitingHello, .closing: break
    }
  }

  /// What is left of a frame whose header is out must follow before anything else can be said. The
  /// terminal's log will not be there for it any more, so that it is copied.
  private func completeFrame() {
    guard case .attached(let terminal, let attachment) = state, attachment.lacking > 0 else {
      return
    }
    var rest: [UInt8] = []
    rest.reserveCapacity(attachment.lacking)
    terminal.relay.send(to: attachment) { first, second in
      for piece in [first.withUnsafeBytes(Array.init), second.withUnsafeBytes(Array.init)] {
        rest.append(contentsOf: piece)
      }
      return rest.count
    }
    queued.complete(with: rest)
  }
}
