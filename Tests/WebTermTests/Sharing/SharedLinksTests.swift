// Links: what opens them, what ends them, and what is not learned from them.

import EventLoop
import Testing

@testable import WebTerm

@Suite("Links") struct LinksTests {
  private let terminal = TerminalID(instance: "a")
  private let other = TerminalID(instance: "a")
  private let now = 1_800_000_000

  private func maker(_ name: String) throws -> SharedLink.Maker {
    SharedLink.Maker(owner: .login(try #require(AccountName(name))), login: nil, who: name)
  }

  private func request(
    _ role: Role = .watch, seconds: Int = 600, uses: Int? = nil
  ) throws -> SharedLinkRequest {
    try #require(SharedLinkRequest(role: role, seconds: seconds, label: "support", uses: uses))
  }

  @Test("a token opens its link for a browser, again and again") func opens() throws {
    var links = SharedLinks()
    let (link, token) = try #require(
      links.make(try request(), to: terminal, by: try maker("alice"), now: now))
    #expect(token.utf8.count == 22)
    #expect(
      token.utf8.allSatisfy { ($0 | 0x20).isNameByte || $0 == UInt8(ascii: "_") })
    let browser = RandomID()
    #expect(links.link(of: browser, to: terminal, now: now) == nil)
    for _ in 0..<3 {
      #expect(try links.open(token.utf8, of: terminal, by: browser, now: now).number == link.number)
    }
    #expect(links.link(of: browser, to: terminal, now: now)?.browsers == [browser])
    #expect(links.link(of: RandomID(), to: terminal, now: now) == nil)
  }

