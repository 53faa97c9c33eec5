// What requests are answered with: the gates in front, and what is behind them.

import EventLoop
import Glibc
import Testing

@testable import WebTerm

@Suite("responder") struct ResponderTests {
  private static let outside = SocketAddress(.internet(.ipv4(0x0a00_0001), port: 9))

  @Test("a name that is none of the server's is refused before all else")
  func foreignName() throws {
    let fixture = try ServerFixture { $0.origins = ["https://console.example"] }
    func status(_ host: String) throws -> Int {
      let client = try fixture.connect()
      try client.send("PUT / HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n")
      return try Reply(client.readToEnd()).status
    }
    #expect(try status("evil.example") == 421)
    #expect(try status("console.example") == 405)
    #expect(try status("127.0.0.1:5000") == 405)
  }

  @Test(
    "addresses lead where they lead",
    arguments: [
      ("/", 200), ("/w", 200), ("/devices", 200), ("/healthz", 200), ("/metrics", 200),
      ("/remote/ssh/alice/22", 200), ("/remote/t/ssh/alice/22", 200),
      ("/remote/ssh/bob/22", 403), ("/remote/ssh/alice/23", 403), ("/remote/telnet/alice/23", 403),
      ("/remote/else/ssh/alice/22", 404), ("/remote/ssh/alice/022", 400), ("/nothing", 404),
      ("/static/pages/error.html", 404), ("/static/css/base.css", 200),
    ])
  func addresses(_ path: String, _ status: Int) throws {
    #expect(try ServerFixture().ask("GET \(path)").status == status)
  }

  @Test("an error is a page for a browser and a sentence for other programs")
  func errors() throws {
    let fixture = try ServerFixture()
    let plain = try fixture.ask("GET /nothing")
    #expect(plain.text == "There is nothing at this address.\n")
    let page = try fixture.ask("GET /nothing", ["Accept: text/html"])
    #expect(page.status == 404 && page.text.contains("<html"))
    #expect(page.text.contains("There is nothing at this address."))
  }

  @Test("the metrics are for this machine, and not for what a proxy passes on")
  func metrics() throws {
    let fixture = try ServerFixture {
      $0.metricsReaders = TrustedProxies(
        networks: [TrustedProxies.Network("10.0.0.2")].compactMap(\.self), trustsUnix: false)
    }
    #expect(try fixture.ask("GET /metrics").status == 200)
    #expect(try fixture.ask("GET /metrics", ["X-Forwarded-For: 127.0.0.1"]).status == 403)
    #expect(try fixture.ask("GET /metrics", ["Via: 1.1 x"]).status == 403)
    #expect(try fixture.ask("GET /metrics", from: Self.outside).status == 403)
    let reader = SocketAddress(.internet(.ipv4(0x0a00_0002), port: 9))
    #expect(try fixture.ask("GET /metrics", from: reader).status == 200)
  }

  @Test("a page from elsewhere that asks why it has no channel is told where it is")
  func strangers() throws {
    let fixture = try ServerFixture()
    let reply = try fixture.ask(
      "GET /remote/ssh/alice/22", ["X-Webterm-Origin: https://else.example"])
    #expect(reply.status == 403 && reply.text.contains("https://else.example"))
    let own = try fixture.ask("GET /remote/ssh/alice/22", ["X-Webterm-Origin: http://localhost"])
    #expect(own.status == 200)
  }

  @Test("a terminal's page gives a cookie once, and knows it again")
  func cookies() throws {
    let fixture = try ServerFixture()
    let first = try fixture.ask("GET /remote/ssh/alice/22")
    let cookie = try #require(first.fields["set-cookie"]?.split(separator: ";").first)
    #expect(cookie.hasPrefix("webterm="))
    let again = try fixture.ask("GET /remote/ssh/alice/22", ["Cookie: \(cookie)"])
    #expect(again.status == 200 && again.fields["set-cookie"] == nil)
    let unknown = "webterm=\(String(repeating: "0", count: 32))"
    let planted = try fixture.ask("GET /remote/ssh/alice/22", ["Cookie: \(cookie); \(unknown)"])
    #expect(planted.fields["set-cookie"] == nil)
    let foreign = try fixture.ask("GET /remote/ssh/alice/22", ["Cookie: \(unknown)"])
    #expect(foreign.fields["set-cookie"] != nil)
  }

  @Test("an address with too many connections is told so, and that one ends")
  func crowd() throws {
    let fixture = try ServerFixture {
      $0.limits.perAddress = 1
      $0.proxies.networks = []
    }
    // Four connections for each terminal.
    let open = try (0..<5).map { _ in try fixture.connect(from: Self.outside) }
    for (number, client) in open.enumerated() {
      try client.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
      try client.read { !client.bytes.isEmpty }
      let reply = try Reply(client.bytes)
      #expect(reply.status == (number < 4 ? 200 : 429))
      #expect(reply.fields["connection"] == (number < 4 ? nil : "close"))
    }
  }

