// The report for collectors over a pair of sockets.

import EventLoop
import Testing

@testable import WebTerm

@Suite("scrapes") struct ScrapeTests {
  private static let request =
    "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"

  /// The samples of a report, without those that another turn or descriptor changes.
  private func samples(_ reply: Reply) -> [Substring] {
    reply.text.split(separator: "\n").filter { line in
      !line.hasPrefix("#") && !line.hasPrefix("webtermd_loop_turn")
        && !line.hasPrefix("process_open_fds") && !line.hasPrefix("webtermd_requests_total")
    }
  }

  @Test("the report is the same wherever its request is cut")
  func cuts() throws {
    let fixture = try ServerFixture()
    let bytes = Array(Self.request.utf8)
    let whole = samples(try fixture.ask("GET /metrics"))
    #expect(whole.contains("webtermd_terminals 0"))
    for cut in 0..<bytes.count {
      let client = try fixture.connect()
      try client.send(pieces: [Array(bytes[..<cut]), Array(bytes[cut...])])
      #expect(samples(try Reply(client.readToEnd())) == whole, "cut at \(cut)")
    }
  }

  @Test("many collectors at once are told one report each, and a terminal that ends is in it once")
  func atOnce() throws {
    let fixture = try ServerFixture()
    let page = try fixture.channel(cookie: fixture.cookie())
    try page.hello()
    let clients = try (0..<50).map { _ in try fixture.connect() }
    for client in clients { try client.send(Self.request) }
    fixture.remotes[0].produce(Array("12345".utf8))
    for terminal in fixture.wiring.registry.opened.page(after: 0, atMost: 1) {
      terminal.terminate(.closedByVisitor)
    }
    let replies = try clients.map { try Reply($0.readToEnd()) }
    #expect(replies.allSatisfy { $0.status == 200 })
    let opened = "webtermd_terminals_opened_total 1"
    #expect(replies.allSatisfy { samples($0).contains(Substring(opened)) })
    let last = samples(try fixture.ask("GET /metrics"))
    #expect(last.contains("webtermd_output_bytes_total 5"))
    #expect(last.contains("webtermd_terminals 0"))
  }
}
