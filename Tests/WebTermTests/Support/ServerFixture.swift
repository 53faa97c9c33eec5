// A server without sockets of its own: its wiring over fake remotes, and pages at the ends of pairs
// of sockets.

import Glibc
import Testing

@testable import EventLoop
@testable import WebTerm

/// A server's services over fake remotes, on a loop of its own.
final class ServerFixture: RemoteMaker, ConnectionOwner {
  /// The page's files as they lie in the repository.
  private static let files = Result { () throws(SystemError) in
    let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
    return try StaticFiles(folder: "/\(root)/static")
  }

  let reactor: Reactor
  let wiring: Wiring
  private(set) var remotes: [FakeRemote] = []
  private let threads: Threads
  /// Those that are open, as a server keeps them.
  private var open: [ObjectIdentifier: Connection] = [:]

  init(_ change: (inout Configuration) -> Void = { _ in }) throws {
    // As a server does: a peer that is gone shows as EPIPE.
    signal(SIGPIPE, SIG_IGN)
    reactor = try Reactor()
    threads = try Threads(reactor: reactor)
    var configuration = Configuration()
    configuration.targets = [TerminalFixture.destination.target]
    configuration.log.level = .error
    change(&configuration)
    // What makes remotes is this fixture, which is whole only later.
    let maker = Maker()
    wiring = try Wiring(
      Material(configuration), files: Self.files.get(), maker: maker, threads: threads,
      reactor: reactor)
    maker.fixture = self
  }

  deinit {
    wiring.close()
    threads.close()
  }

  private final class Maker: RemoteMaker {
    weak var fixture: ServerFixture?

    func makeRemote(for destination: Destination) -> any Remote {
      fixture?.makeRemote(for: destination) ?? FakeRemote()
    }
  }

  func makeRemote(for destination: Destination) -> any Remote {
    let remote = FakeRemote()
    remotes.append(remote)
    return remote
  }

  func keep(_ connection: Connection) { open[ObjectIdentifier(connection)] = connection }

  func connectionClosed(_ connection: Connection) {
    open[ObjectIdentifier(connection)] = nil
    wiring.admission.connectionClosed(ObjectIdentifier(connection))
  }

  /// Another connection.
  func connect(from peer: SocketAddress = SocketAddress(.unix(path: ""))) throws -> Client {
    try Client(self, peer: peer) { [wiring] in HTTPExchange($0, wiring.responder) }
  }

  /// The answer to one request on a connection of its own, which ends with it.
  func ask(
    _ line: String, _ fields: [String] = [],
    from peer: SocketAddress = SocketAddress(.unix(path: ""))
  ) throws -> Reply {
    let client = try connect(from: peer)
    let head = ["\(line) HTTP/1.1", "Host: localhost", "Connection: close"] + fields
    try client.send(head.joined(separator: "\r\n") + "\r\n\r\n")
    return try Reply(client.readToEnd())
  }
}

/// The far end of a connection, as a test reads and writes it.
final class Client {
  private weak var connection: Connection?
  let conversation: any Conversation
  private let reactor: Reactor
  private var far: Descriptor?
  /// What has come and was not taken yet.
  private(set) var bytes: [UInt8] = []
  /// Whether the server has ended its side.
  private(set) var isOver = false

  /// - Parameters:
  ///   - fixture: Has the loop; hears when the connection is closed.
  ///   - peer: Where it comes from, as the server sees it.
  ///   - speak: Makes what is spoken.
  /// - Throws: What socketpair(2) or epoll_ctl(2) says.
  init(
    _ fixture: ServerFixture, peer: SocketAddress, _ speak: (Connection) -> any Conversation
  ) throws {
    reactor = fixture.reactor
    var ends: [CInt] = [0, 0]
    let type = CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue)
    try #require(socketpair(AF_UNIX, type, 0, &ends) == 0)
    let newcomer = Newcomer(descriptor: Descriptor(owning: ends[0]), peer: peer)
    far = Descriptor(owning: ends[1])
    let connection = Connection(newcomer, reactor: reactor, buffer: fixture.wiring.buffer)
    conversation = speak(connection)
    fixture.keep(connection)
    try connection.start(conversation, owner: fixture)
    self.connection = connection
  }

  deinit {
    connection?.close()
  }

  func send(_ bytes: some Collection<UInt8>) throws {
    let bytes = Array(bytes)
    do throws(SystemError) {
      let sent = try far?.write(bytes.span.bytes)
      #expect(sent == bytes.count)
    } catch {
      // The server has closed meanwhile; what it said before is still to be read.
      try #require(error.code == EPIPE)
    }
  }

  func send(_ text: String) throws { try send(Array(text.utf8)) }

  /// Sends pieces, each in a turn of its own.
  func send(pieces: [[UInt8]]) throws {
    for piece in pieces where !piece.isEmpty && !isOver {
      try send(piece)
      try turn()
    }
  }

  /// Ends this side.
  func hangUp() { far = nil }

  /// A turn of the loop, and what came in it.
  func turn(_ time: Duration = .zero, atMost most: Int = 65536) throws {
    try reactor.turn(until: .now + time)
    var buffer = [UInt8](repeating: 0, count: most)
    do {
      switch try buffer.withUnsafeMutableBytes({ try far?.read(into: $0) }) {
      case .bytes(let count): bytes += buffer.prefix(count)
      case .wouldBlock: break
      case .end, nil: isOver = true
      }
    } catch let error as SystemError where error.code == ECONNRESET {
      isOver = true
    }
  }

  /// Reads until something is so.
  func read(until isSo: () -> Bool) throws {
    let deadline = MonotonicInstant.now + .seconds(300)
    while !isSo() {
      try #require(MonotonicInstant.now < deadline, "it does not come")
      try turn(.milliseconds(5))
    }
  }

  /// Reads until the server ends its side.
  func readToEnd() throws -> [UInt8] {
    try read { isOver }
    return bytes
  }

  /// What came so far, as text, and is taken with this.
  func take() -> String {
    defer { bytes = [] }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// A response as its client reads it.
struct Reply: Equatable {
  let status: Int
  let fields: [String: String]
  let body: [UInt8]

  init(_ bytes: [UInt8]) throws {
    let end = try #require(
      (0..<max(0, bytes.count - 3)).first { Array(bytes[$0..<($0 + 4)]) == [13, 10, 13, 10] })
    let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
    status = try #require(lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) })
    fields = Dictionary(
      lines.dropFirst().compactMap { line in
        guard let colon = line.firstIndex(of: ":") else { return nil }
        let value = line[line.index(after: colon)...].drop { $0 == " " }
        return (line[..<colon].lowercased(), String(value))
      }, uniquingKeysWith: { "\($0), \($1)" })
    body = Array(bytes[(end + 4)...])
  }

  var text: String { String(decoding: body, as: UTF8.self) }
}

extension [UInt8] {
  /// Itself in one to five pieces, cut where the generator says.
  func pieces(using random: inout some RandomNumberGenerator) -> [[UInt8]] {
    let cuts = (0..<Int.random(in: 0...4, using: &random)).map { _ in
      Int.random(in: 0...count, using: &random)
    }.sorted()
    return zip([0] + cuts, cuts + [count]).map { Array(self[$0..<$1]) }
  }
}
