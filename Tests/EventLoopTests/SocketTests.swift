import Glibc
import Testing

@testable import EventLoop

@Suite("Sockets") struct SocketTests {
  @Test(
    "addresses read as they are written",
    arguments: ["127.0.0.1", "::1", "10.1.2.3", "2001:db8::42", "fe80::1"])
  func spelling(_ text: String) {
    #expect(SocketAddress.Host(text)?.description == text)
  }

  @Test("an IPv4 address mapped into IPv6 is the IPv4 one")
  func mapped() {
    #expect(SocketAddress.Host("::ffff:10.0.0.1") == SocketAddress.Host("10.0.0.1"))
  }

  @Test("what is no address is none", arguments: ["", "localhost", "1.2.3", "::g", "1.2.3.4.5"])
  func noAddress(_ text: String) {
    #expect(SocketAddress.Host(text) == nil)
  }

  @Test("loopback is told from the rest")
  func loopback() {
    let local = ["127.0.0.1", "127.9.9.9", "::1"].compactMap { SocketAddress.Host($0) }
    #expect(local.count == 3 && local.allSatisfy(\.isLoopback))
    #expect(SocketAddress.Host("::2")?.isLoopback == false)
  }

  @Test("port 0 becomes the port that the system chose, and a newcomer is accepted from it")
  func listen() throws {
    let listener = try ListeningSocket(SocketAddress(.internet(.ipv4(0x7f00_0001), port: 0)))
    guard case .internet(_, let port) = listener.address.family else {
      Issue.record("not an internet address")
      return
    }
    #expect(port != 0)
    #expect(try peer(of: listener) == nil)
    let client = try connectSocket(to: listener.address)
    #expect(try peer(of: listener)?.isLocal == true)
    _ = consume client
  }

  @Test("a port in use is EADDRINUSE, with the address")
  func portInUse() throws {
    let listener = try ListeningSocket(SocketAddress(.internet(.ipv4(0x7f00_0001), port: 0)))
    let error = try #require(throws: SystemError.self) {
      _ = try ListeningSocket(listener.address)
    }
    #expect(error.code == EADDRINUSE)
    #expect(error.description.contains("\(listener.address)"))
  }

  @Test("an abandoned unix socket is replaced, one in use is not")
  func unixSocket() throws {
    let path = "/tmp/webtermd-test-\(getpid()).sock"
    defer { unlink(path) }
    let address = SocketAddress(.unix(path: path))
    do { _ = try ListeningSocket(address) }
    let listener = try ListeningSocket(address)
    let error = try #require(throws: SystemError.self) { _ = try ListeningSocket(address) }
    #expect(error.code == EADDRINUSE)
    _ = consume listener
  }

  @Test("an outbox writes owned bytes before lent ones and keeps what the socket does not take")
  func outbox() throws {
    let pair = try SocketPair()
    var outbox = Outbox()
    outbox.append(Array("head".utf8))
    let body = [UInt8](repeating: 7, count: 4 << 20)
    var lent = 0
    var blocked = false
    while !blocked {
      let rest = body.span.extracting(lent..<body.count)
      let progress = try outbox.write(to: pair.near, lending: rest.bytes, RawSpan())
      lent += progress.lent
      blocked = !progress.isComplete
    }
    let isEmpty = outbox.isEmpty
    #expect(isEmpty)
    #expect(lent > 0 && lent < body.count)
    let received = try readAll(pair.far)
    #expect(received.prefix(4).elementsEqual("head".utf8))
    #expect(received.count == 4 + lent)
  }

  @Test("an outbox whose owned bytes are not all taken lends nothing")
  func partialOutbox() throws {
    let pair = try SocketPair()
    var outbox = Outbox()
    let owned = (0..<(4 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    outbox.append(owned)
    let tail = Array("tail".utf8)
    var received: [UInt8] = []
    var lent = 0
    while lent == 0 {
      lent = try outbox.write(to: pair.near, lending: tail.span.bytes, RawSpan()).lent
      received += try readAll(pair.far)
    }
    #expect(received == owned + tail)
  }
}

private struct SocketPair: ~Copyable {
  let near: Descriptor
  let far: Descriptor

  init() throws {
    var ends: [CInt] = [0, 0]
    let type = CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue)
    guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw SystemError("socketpair") }
    near = Descriptor(owning: ends[0])
    far = Descriptor(owning: ends[1])
  }
}

/// The connection that has come, if one has.
private func peer(of listener: borrowing ListeningSocket) throws -> SocketAddress? {
  guard let newcomer = try listener.accept() else { return nil }
  return newcomer.peer
}

private func readAll(_ descriptor: borrowing Descriptor) throws -> [UInt8] {
  var content: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 65536)
  while true {
    let result = try buffer.withUnsafeMutableBytes { try descriptor.read(into: $0) }
    guard case .bytes(let count) = result else { return content }
    content += buffer[0..<count]
  }
}
