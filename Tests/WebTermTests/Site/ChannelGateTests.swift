// Handshakes over a pair of sockets: which become channels, and what is said of the others.

import EventLoop
import Testing

@testable import WebTerm

/// A page's end of a channel, from its handshake on.
final class HandshakePage {
  let client: Client

  init(_ client: Client) {
    self.client = client
  }

  /// A page's first message, as one frame; the mask is zero, which leaves the bytes as they are.
  static var hello: [UInt8] {
    let text = Array(#"{"type":"hello","cols":80,"rows":24}"#.utf8)
    return [0x81, 0x80 | UInt8(text.count), 0, 0, 0, 0] + text
  }

  /// Says hello, and waits for its answer.
  func hello() throws {
    try client.send(Self.hello)
    try readWelcome()
  }

  func readWelcome() throws {
    let isThere = { String(decoding: self.client.bytes, as: UTF8.self).contains(#""welcome""#) }
    try client.read { isThere() || self.client.isOver }
    #expect(isThere(), "\(String(decoding: client.bytes, as: UTF8.self))")
  }
}

extension ServerFixture {
  /// A page's handshake.
  func handshake(
    _ path: String = "/remote/t/ssh/alice/22", cookie: String, _ changes: [String: String?] = [:]
  ) -> [UInt8] {
    var fields: [String: String?] = [
      "Host": "localhost", "Origin": "http://localhost", "Upgrade": "websocket",
      "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
      "Sec-WebSocket-Protocol": path == "/devices" ? "webterm.news.v1" : "webterm.v1",
      "Cookie": cookie,
    ]
    for (name, value) in changes { fields[name] = value }
    let lines = fields.sorted { $0.key < $1.key }.compactMap { name, value in
      value.map { "\(name): \($0)\r\n" }
    }
    return Array("GET \(path) HTTP/1.1\r\n\(lines.joined())\r\n".utf8)
  }

  /// The cookie of a new visitor.
  func cookie() throws -> String {
    let page = try ask("GET /remote/t/ssh/alice/22")
    return String(try #require(page.fields["set-cookie"]?.split(separator: ";").first))
  }

  /// A channel that a handshake has opened.
  func channel(cookie: String) throws -> HandshakePage {
    let client = try connect()
    try client.send(handshake(cookie: cookie))
    try client.read { client.bytes.count > 4 }
    #expect(client.take().hasPrefix("HTTP/1.1 101 "))
    return HandshakePage(client)
  }
}

@Suite("channel gate") struct ChannelGateTests {
  @Test("a handshake with the first message behind it opens a terminal, wherever it is cut")
  func cuts() throws {
    let fixture = try ServerFixture {
      ($0.limits.perVisitor, $0.limits.perAddress) = (10_000, 10_000)
      $0.limits.openPerMinute = 1_000_000
    }
    let cookie = try fixture.cookie()
    let bytes = fixture.handshake(cookie: cookie) + HandshakePage.hello
    for cut in 0..<bytes.count {
      let client = try fixture.connect()
      try client.send(pieces: [Array(bytes[..<cut]), Array(bytes[cut...])])
      try HandshakePage(client).readWelcome()
      let text = String(decoding: client.bytes, as: UTF8.self)
      // The key's answer is RFC 6455's own example.
      #expect(text.contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"))
      #expect(text.contains("Sec-WebSocket-Protocol: webterm.v1\r\n"))
      #expect(fixture.wiring.registry.count == 1, "cut at \(cut)")
      for terminal in fixture.wiring.registry.opened.page(after: 0, atMost: 9) {
        terminal.terminate(.closedByVisitor)
      }
    }
  }

  @Test(
    "what is not right about a handshake is said",
    arguments: [
      ("Origin", "http://else.example", 403), ("Origin", nil, 403), ("Cookie", nil, 403),
      ("Cookie", "webterm=00000000000000000000000000000000", 403),
      ("Sec-WebSocket-Version", "12", 426), ("Sec-WebSocket-Key", "short", 400),
      ("Sec-WebSocket-Protocol", "webterm.v9", 426), ("Host", "else.example", 421),
    ] as [(String, String?, Int)])
  func refusals(_ name: String, _ value: String?, _ status: Int) throws {
    let fixture = try ServerFixture()
    let client = try fixture.connect()
    try client.send(fixture.handshake(cookie: fixture.cookie(), [name: value]))
    try client.read { !client.bytes.isEmpty }
    let reply = try Reply(client.bytes)
    #expect(reply.status == status)
    if status == 426 { #expect(reply.fields["sec-websocket-protocol"] == "webterm.v1") }
    #expect(fixture.wiring.registry.count == 0)
  }

  @Test(
    "a channel needs an address of a terminal, or of the devices",
    arguments: [
      ("/", 404), ("/w", 404), ("/healthz", 404), ("/remote/else/ssh/alice/22", 404),
      ("/remote/ssh/alice/x", 400), ("/devices", 101), ("/remote/ssh/alice/22", 101),
    ])
  func addresses(_ path: String, _ status: Int) throws {
    let fixture = try ServerFixture()
    let client = try fixture.connect()
    try client.send(fixture.handshake(path, cookie: fixture.cookie()))
    try client.read { !client.bytes.isEmpty }
    #expect(try Reply(client.bytes).status == status)
  }

  @Test("a login that does not count any more opens no channel")
  func revoked() throws {
    let fixture = try ServerFixture {
      $0.login.mode = .header(name: "x-user")
      $0.proxies.trustsUnix = true
    }
    let page = try fixture.ask("GET /remote/t/ssh/alice/22", ["X-User: bob"])
    let cookie = String(try #require(page.fields["set-cookie"]?.split(separator: ";").first))
    func status(_ user: String?) throws -> Int {
      let client = try fixture.connect()
      try client.send(fixture.handshake(cookie: cookie, ["X-User": user]))
      try client.read { !client.bytes.isEmpty }
      return try Reply(client.bytes).status
    }
    #expect(try status("bob") == 101)
    #expect(try status("eve") == 403)
    #expect(try status(nil) == 403)
  }
}
