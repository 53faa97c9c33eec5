// A WebSocket through which a terminal is seen: messages on one side, a viewer on the other.

import EventLoop

/// What a channel works with; the server provides it.
struct ChannelContext {
  let registry: TerminalRegistry
  let parallel: ParallelInput
  let sharing: SharingPolicy
  let visitor: Visitor
  let address: AddressKey
  let destination: Destination
  /// The terminal that is looked at by its ID; nil where one of the visitor's own is opened or come
  /// back to.
  var watched: TerminalID?
  let handshakeTimeout: Duration
}

/// One terminal channel (subprotocol `webterm.v1`).
///
/// Input goes straight from the socket's buffer to the viewer's terminal; output is lent by the
/// terminal's log to the socket, behind a frame header.
final class TerminalChannel: WebSocketTalk, TerminalObserver {
  enum State {
    case awaitingHello(deadline: MonotonicInstant)
    case attached(Viewer)
    /// The end and the close frame are queued. The terminal stays until the page has answered, so
    /// that a page whose network drops just now can come back for the last bytes.
    case exitTold(Viewer, deadline: MonotonicInstant)
    /// The close frame is queued; whatever still comes is dropped.
    case closing
  }

  /// The subprotocol's name.
  static let subprotocol = "webterm.v1"
  /// Message sizes by the protocol, in bytes, and frames of a turn.
  private static let limits = WebSocketPeer.Limits(
    messages: MessageAssembler.Limits(text: 4096, binary: 65536, frames: 64), queue: 262_144)
  /// Of the frames of a turn, so many may cost more than their bytes: others are heard in between.
  private static let dearPerTurn = 4
  /// Milliseconds after which a page should try again when the server has stopped.
  private static let comeBackAfter = 1000
  /// How long a page may take to answer the end of its terminal.
  private static let exitPatience: Duration = .seconds(2)

  unowned let peer: WebSocketPeer
  private let reactor: Reactor
  let context: ChannelContext
  var state: State
  /// Dear messages of this turn.
  var dear = 0
  /// What the page was told last that its viewer may do.
  var toldRole: Role?
  /// What its viewer wanted that it may not, as far as that was written down.
  var refused: Set<MessageKind> = []
  /// What was to be told before the page was welcomed.
  var early: [ViewerNews] = []
  /// Whether the rest of the binary message that is coming in is dropped, since its beginning was.
  private var isMessageDropped = false
  /// Questions that the page has not answered yet: input before the last answer was on its way when
  /// it was told that it is not taken, and is dropped, though it may type again meanwhile.
  private var fence = InputFence()

  private init(_ peer: WebSocketPeer, context: ChannelContext) {
    self.peer = peer
    self.context = context
    reactor = peer.reactor
    state = .awaitingHello(deadline: reactor.now + context.handshakeTimeout)
  }

  /// A channel on a connection.
  ///
  /// - Parameters:
  ///   - connection: Where the page is.
  ///   - context: Whose channel it is, and where to.
  ///   - opening: Bytes that must go out before the first frame: the handshake's answer.
  /// - Returns: The conversation to be had on it.
  static func open(
    on connection: Connection, context: ChannelContext, opening: [UInt8]
  ) -> WebSocketPeer {
    let peer = WebSocketPeer(connection, limits, opening: opening)
    peer.begin(TerminalChannel(peer, context: context))
    return peer
  }

  // MARK: From the page

  var isIdle: Bool { false }

  var takesMore: Bool { dear < Self.dearPerTurn }

  func turnBegins() { dear = 0 }

  func received(binary piece: Span<UInt8>) {
    switch state {
    case .awaitingHello: fail(.hello)
    case .attached(let viewer): type(piece, by: viewer)
    case .exitTold, .closing: break
    }
  }

  func receivedWholeBinary() { isMessageDropped = false }

  private func type(_ piece: Span<UInt8>, by viewer: Viewer) {
    // Nothing of another typist's may come between two pieces of one message: what follows a
    // dropped one is dropped, too.
    if isMessageDropped || fence.isUp {
      isMessageDropped = true
      return
    }
    switch viewer.type(piece) {
    case .taken: context.parallel.came(piece, for: viewer.terminal)
    case .watches:
      isMessageDropped = true
      viewer.terminal.viewers.answer(viewer)
    case .dropped:
      isMessageDropped = true
      raiseFence()
      viewer.roomIsTold()
      say(.input(of: viewer))
    case .beyondRoom: fail(.message("more input than there is room for"))
    }
  }

  private func raiseFence() {
    peer.say(.ping, fence.raise())
  }

  func received(pong payload: [UInt8]) { fence.answered(payload) }

  func received(text: [UInt8]) {
    if case .closing = state { return }
    do throws(ClientMessage.Problem) {
      try handle(ClientMessage(text))
    } catch {
      fail(.message(error.reason))
    }
  }

  func received(close code: CloseCode) {
    if case .exitTold(let viewer, _) = state {
      state = .closing
      viewer.endWasTold()
      peer.finish()
    } else {
      close(code)
    }
  }

  // MARK: To the page

  var viewer: Viewer? {
    if case .attached(let viewer) = state { viewer } else { nil }
  }

  var isLending: Bool { viewer.map { $0.lacking > 0 } ?? false }