  @Test("what is no token of that terminal's opens nothing") func wrong() throws {
    var links = SharedLinks()
    let (_, token) = try #require(
      links.make(try request(), to: terminal, by: try maker("alice"), now: now))
    let (_, another) = try #require(
      links.make(try request(), to: other, by: try maker("alice"), now: now))
    let wrong = [
      "", another, token + "=", token + " ", token.uppercased() + "x", String(token.dropLast()),
      String(token.reversed()) + ".",
    ]
    for text in wrong {
      #expect(throws: SharedLinks.Problem.unknown) {
        try links.open(text.utf8, of: terminal, by: RandomID(), now: now)
      }
    }
    #expect(throws: SharedLinks.Problem.unknown) {
      try links.open(token.utf8, of: TerminalID(instance: "a"), by: RandomID(), now: now)
    }
  }

  @Test("a link ends with its time, for those who have opened it, too") func expires() throws {
    var links = SharedLinks()
    let (_, token) = try #require(
      links.make(try request(seconds: 60), to: terminal, by: try maker("alice"), now: now))
    let browser = RandomID()
    _ = try links.open(token.utf8, of: terminal, by: browser, now: now + 59)
    #expect(links.link(of: browser, to: terminal, now: now + 59) != nil)
    #expect(links.link(of: browser, to: terminal, now: now + 60) == nil)
    #expect(links.list(of: terminal, by: nil, now: now + 60).isEmpty)
    #expect(throws: SharedLinks.Problem.expired) {
      try links.open(token.utf8, of: terminal, by: browser, now: now + 60)
    }
  }

  @Test("so many browsers and no more", arguments: [1, 3]) func usedUp(_ uses: Int) throws {
    var links = SharedLinks()
    let (_, token) = try #require(
      links.make(try request(.type, uses: uses), to: terminal, by: try maker("alice"), now: now))
    let browsers = (0..<uses).map { _ in RandomID() }
    for browser in browsers + browsers {
      _ = try links.open(token.utf8, of: terminal, by: browser, now: now)
    }
    #expect(throws: SharedLinks.Problem.usedUp) {
      try links.open(token.utf8, of: terminal, by: RandomID(), now: now)
    }
    #expect(links.link(of: browsers[0], to: terminal, now: now)?.isUsedUp == true)
  }

  @Test("a link for any number forgets the first of many") func manyBrowsers() throws {
    var links = SharedLinks()
    let (_, token) = try #require(
      links.make(try request(), to: terminal, by: try maker("alice"), now: now))
    let browsers = (0...SharedLinks.mostBrowsers).map { _ in RandomID() }
    for browser in browsers { _ = try links.open(token.utf8, of: terminal, by: browser, now: now) }
    #expect(links.link(of: browsers[0], to: terminal, now: now) == nil)
    #expect(links.link(of: browsers[1], to: terminal, now: now) != nil)
    _ = try links.open(token.utf8, of: terminal, by: browsers[0], now: now)
    #expect(links.link(of: browsers[0], to: terminal, now: now) != nil)
  }

  @Test("a called-back link is no link, and only its maker or an operator calls it back")
  func calledBack() throws {
    var links = SharedLinks()
    let (link, token) = try #require(
      links.make(try request(), to: terminal, by: try maker("alice"), now: now))
    let browser = RandomID()
    _ = try links.open(token.utf8, of: terminal, by: browser, now: now)
    #expect(links.end(link.number, of: terminal, by: try maker("bob").owner) == nil)
    #expect(links.end(link.number, of: other, by: nil) == nil)
    #expect(links.end(99, of: terminal, by: nil) == nil)
    #expect(links.end(link.number, of: terminal, by: try maker("alice").owner)?.number == 1)
    #expect(links.link(of: browser, to: terminal, now: now) == nil)
    #expect(throws: SharedLinks.Problem.unknown) {
      try links.open(token.utf8, of: terminal, by: browser, now: now)
    }
    let next = try #require(
      links.make(try request(), to: terminal, by: try maker("alice"), now: now))
    #expect(next.link.number == 2)
    #expect(links.end(2, of: terminal, by: nil) != nil)
  }

  @Test("each sees their own, an operator all") func lists() throws {
    var links = SharedLinks()
    for name in ["alice", "bob", "alice"] {
      _ = links.make(try request(), to: terminal, by: try maker(name), now: now)
    }
    #expect(links.list(of: terminal, by: nil, now: now).map(\.number) == [1, 2, 3])
    #expect(
      links.list(of: terminal, by: try maker("alice").owner, now: now).map(\.number) == [1, 3])
    #expect(links.list(of: other, by: nil, now: now).isEmpty)
  }

  @Test("links end with their maker's right, and with their terminal") func makersRight() throws {
    var links = SharedLinks()
    for name in ["alice", "bob"] {
      _ = links.make(try request(), to: terminal, by: try maker(name), now: now)
    }
    _ = links.make(try request(seconds: 60), to: terminal, by: try maker("eve"), now: now - 60)
    let ended = links.review(terminal, now: now) { $0.maker.who == "bob" }
    #expect(ended.map(\.maker.who) == ["alice", "eve"])
    #expect(links.list(of: terminal, by: nil, now: 0).map(\.maker.who) == ["bob"])
    links.terminalIsOver(terminal)
    #expect(links.count == 0)
  }

  @Test("a browser is known for as long as one of its links lives, however these end")
  func usedBy() throws {
    for end in 0..<3 {
      var links = SharedLinks()
      let browser = RandomID()
      for seconds in [60, 600] {
        let (_, token) = try #require(
          links.make(
            try request(seconds: seconds), to: terminal, by: try maker("alice"), now: now))
        for _ in 0..<2 {
          _ = try links.open(token.utf8, of: terminal, by: browser, now: now)
        }
      }
      _ = links.review(terminal, now: now + 60) { _ in true }
      #expect(links.isUsed(by: browser) && !links.isUsed(by: RandomID()))
      switch end {
      case 0: _ = links.end(2, of: terminal, by: nil)
      case 1: links.terminalIsOver(terminal)
      default: _ = links.review(terminal, now: now) { _ in false }
      }
      #expect(!links.isUsed(by: browser))
    }
  }

  @Test("a link for any number forgets the browser that came first, which was one too many")
  func mostBrowsers() throws {
    var links = SharedLinks()
    let (_, token) = try #require(
      links.make(try request(.watch), to: terminal, by: try maker("alice"), now: now))
    let browsers = (0...SharedLinks.mostBrowsers).map { _ in RandomID() }
    for browser in browsers {
      _ = try links.open(token.utf8, of: terminal, by: browser, now: now)
    }
    #expect(
      browsers.map { links.isUsed(by: $0) } == [false] + browsers.dropFirst().map { _ in true })
  }

  @Test("the better of two links counts") func best() throws {
    var links = SharedLinks()
    let browser = RandomID()
    for role in [Role.watch, .type, .watch] {
      let (_, token) = try #require(
        links.make(try request(role), to: terminal, by: try maker("alice"), now: now))
      _ = try links.open(token.utf8, of: terminal, by: browser, now: now)
    }
    #expect(links.link(of: browser, to: terminal, now: now)?.role == .type)
  }

  @Test("a terminal has so many links at most, of which those that have ended do not count")
  func bounded() throws {
    var links = SharedLinks()
    for _ in 0..<SharedLinks.mostOfTerminal {
      #expect(
        links.make(try request(seconds: 60), to: terminal, by: try maker("alice"), now: now) != nil)
    }
    #expect(links.make(try request(), to: terminal, by: try maker("alice"), now: now + 59) == nil)
    #expect(links.make(try request(), to: other, by: try maker("alice"), now: now) != nil)
    #expect(links.make(try request(), to: terminal, by: try maker("alice"), now: now + 60) != nil)
    #expect(links.list(of: terminal, by: nil, now: now + 60).count == 1)
  }

  @Test(
    "a request out of range is none",
    arguments: [
      (59, "x", nil), (604_801, "x", nil), (60, "x\n", nil), (60, "x", -1), (60, "x", 1001),
      (60, String(repeating: "x", count: 101), nil), (Int.max, "", 0),
    ] as [(Int, String, Int?)])
  func outOfRange(_ seconds: Int, _ label: String, _ uses: Int?) {
    #expect(SharedLinkRequest(role: .watch, seconds: seconds, label: label, uses: uses) == nil)
  }

  @Test("by default one browser types, and any number watch") func defaults() throws {
    #expect(try request(.type).uses == 1)
    #expect(try request(.watch).uses == 0)
    #expect(SharedLinkRequest(role: .watch, seconds: 604_800, label: "", uses: 1000) != nil)
  }
}

@Suite("Wrong tokens") struct WrongTokensTests {
  @Test("ten a minute of one address, and no other address waits") func throttle() {
    var wrong = WrongTokens()
    let now = MonotonicInstant.now
    for _ in 0..<10 {
      #expect(!wrong.refuses(.ipv4(1), now: now))
      wrong.failed(.ipv4(1), now: now)
    }
    #expect(wrong.refuses(.ipv4(1), now: now))
    #expect(!wrong.refuses(.ipv4(2), now: now))
    #expect(wrong.refuses(.ipv4(1), now: now + .milliseconds(5900)))
    #expect(!wrong.refuses(.ipv4(1), now: now + .seconds(6)))
  }

  @Test("many addresses fill nothing for ever") func bounded() {
    var wrong = WrongTokens()
    let now = MonotonicInstant.now
    for address in 0..<20_000 as Range<UInt32> { wrong.failed(.ipv4(address), now: now) }
    #expect(wrong.count <= 10_000)
    wrong.failed(.ipv4(99_999), now: now + .seconds(60))
    #expect(wrong.count == 1)
  }
}