  @Test("a draining server gives no terminal's page")
  func draining() throws {
    let fixture = try ServerFixture()
    fixture.wiring.registry.isDraining = true
    let reply = try fixture.ask("GET /remote/ssh/alice/22")
    #expect(reply.status == 503 && reply.fields["retry-after"] == "5")
  }

  /// A file that is removed with its test.
  private final class File {
    let path: String

    init(_ text: String) throws {
      var template = Array("/tmp/webtermd-passwords-XXXXXX".utf8CString)
      let number = mkstemp(&template)
      try #require(number >= 0)
      close(number)
      path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
      try write(text)
    }

    func write(_ text: String) throws {
      let number = open(path, O_WRONLY | O_TRUNC)
      try #require(Glibc.write(number, text, text.utf8.count) == text.utf8.count)
      close(number)
    }

    deinit { unlink(path) }
  }

  @Test("where logins are asked for, a right password is worth a cookie, a wrong one a question")
  func passwords() throws {
    // Of the password "two".
    let hash =
      "$6$saltsalt$"
      + "dg1mCWso1bcZ4jIR4DTGWQLYWovPSQ8XfXMYgd99Ac12YxNhttSzGlvMuY4NK9oxdbAshf9Z9d.77bjXhbJN00"
    let file = try File("bob:\(hash)\n")
    let fixture = try ServerFixture { $0.login.mode = .htpasswd(file: file.path) }
    func ask(_ path: String, _ pair: String? = nil, _ fields: [String] = []) throws -> Reply {
      let login = pair.map { ["Authorization: Basic \(Base64.encode(Array($0.utf8)))"] } ?? []
      return try fixture.ask("GET \(path)", login + fields)
    }
    for path in ["/", "/w", "/devices", "/remote/ssh/alice/22", "/remote/x"] {
      let reply = try ask(path)
      #expect(reply.status == 401 && reply.fields["www-authenticate"]?.hasPrefix("Basic") == true)
    }
    #expect(try ask("/healthz").status == 200)
    #expect(try ask("/static/css/base.css").status == 200)
    #expect(try ask("/", "bob:one").status == 401)
    #expect(try ask("/", "eve:two").status == 401)
    let proven = try ask("/", "bob:two")
    #expect(proven.status == 200)
    let cookie = try #require(proven.fields["set-cookie"]?.split(separator: ";").first)
    #expect(try ask("/", nil, ["Cookie: \(cookie)"]).status == 200)
    // Another password in the file ends that login.
    try file.write("bob:\(hash.replacing("dg1m", with: "dg1n"))\n")
    #expect(try ask("/", nil, ["Cookie: \(cookie)"]).status == 401)
  }

  @Test("a login's name counts from a trusted proxy only")
  func vouching() throws {
    let fixture = try ServerFixture {
      $0.login.mode = .header(name: "x-user")
      $0.proxies.networks = [TrustedProxies.Network("10.0.0.1")].compactMap(\.self)
    }
    let other = SocketAddress(.internet(.ipv4(0x0a00_0009), port: 9))
    #expect(try fixture.ask("GET /", ["X-User: bob"], from: Self.outside).status == 200)
    #expect(try fixture.ask("GET /", ["X-User: bob"], from: other).status == 403)
    #expect(try fixture.ask("GET /", from: Self.outside).status == 403)
    #expect(try fixture.ask("GET /", ["X-User: a", "X-User: b"], from: Self.outside).status == 403)
    #expect(try fixture.ask("GET /", ["X-User: a\u{200b}"], from: Self.outside).status == 403)
  }

  @Test("a target that is gone stands for its live terminals, for their visitor alone")
  func formerTargets() throws {
    let fixture = try ServerFixture()
    let first = try fixture.ask("GET /remote/t/ssh/alice/22")
    let cookie = String(try #require(first.fields["set-cookie"]?.split(separator: ";").first))
    let channel = try fixture.channel(cookie: cookie)
    try channel.hello()
    #expect(fixture.wiring.registry.count == 1)
    var configuration = Configuration()
    configuration.targets = [Target(name: "new", host: "h", rules: [:])]
    fixture.wiring.catalogs.put(Catalog(configuration))
    #expect(try fixture.ask("GET /remote/t/ssh/alice/22", ["Cookie: \(cookie)"]).status == 200)
    #expect(try fixture.ask("GET /remote/t/ssh/alice/22").status == 404)
  }
}
