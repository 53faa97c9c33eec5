// A WebSocket through which a terminal is seen: messages on one side, a viewer on the other.

import EventLoop

/// What a channel works with; the server provides it.
struct ChannelContext {
  let registry: TerminalRegistry
  let parallel: ParallelInput
  let visitor: Visitor
  let address: AddressKey
  let destination: Destination
  let handshakeTimeout: Duration
}

/// One terminal channel (subprotocol `webterm.v1`).
///
/// Input goes straight from the socket's buffer to the viewer's terminal; output is lent by the
/// terminal's log to the socket, behind a frame header.
final class TerminalChannel: WebSocketTalk, TerminalObserver {
  private enum State {
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

  private unowned let peer: WebSocketPeer
  private let reactor: Reactor
  private let context: ChannelContext
  private var state: State
  /// Dear messages of this turn.
  private var dear = 0

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
    case .attached(let viewer):
      context.parallel.came(piece, for: viewer.terminal)
      if !viewer.type(piece) { fail(.message("more input than there is room for")) }
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

  func received(close code: CloseCode) {
    if case .exitTold(let viewer, _) = state {
      state = .closing
      viewer.endWasTold()
      peer.finish()
    } else {
      close(code)
    }
  }

  private func handle(_ message: ClientMessage) throws(ClientMessage.Problem) {
    switch (message, state) {
    case (.hello(let size, let resume), .awaitingHello): greet(size, resume)
    case (_, .awaitingHello): fail(.hello)
    case (.hello, .attached):
      throw ClientMessage.Problem(reason: "hello was said before")
    case (.resize(let size), .attached(let viewer)):
      dear += 1
      viewer.resize(size)
    case (.acknowledge(let output), .attached(let viewer)),
      (.acknowledge(let output), .exitTold(let viewer, _)):
      guard viewer.acknowledge(output) else {
        throw ClientMessage.Problem(reason: "an acknowledgement beyond what was sent")
      }
    case (.ping(let id), .attached(let viewer)):
      viewer.roomIsTold()
      say(.pong(id: id, input: viewer.typed, room: viewer.room))
    case (.break, .attached(let viewer)):
      dear += 1
      if !viewer.sendBreak() { say(.notice("This line knows no break.")) }
    case (.sending(let count), .attached(let viewer)):
      if count == 0 { context.parallel.ended(viewer.terminal) }
    case (.close, .attached(let viewer)):
      viewer.close()
    case (.unknown, .attached), (_, .exitTold), (_, .closing):
      break
    }
  }

  private func greet(_ size: TerminalSize, _ resume: ClientMessage.Resume?) {
    do throws(Refusal) {
      guard let resume else {
        let viewer = try context.registry.open(
          context.destination, visitor: context.visitor, address: context.address, size: size,
          observer: self
        ).1
        return welcome(viewer, isResumed: false)
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
      let viewer =
        if let viewer = resume.viewer {
          try terminal.comeBack(as: viewer, self, from: resume.output, size: size)
        } else {
          terminal.attach(self, from: resume.output, size: size)
        }
      guard let viewer else { throw .beyondOutput }
      terminal.holder = Holder(visitor: context.visitor, address: context.address)
      context.registry.events.tell(.attached, of: terminal)
      welcome(viewer, isResumed: true)
    } catch {
      fail(ChannelError(error))
    }
  }

  private func welcome(_ viewer: Viewer, isResumed: Bool) {
    state = .attached(viewer)
    viewer.roomIsTold()
    say(.welcome(ServerMessage.Welcome(viewer, isResumed: isResumed)))
    viewer.output.sizesAreTold()
  }

  // MARK: To the page

  private var viewer: Viewer? {
    if case .attached(let viewer) = state { viewer } else { nil }
  }

  var isLending: Bool { viewer.map { $0.lacking > 0 } ?? false }

  /// Where the terminal has ended and everything was sent, the screen that it was promised too, the
  /// end is told.
  func nextMessage() -> Int? {
    guard let viewer else { return nil }
    switch viewer.next() {
    case .message(let length): return length
    case .nothing: break
    case .end(let end): tellExit(viewer, end)
    }
    return nil
  }

  func lend(_ write: (RawSpan, RawSpan) -> Int) {
    guard let viewer else {
      _ = write(RawSpan(), RawSpan())
      return
    }
    viewer.lend(write)
  }

  private func say(_ message: ServerMessage) {
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
    say(.input(of: viewer))
  }

  func terminalHasNotice(_ words: String) {
    say(.notice(words))
  }

  func terminalWillSkip() {
    completeFrame()
  }

  func terminalHasSkipped() {
    guard let viewer else { return }
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
    case .revoked: leave(.forbidden("Your login may not use this terminal any more."))
    case .stopping: say(.goaway(retry: Self.comeBackAfter), thenClose: .goingAway)
    case .closedByVisitor, .administrator, .detachedTooLong:
      say(.exit(.signalled("SIGHUP")), thenClose: .normal)
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
  private func fail(_ error: ChannelError) {
    leaveTerminal()
    leave(error)
  }

  /// Closes without a message.
  private func close(_ code: CloseCode) {
    if case .closing = state { return }
    leaveTerminal()
    state = .closing
    peer.sayClose(code)
    peer.finish()
  }

  private func leave(_ error: ChannelError) {
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
      context.registry.events.tell(.detached, of: viewer.terminal)
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
