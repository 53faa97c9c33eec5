// A page without a browser at one end of a pair of sockets, a channel at the other.

import FoundationEssentials
import Glibc
import Testing

@testable import EventLoop
@testable import WebTerm

/// A page on a channel of its own, in the loop of a fixture's terminals.
final class ChannelPage: MessageReceiver, ConnectionOwner {
  /// What is looked at in messages.
  struct Words: Decodable {
    let type: String
    let terminal: String?
    let output: Int?
    let input: Int?
    let room: Int?
    let missed: Int?
    let screen: Int?
    let viewer: Int?
    let turn: Int?
    let role: String?
    let by: String?
    let who: String?
    let text: String?
    let cols: Int?
    let rows: Int?
    let begun: Int?
    let viewers: [Entry]?

    struct Entry: Decodable, Equatable {
      let viewer: Int
      let who: String
      let role: String
      let cols: Int
      let rows: Int
      let sees: Bool
    }
  }

  enum Event: Equatable {
    case text(String)
    case binary(Int)
    case close(Int)
  }

  /// What came, in order; a binary message is its length.
  private(set) var events: [Event] = []
  /// The text messages.
  private(set) var words: [Words] = []
  /// All binary bytes.
  private(set) var bytes: [UInt8] = []
  private(set) var isClosed = false
  /// Whether its side of the connection is gone.
  private(set) var isMute = false
  private let fixture: TerminalFixture
  private let connection: Connection
  private var far: Descriptor?
  private var assembler = MessageAssembler(
    limits: .init(text: 1 << 16, binary: 1 << 20), sender: .server)
  private var binaryLength = 0

  init(_ fixture: TerminalFixture, by visitor: Visitor? = nil) throws {
    self.fixture = fixture
    // As the server does: a page that is gone is an error where it is written to.
    signal(SIGPIPE, SIG_IGN)
    var ends: [CInt] = [0, 0]
    let type = CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue)
    try #require(socketpair(AF_UNIX, type, 0, &ends) == 0)
    let newcomer = Newcomer(
      descriptor: Descriptor(owning: ends[0]), peer: SocketAddress(.unix(path: "")))
    far = Descriptor(owning: ends[1])
    connection = Connection(newcomer, reactor: fixture.reactor, buffer: ReceiveBuffer())
    let context = ChannelContext(
      registry: fixture.registry,
      parallel: ParallelInput(registry: fixture.registry, reactor: fixture.reactor),
      sharing: fixture.sharing,
      visitor: visitor ?? fixture.visitor, address: .local,
      destination: TerminalFixture.destination, handshakeTimeout: .seconds(10))
    try connection.start(
      TerminalChannel.open(on: connection, context: context, opening: []), owner: self)
  }

  /// Sends a message. The mask is zero, which leaves the bytes as they are.
  func send(_ opcode: FrameHeader.Opcode, _ payload: [UInt8]) throws {
    let frame = FrameHeader(opcode, length: payload.count, mask: 0).withBytes {
      $0.withUnsafeBytes(Array.init)
    }
    try send(raw: frame + payload)
  }

  /// Sends bytes as they are.
  func send(raw bytes: [UInt8]) throws {
    #expect(try far?.write(bytes.span.bytes) == bytes.count)
  }

  func say(_ json: String) throws { try send(.text, Array(json.utf8)) }

  /// The connection is cut: what is on its way to the page is lost.
  func cut() { far = nil }

  func hello(_ columns: Int = 80, _ rows: Int = 24, resume: String = "") throws {
    let resume = resume.isEmpty ? "" : #","resume":{\#(resume)}"#
    try say(#"{"type":"hello","cols":\#(columns),"rows":\#(rows)\#(resume)}"#)
    try read()
  }

  /// The last message of that type.
  func last(_ type: String) throws -> Words { try #require(words.last { $0.type == type }) }

  /// Lets the loop turn, and reads all there is.
  func read() throws {
    var silences = 0
    while silences < 3 {
      try fixture.reactor.turn(until: .now)
      silences = try take() ? 0 : silences + 1
    }
  }

  /// Reads until something is so.
  func read(until isSo: () -> Bool) throws {
    let patience = fixture.reactor.now + .seconds(300)
    while !isSo() {
      try #require(fixture.reactor.now < patience)
      try fixture.reactor.turn(until: fixture.reactor.now + .milliseconds(10))
      _ = try take()
    }
  }

  /// Reads what has come; false where that is nothing.
  func take() throws -> Bool {
    var buffer = [UInt8](repeating: 0, count: 65536)
    let result = try buffer.withUnsafeMutableBytes { try far?.read(into: $0) }
    guard case .bytes(let count) = result else { return false }
    buffer.removeLast(buffer.count - count)
    var span = buffer.mutableSpan
    _ = try assembler.consume(&span, receiver: self)
    return true
  }

  func received(binary piece: Span<UInt8>) {
    binaryLength += piece.count
    for index in piece.indices { bytes.append(piece[index]) }
  }

  func receivedWholeBinary() {
    events.append(.binary(binaryLength))
    binaryLength = 0
  }

  func received(text: [UInt8]) {
    events.append(.text(String(decoding: text, as: UTF8.self)))
    do {
      words.append(try JSONDecoder().decode(Words.self, from: Data(text)))
    } catch {
      Issue.record(error)
    }
  }

  func received(ping payload: [UInt8]) {
    do { try send(.pong, payload) } catch { isMute = true }
  }
  func received(pong payload: [UInt8]) {}
  func received(close code: CloseCode?) { events.append(.close(Int(code?.rawValue ?? 0))) }
  func connectionClosed(_ connection: Connection) { isClosed = true }
}
