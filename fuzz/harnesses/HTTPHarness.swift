// Requests as an attacker, or a proxy gone wrong, might send them.

@testable import WebTerm

/// The request parser and what is read out of a request: path, list fields, cookie, credentials.
enum HTTPHarness: Harness {
  private enum Event: Equatable {
    case head(RequestHead)
    case problem(RequestProblem)
  }

  static let seeds: [[UInt8]] = [
    "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "GET /remote/ssh/a%2Eb/22?x=y HTTP/1.1\r\nHost: [::1]:5000\r\nCookie: a=b; webterm=00112233445566778899aabbccddeeff\r\n"
      + "X-Forwarded-For: 10.0.0.1, [::1]:80\r\nAccept-Encoding: gzip;q=0.5, br\r\n\r\n"
      + "HEAD http://localhost/static/x HTTP/1.0\r\n\r\n",
    "GET /remote/t/telnet/u/7 HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
      + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: webterm.v1\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc",
    "GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Basic YWxpY2U6d29uZGVy\r\nContent-Length: 0\r\n\r\n\r\nGET /healthz HTTP/1.1\r\nHost: b\r\n\r\n",
  ].map { Array($0.utf8) }

  static func run(_ bytes: [UInt8]) {
    let whole = feed([bytes])
    require(feed(pieces(of: bytes)) == whole, "a request does not depend on where it was cut")
    require(feed(bytes.map { [$0] }) == whole, "a request does not depend on single bytes")
    for case .head(let head) in whole { look(at: head) }
  }

  private static func feed(_ pieces: [[UInt8]]) -> [Event] {
    var parser = RequestParser(bodiesBelow: "/watch/")
    var events: [Event] = []
    do throws(RequestProblem) {
      for piece in pieces {
        var rest = piece[...]
        while !rest.isEmpty {
          guard case .complete(let head, let used) = try parser.consume(Array(rest).span) else {
            break
          }
          require((1...rest.count).contains(used), "a head takes bytes that are there")
          events.append(.head(head))
          rest = rest.dropFirst(used)
        }
      }
    } catch {
      events.append(.problem(error))
    }
    return events
  }

  private static func look(at head: RequestHead) {
    require(
      !head.method.isEmpty && head.target.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f },
      "a target is plain")
    for field in head.fields {
      require(
        !field.value.utf8.contains { $0 == 13 || $0 == 10 || $0 == 0 }, "a value stays in its line")
      _ = head.list(field.name)
    }
    if let name = head.value("authorization") { _ = BasicCredentials(name) }
    _ = head.cookies("webterm").map { RandomID($0) }
    _ = head.keepsAlive
    _ = OriginRules(origins: ["https://console.example.com"]).accepts(
      origin: head.value("origin"), authority: head.authority ?? "", isSecure: true)
    route(head)
  }

  private static func route(_ head: RequestHead) {
    guard case .terminal(let destination) = router.route(head.path) else { return }
    let user = destination.user.text.utf8
    require((1...64).contains(user.count) && destination.port > 0, "a destination is in range")
    require(
      user.first != UInt8(ascii: "-") && !user.contains { $0 <= 0x20 || $0 >= 0x7f },
      "a user is no option")
  }

  private static let router: Router = {
    let rules = Target.Rules(
      ports: PortSet(ranges: [1...65535]), users: [UserPattern(pattern: "*")])
    let target = Target(name: "t", host: "h", rules: [.ssh: rules, .telnet: rules])
    return Router(basePath: "/", targets: TargetTable([target]), standard: target)
  }()
}
