// The half of a WebSocket that is the same whatever is said on it.

import EventLoop

/// What is said on a WebSocket: a terminal's channel, a directory's, the operators'.
///
/// It is given whole messages (binary ones in the pieces in which they came), and asked for long
/// ones, which it lends. What is short it hands to its peer, where it waits for its turn.
protocol WebSocketTalk: AnyObject {
  /// Whether it takes another frame in this turn.
  var takesMore: Bool { get }

  /// Whether it would lose nothing if the connection ended now.
  var isIdle: Bool { get }

  /// When ``tick(now:)`` is due next; nil for never. Liveness is the peer's business.
  var deadline: MonotonicInstant? { get }

  /// Whether the page must answer pings. It need not while a deadline of the talk's own bounds the
  /// wait.
  var needsLife: Bool { get }

  /// Bytes have come; what they say is told next.
  func turnBegins()

  /// A piece of a binary message, lent for the length of the call.
  func received(binary piece: Span<UInt8>)

  /// The binary message, all of whose pieces were received, has ended.
  func receivedWholeBinary()

  /// A whole text message, which is UTF-8.
  func received(text: [UInt8])

  /// A pong, the answer to a ping with the same payload.
  func received(pong payload: [UInt8])

  /// The page closes, with that code or without one; or it cannot be understood any more, and is
  /// told so by the code.
  func received(close code: CloseCode)

  /// Whether a long message is half out, of which ``lend(_:)`` has the rest.
  var isLending: Bool { get }

  /// Begins the next long message. It may say short ones, which go out before it.
  ///
  /// - Returns: The length of the message, in bytes; nil where there is none.
  func nextMessage() -> Int?

  /// Lends what the present long message lacks to `write`, which is called once and returns how
  /// many bytes were written.
  func lend(_ write: (RawSpan, RawSpan) -> Int)

  /// Everything that was said is with the kernel.
  func flushed()

  /// The deadline has come.
  func tick(now: MonotonicInstant)

  /// The connection is gone. Nothing more is asked or told.
  func connectionClosed()
}

extension WebSocketTalk {
  var takesMore: Bool { true }
  var deadline: MonotonicInstant? { nil }
  var needsLife: Bool { true }
  func turnBegins() {}
  func received(binary piece: Span<UInt8>) {}
  func receivedWholeBinary() {}
  func received(text: [UInt8]) {}
  func received(pong payload: [UInt8]) {}
  var isLending: Bool { false }
  func nextMessage() -> Int? { nil }
  func lend(_ write: (RawSpan, RawSpan) -> Int) { _ = write(RawSpan(), RawSpan()) }
  func flushed() {}
  func tick(now: MonotonicInstant) {}
}

/// One page's WebSocket: frames in, frames out, pings, and the close.
///
///     connection ─bytes─▶ peer ─messages─▶ talk
///     connection ◀─short frames─ peer ◀─say─ talk
///     connection ◀─header, lent bytes─ peer ◀─lend─ talk
final class WebSocketPeer: Conversation, MessageReceiver {
  /// How much of a page is heard, and how much may wait for it.
  struct Limits {
    /// Sizes of messages, and frames in a turn.
    let messages: MessageAssembler.Limits
    /// Short frames that may wait, in bytes: a page that pings and never reads is cut off here.
    let queue: Int
  }

  let reactor: Reactor
  private unowned let connection: Connection
  private let limits: Limits
  private var assembler: MessageAssembler
  private var heartbeat: Heartbeat
  private var queued: FrameQueue
  /// Nil before it begins, and when the connection is gone.
  private var talk: (any WebSocketTalk)?

  /// - Parameters:
  ///   - connection: Where the page is; it keeps this peer from now on.
  ///   - limits: How much of the page is heard.
  ///   - opening: Bytes that must go out before the first frame: the handshake's answer.
  init(_ connection: Connection, _ limits: Limits, opening: [UInt8]) {
    self.connection = connection
    self.limits = limits
    reactor = connection.reactor
    assembler = MessageAssembler(limits: limits.messages)
    heartbeat = Heartbeat(now: reactor.now)
    queued = FrameQueue(opening: opening)
  }

  /// From now on this is said. The peer keeps it until the connection is gone.
  func begin(_ talk: any WebSocketTalk) {
    self.talk = talk
  }

  // MARK: What is said

  /// Says something short, in its turn.
  func say(_ opcode: FrameHeader.Opcode = .text, _ payload: [UInt8]) {
    queued.add(opcode, payload)
    connection.askFlush()
  }

  /// Whether much waits for the page, which does not read.
  var isCrowded: Bool { queued.count > limits.queue / 4 }

  /// Asks for the next long message when this turn ends.
  func askForMessage() { connection.askFlush() }

  /// Puts what is left of a long message whose header is out before everything else: what lent it
  /// will not be there any more.
  func complete(with rest: [UInt8]) {
    queued.complete(with: rest)
  }

  /// Says goodbye with that code. Nothing may follow; the page is heard until it has answered.
  func sayClose(_ code: CloseCode) {
    queued.close(code)
    connection.askFlush()
  }

  /// Everything was said: ends once it is written.
  func finish() { connection.finish() }

  /// Breaks off.
  func breakOff() { connection.close() }

  // MARK: Conversation

  var wantsInput: Bool { true }

  var isIdle: Bool { talk?.isIdle ?? false }

  func received(_ bytes: inout MutableSpan<UInt8>) -> Int {
    heartbeat.heard(at: reactor.now)
    talk?.turnBegins()
    var taken = bytes.count
    do throws(MessageAssembler.Problem) {
      taken = try assembler.consume(&bytes, receiver: self)
    } catch {
      talk?.received(close: error.closeCode)
    }
    if queued.count > limits.queue { connection.close() }
    return taken
  }

  func fill(_ outbox: inout Outbox) -> Bool {
    guard let talk else {
      if !queued.isEmpty { outbox.append(queued.take()) }
      return false
    }
    if talk.isLending { return true }
    let length = talk.nextMessage()
    if !queued.isEmpty { outbox.append(queued.take()) }
    guard let length else { return false }
    FrameHeader(.binary, length: length).withBytes { outbox.append($0) }
    return true
  }

  func lend(_ write: (RawSpan, RawSpan) -> Int) {
    guard let talk else {
      _ = write(RawSpan(), RawSpan())
      return
    }
    talk.lend(write)
  }

  func flushed() { talk?.flushed() }

  var nextDeadline: MonotonicInstant? {
    guard let talk else { return nil }
    let own = talk.deadline
    guard talk.needsLife else { return own }
    return own.map { min($0, heartbeat.nextDeadline) } ?? heartbeat.nextDeadline
  }

  func tick(now: MonotonicInstant) {
    guard let talk else { return }
    if let deadline = talk.deadline, deadline <= now { talk.tick(now: now) }
    guard talk.needsLife else { return }
    switch heartbeat.tick(now: now) {
    case .wait: break
    case .ping: say(.ping, [])
    case .giveUp: connection.close()
    }
  }

  func connectionClosed() {
    talk.take()?.connectionClosed()
  }

  // MARK: Messages

  var takesMore: Bool { talk?.takesMore ?? true }

  func received(binary piece: Span<UInt8>) { talk?.received(binary: piece) }

  func receivedWholeBinary() { talk?.receivedWholeBinary() }

  func received(text: [UInt8]) { talk?.received(text: text) }

  func received(ping payload: [UInt8]) { say(.pong, payload) }

  func received(pong payload: [UInt8]) { talk?.received(pong: payload) }

  func received(close code: CloseCode?) { talk?.received(close: code ?? .normal) }
}
