// Requests over a pair of sockets, cut in every way; and what a connection waits for.

import EventLoop
import Testing

@testable import WebTerm

@Suite("HTTP exchange") struct HTTPExchangeTests {
  private static let host = "Host: localhost\r\n"

  /// What the server says to a connection's bytes, until it ends its side.
  private func answer(_ fixture: ServerFixture, _ pieces: [[UInt8]]) throws -> [UInt8] {
    let client = try fixture.connect()
    try client.send(pieces: pieces)
    return try client.readToEnd()
  }

  /// The same bytes in every cut have the same answer.
  private func expectSame(_ text: String) throws -> [UInt8] {
    let fixture = try ServerFixture()
    let bytes = Array(text.utf8)
    let whole = try answer(fixture, [bytes])
    #expect(try answer(fixture, bytes.map { [$0] }) == whole)
    for cut in 1..<bytes.count {
      let pieces = [Array(bytes[..<cut]), Array(bytes[cut...])]
      #expect(try answer(fixture, pieces) == whole, "cut at \(cut)")
    }
    return whole
  }

  @Test("a request has the same answer wherever it is cut")
  func cuts() throws {
    let whole = try expectSame("GET /healthz HTTP/1.1\r\n\(Self.host)Connection: close\r\n\r\n")
    let reply = try Reply(whole)
    #expect(reply.status == 200 && reply.text == "ok\n")
    #expect(reply.fields["content-length"] == "3" && reply.fields["connection"] == "close")
  }

  @Test("requests that follow each other are answered in order, wherever they are cut")
  func pipelined() throws {
    let whole = try expectSame(
      "GET /healthz HTTP/1.1\r\n\(Self.host)\r\n"
        + "HEAD /nothing HTTP/1.1\r\n\(Self.host)\r\n"
        + "GET /static/js/nothing.js HTTP/1.1\r\n\(Self.host)Connection: close\r\n\r\n")
    let first = try Reply(whole)
    #expect(first.status == 200 && first.fields["connection"] == nil)
    let rest = Array(first.body.dropFirst(3))
    let second = try Reply(rest)
    #expect(second.status == 404 && second.fields["content-length"] != "0")
    // The second has no body: the third begins where its would.
    #expect(try Reply(second.body).text == "There is no such file.\n")
  }

  @Test(
    "bytes that are no request are refused and end the connection, wherever they are cut",
    arguments: [
      ("GET / HTTP/2.0\r\n\r\n", 505), ("GET  / HTTP/1.1\r\n\r\n", 400),
      ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", 413),
      ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
    ])
  func malformed(_ text: String, _ status: Int) throws {
    #expect(try Reply(expectSame(text)).status == status)
  }

  @Test("drawn requests have the same answer in one piece and in several")
  func drawn() throws {
    let seed = UInt64.random(in: 0 ... .max)
    var random = SplitMix(state: seed)
    let fixture = try ServerFixture()
    let paths = [
      "/", "/healthz", "/w", "/devices", "/static/css/base.css", "/remote/ssh/alice/22",
      "/remote/t/telnet/x/1", "/remote/ssh/%zz/22", "/static/%2e%2e/x", "/x?y",
    ]
    let extras = [
      "Accept: text/html", "Accept: application/json", "Accept-Encoding: gzip, br;q=0",
      "If-None-Match: *", "Cookie: webterm=00; a=b", "X-Forwarded-For: 1.2.3.4, 10.0.0.1",
      "Origin: http://localhost", "Upgrade: websocket", "X-Webterm-Origin: http://else.example",
    ]
    for _ in 0..<120 {
      let method = ["GET", "HEAD", "GET", "PUT"].randomElement(using: &random) ?? ""
      let path = paths.randomElement(using: &random) ?? ""
      let fields = extras.filter { _ in Int.random(in: 0..<4, using: &random) == 0 }
      let text =
        "\(method) \(path) HTTP/1.1\r\n\(Self.host)Connection: close\r\n"
        + fields.map { "\($0)\r\n" }.joined() + "\r\n"
      let bytes = Array(text.utf8)
      // A cookie is another one each time.
      func reply(_ pieces: [[UInt8]]) throws -> [String] {
        let reply = try Reply(answer(fixture, pieces))
        return reply.fields.filter { $0.key != "set-cookie" }.map { "\($0): \($1)" }.sorted()
          + ["\(reply.status)", reply.text, "\(reply.fields["set-cookie"] != nil)"]
      }
      let pieces = bytes.pieces(using: &random)
      #expect(try reply(pieces) == reply([bytes]), "seed \(seed), \(text)")
    }
  }

  @Test("a long body arrives whole at a peer that reads little at a time")
  func slowReader() throws {
    let fixture = try ServerFixture()
    let file = try #require(fixture.wiring.site.files["vendor/xterm.js"])
    let client = try fixture.connect()
    try client.send(
      "GET /static/vendor/xterm.js HTTP/1.1\r\n\(Self.host)Connection: close\r\n\r\n")
    let deadline = MonotonicInstant.now + .seconds(300)
    while !client.isOver {
      try #require(MonotonicInstant.now < deadline)
      try client.turn(atMost: 5000)
    }
    let reply = try Reply(client.bytes)
    #expect(reply.body == file.bytes && reply.fields["content-length"] == "\(file.bytes.count)")
  }

  @Test("a request that does not arrive in time is told so; a connection without one just ends")
  func timeouts() throws {
    let fixture = try ServerFixture()
    let (slow, idle) = (try fixture.connect(), try fixture.connect())
    try slow.send("GET / HT")
    try slow.turn()
    slow.conversation.tick(now: fixture.reactor.now)
    #expect(try Reply(slow.readToEnd()).status == 408)
    idle.conversation.tick(now: fixture.reactor.now)
    #expect(try idle.readToEnd().isEmpty)
  }

  @Test("an answer that another thread does not make in time is an apology, and comes no more")
  func pending() throws {
    let fixture = try ServerFixture()
    let client = try fixture.connect()
    // The report is made in later turns.
    try client.send("GET /metrics HTTP/1.1\r\n\(Self.host)\r\n")
    try client.read { !client.conversation.wantsInput }
    guard client.bytes.isEmpty else {
      Issue.record("the report is made in one turn: this shows nothing")
      return
    }
    client.conversation.tick(now: fixture.reactor.now)
    let reply = try Reply(client.readToEnd())
    #expect(reply.status == 503 && !reply.text.contains("webtermd_"))
  }

  @Test("a draining server answers, and ends connections with that")
  func draining() throws {
    let fixture = try ServerFixture()
    fixture.wiring.registry.isDraining = true
    let client = try fixture.connect()
    try client.send("GET /healthz HTTP/1.1\r\n\(Self.host)\r\n")
    let reply = try Reply(client.readToEnd())
    #expect(reply.status == 503 && reply.text == "draining\n")
    #expect(reply.fields["connection"] == "close")
  }

  @Test("a peer that is gone while its answer is made changes nothing for others")
  func hungUp() throws {
    let fixture = try ServerFixture()
    for _ in 0..<20 {
      let client = try fixture.connect()
      try client.send("GET /metrics HTTP/1.1\r\n\(Self.host)\r\n")
      try client.turn()
      client.hangUp()
    }
    // The report that they have begun is for all who ask meanwhile; the next one is new.
    #expect(try fixture.ask("GET /metrics").status == 200)
    let reply = try fixture.ask("GET /metrics")
    #expect(reply.status == 200 && reply.text.contains("webtermd_requests_total 22\n"))
  }
}