  /// Where the terminal has ended and everything was sent, the screen that it was promised too, the
  /// end is told.
  func nextMessage() -> Int? {
    guard let viewer else { return nil }
    while true {
      switch viewer.next() {
      case .message(let length): return length
      case .size(let size): say(.size(size))
      case .nothing: return nil
      case .end(let end):
        tellExit(viewer, end)
        return nil
      }
    }
  }

  func lend(_ write: (RawSpan, RawSpan) -> Int) {
    guard let viewer else {
      _ = write(RawSpan(), RawSpan())
      return
    }
    viewer.lend(write)
  }

  func say(_ message: ServerMessage) {
    peer.say(.text, Array(message.json.utf8))
  }

  private func tellExit(_ viewer: Viewer, _ end: RemoteEnd) {
    if case .failed(let message) = end {
      viewer.endWasTold()
      return leave(.spawn(message))
    }
    state = .exitTold(viewer, deadline: reactor.now + Self.exitPatience)
    say(.exit(end))
    peer.sayClose(.normal)
  }

  // MARK: The terminal's news

  func terminalHasNews() {
    peer.askForMessage()
  }

  func terminalHasRoom() {
    guard let viewer else { return }
    viewer.roomIsTold()
    // What is on its way was sent before the page knew that there is none.
    if viewer.room == 0 { raiseFence() }
    say(.input(of: viewer))
  }

  func terminalTells(_ news: ViewerNews) {
    if case .awaitingHello = state { return early.append(news) }
    guard let viewer else { return }
    switch news {
    case .role(let role, let by):
      // To a typist nothing has changed: what it has on its way counts from what it knows.
      if role == .type, toldRole == .type { return }
      toldRole = role
      // What is on its way was typed by a typist that it was then.
      if role == .watch { raiseFence() }
      viewer.roomIsTold()
      say(.role(role, of: viewer, by: by))
    case .asked(let asker, let who): say(.asked(viewer: asker, who: who))
    case .denied: say(.denied(viewer: viewer.number))
    case .viewers(let list): peer.say(.text, ServerMessage.encoded(list))
    case .note(let note):
      // Who does not read is not cut off for what others say; it stands in the audit log.
      if !peer.isCrowded { say(.note(note)) }
    case .notice(let notice): peer.say(.text, ServerMessage.encoded(notice))
    }
  }

  func terminalWillSkip() {
    completeFrame()
  }

  func terminalHasSkipped() {
    guard let viewer else { return }
    while let size = viewer.output.takeSize() { say(.size(size)) }
    say(.skip(to: viewer))
    viewer.output.skippedIsTold()
  }

  func terminalWasTakenOver() {
    leave(.elsewhere)
  }

  func terminalWasEnded(_ reason: TerminalEndReason) {
    switch reason {
    case .idle: leave(.idle)
    case .session: leave(.session)
    case .loginNeeded: leave(.forbidden("This server asks for a login now."))
    case .revoked: leaveRevoked()
    case .operator(let reason, _): leave(.ended(reason))
    case .stopping: say(.goaway(retry: Self.comeBackAfter), thenClose: .goingAway)
    case .over, .closedByVisitor, .administrator, .detachedTooLong:
      let end = viewer?.terminal.relay.end ?? .signalled("SIGHUP")
      say(.exit(end), thenClose: .normal)
    }
  }

  // MARK: Time

  var deadline: MonotonicInstant? {
    switch state {
    case .awaitingHello(let deadline), .exitTold(_, let deadline): reactor.presence.fair(deadline)
    case .attached, .closing: nil
    }
  }

  var needsLife: Bool { viewer != nil }

  func tick(now: MonotonicInstant) {
    switch state {
    case .awaitingHello: fail(.hello)
    case .exitTold: peer.breakOff()
    case .attached, .closing: break
    }
  }

  // MARK: The end

  func connectionClosed() {
    leaveTerminal()
    state = .closing
  }

  /// Tells the visitor why, and closes. The terminal waits for another channel.
  func fail(_ error: ChannelError) {
    leaveTerminal()
    leave(error)
  }

  /// The page goes, and the terminal stays.
  func leaveForGood(_ viewer: Viewer) {
    completeFrame()
    state = .closing
    viewer.leaveForGood()
    peer.sayClose(.normal)
    peer.finish()
  }

  /// Closes without a message.
  private func close(_ code: CloseCode) {
    if case .closing = state { return }
    leaveTerminal()
    state = .closing
    peer.sayClose(code)
    peer.finish()
  }

  func leave(_ error: ChannelError) {
    say(.error(error), thenClose: error.closeCode)
  }

  private func say(_ message: ServerMessage, thenClose code: CloseCode) {
    completeFrame()
    state = .closing
    say(message)
    peer.sayClose(code)
    peer.finish()
  }

  private func leaveTerminal() {
    completeFrame()
    switch state {
    case .attached(let viewer), .exitTold(let viewer, _):
      state = .closing
      viewer.leave()
    case .awaitingHello, .closing: break
    }
  }

  /// What is left of a frame whose header is out must follow before anything else can be said. The
  /// terminal's log will not be there for it any more, so that it is copied.
  private func completeFrame() {
    guard let viewer, viewer.lacking > 0 else { return }
    var rest: [UInt8] = []
    rest.reserveCapacity(viewer.lacking)
    viewer.lend { first, second in
      for piece in [first.withUnsafeBytes(Array.init), second.withUnsafeBytes(Array.init)] {
        rest.append(contentsOf: piece)
      }
      return rest.count
    }
    peer.complete(with: rest)
  }
}
