// A WebSocket server made of our own layers, which repeats what it gets: what the conformance suite
// talks to.

@testable import EventLoop
import Glibc
@testable import WebTerm

/// One WebSocket: first its handshake, then every message back to where it came from.
private final class Echo: Conversation, MessageReceiver {
  /// The suite sends messages of 16 MiB.
  private static let limits = MessageAssembler.Limits(text: 32 << 20, binary: 32 << 20)

  private unowned let connection: Connection
  private var parser = RequestParser()
  private var assembler = MessageAssembler(limits: Echo.limits)
  private var isUpgraded = false
  private var isCloseSent = false
  private var queued: [UInt8] = []
  private var lent = 0

  init(_ connection: Connection) {
    self.connection = connection
  }

  var wantsInput: Bool { true }
  var isIdle: Bool { false }
  var nextDeadline: MonotonicInstant? { nil }

  func received(_ bytes: inout MutableSpan<UInt8>) -> Int {
    guard isUpgraded else { return shakeHands(bytes.span) }
    do throws(MessageAssembler.Problem) {
      _ = try assembler.consume(&bytes, receiver: self)
    } catch {
      sendClose(error.closeCode)
    }
    return bytes.count
  }

  private func shakeHands(_ bytes: Span<UInt8>) -> Int {
    guard let progress = try? parser.consume(bytes) else {
      connection.close()
      return bytes.count
    }
    guard case .complete(let request, let used) = progress else { return bytes.count }
    queued += Array(
      ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
        + Handshake.acceptKey(for: request.value("sec-websocket-key") ?? "") + "\r\n\r\n").utf8)
    isUpgraded = true
    connection.askFlush()
    return used
  }

  // Binary comes in pieces: they go back as fragments of one message, ended when the assembler says
  // so.
  func received(binary piece: Span<UInt8>) {
    binary += piece.withUnsafeBufferPointer(Array.init)
  }

  private var binary: [UInt8] = []

  func receivedWholeBinary() {
    send(.binary, binary)
    binary = []
  }

  func received(text: [UInt8]) { send(.text, text) }
  func received(ping payload: [UInt8]) { send(.pong, payload) }
  func received(pong payload: [UInt8]) {}
  func received(close code: CloseCode?) { sendClose(code ?? .normal) }

  private func send(_ opcode: FrameHeader.Opcode, _ payload: [UInt8]) {
    guard !isCloseSent else { return }
    FrameHeader(opcode, length: payload.count).withBytes { header in
      header.withUnsafeBytes { queued.append(contentsOf: $0) }
    }
    queued += payload
    connection.askFlush()
  }

  private func sendClose(_ code: CloseCode) {
    send(.close, [UInt8(code.rawValue >> 8), UInt8(code.rawValue & 0xff)])
    isCloseSent = true
    connection.finish()
  }

  func fill(_ outbox: inout Outbox) -> Bool { lent < queued.count }

  func lend(_ write: (RawSpan, RawSpan) -> Int) {
    lent += write(queued.span.extracting(lent..<queued.count).bytes, RawSpan())
    guard lent == queued.count else { return }
    queued.removeAll(keepingCapacity: true)
    lent = 0
  }

  func flushed() {}
  func tick(now: MonotonicInstant) {}
  func connectionClosed() {}
}

/// Listens on the port that the command line names, until it is ended.
@main
final class EchoServer: ListenerObserver, ConnectionOwner {
  private let reactor: Reactor
  private let buffer = ReceiveBuffer()
  private var connections: [ObjectIdentifier: Connection] = [:]

  private init(_ reactor: Reactor) {
    self.reactor = reactor
  }

  nonisolated static func main() throws {
    guard let port = CommandLine.arguments.dropFirst().first.flatMap({ UInt16($0) }) else {
      exit(64)
    }
    let reactor = try Reactor()
    let server = EchoServer(reactor)
    signal(SIGPIPE, SIG_IGN)
    let address = SocketAddress(.internet(.ipv4(0x7f00_0001), port: port))
    let listener = Listener(try ListeningSocket(address), reactor: reactor, observer: server)
    try listener.start()
    try reactor.run()
  }

  func listener(_ listener: Listener, accepted newcomer: consuming Newcomer) {
    let connection = Connection(newcomer, reactor: reactor, buffer: buffer)
    guard (try? connection.start(Echo(connection), owner: self)) != nil else { return }
    connections[ObjectIdentifier(connection)] = connection
  }

  func listener(_ listener: Listener, isOutOf resources: SystemError) {}

  func connectionClosed(_ connection: Connection) {
    connections[ObjectIdentifier(connection)] = nil
  }
}
