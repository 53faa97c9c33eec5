import Testing

@testable import WebTerm

@Suite("HTTP request parser") struct RequestParserTests {
  enum Outcome: Equatable {
    case heads([RequestHead], isIdle: Bool)
    case problem(RequestProblem)
  }

  /// Everything that a stream of pieces holds.
  static func parse(_ pieces: [[UInt8]], bodiesBelow: String? = nil) -> Outcome {
    var parser = RequestParser(bodiesBelow: bodiesBelow)
    var heads: [RequestHead] = []
    do {
      for piece in pieces {
        var offset = 0
        while offset < piece.count {
          let rest = piece.span.extracting(offset..<piece.count)
          guard case .complete(let head, let used) = try parser.consume(rest) else { break }
          heads.append(head)
          offset += used
        }
      }
    } catch {
      return .problem(error)
    }
    return .heads(heads, isIdle: parser.isIdle)
  }

  static func parse(_ text: String) -> Outcome { parse([Array(text.utf8)]) }

  @Test("two pipelined requests are two heads, wherever they are cut")
  func pipelined() {
    let text = "GET /a?b HTTP/1.1\r\nHost: h\r\nX-Y:  z \r\n\r\nHEAD / HTTP/1.1\r\nhost:i\r\n\r\n"
    expectSameForEveryCut(of: Array(text.utf8)) { Self.parse($0) }
    guard case .heads(let heads, let isIdle) = Self.parse(text) else {
      Issue.record("refused")
      return
    }
    #expect(isIdle)
    #expect(heads.map(\.method) == ["GET", "HEAD"])
    #expect(heads.map(\.authority) == ["h", "i"])
    #expect(heads[0].path == "/a")
    #expect(heads[0].value("x-y") == "z")
  }

  @Test(
    "a value is trimmed of blanks, byte by byte",
    arguments: [
      ("\t a b \t", "a b"), (" \t ", ""), ("", ""), ("\u{301}x \u{301} ", "\u{301}x \u{301}"),
      (" \u{20ac} ", "\u{20ac}"),
    ])
  func trimmed(value: String, expected: String) {
    guard case .heads(let heads, _) = Self.parse("GET / HTTP/1.1\r\nHost: h\r\nX:\(value)\r\n\r\n")
    else {
      Issue.record("refused")
      return
    }
    #expect(heads.first?.value("x").map { Array($0.utf8) } == Array(expected.utf8))
  }

  @Test(
    "what two parsers could read in two ways is refused, wherever it is cut",
    arguments: [
      "GET / HTTP/1.1\nHost: h\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: h\n\r\n",
      "GET / HTTP/1.1\r\nHo\rst: h\r\n\r\n",
      "GET / HTTP/1.1\r\nHost : h\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: h\r\n folded\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: h\r\nHost: i\r\n\r\n",
      "GET / HTTP/1.1\r\n\r\n",
      "GET  / HTTP/1.1\r\nHost: h\r\n\r\n",
      "GET / HTTP/1.1 \r\nHost: h\r\n\r\n",
      "G(T / HTTP/1.1\r\nHost: h\r\n\r\n",
      "GET /\u{e9} HTTP/1.1\r\nHost: h\r\n\r\n",
      "GET a HTTP/1.1\r\nHost: h\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: h\r\nX: a\u{0}b\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: +0\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 0, 0\r\n\r\n",
      "\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n",
      "GET / FTP/1.1\r\nHost: h\r\n\r\n",
    ])
  func malformed(_ text: String) {
    guard case .problem(.malformed) = Self.parse(text) else {
      Issue.record("accepted: \(Self.parse(text))")
      return
    }
    expectSameForEveryCut(of: Array(text.utf8)) { Self.parse($0) }
  }

  @Test("a body is refused, an empty one is none")
  func body() {
    let head = "POST / HTTP/1.1\r\nHost: h\r\n"
    #expect(Self.parse(head + "Content-Length: 5\r\n\r\nhello") == .problem(.bodyRefused))
    #expect(Self.parse(head + "Transfer-Encoding: chunked\r\n\r\n") == .problem(.bodyRefused))
    guard case .heads = Self.parse(head + "Content-Length: 0\r\n\r\n") else {
      Issue.record("an empty body was refused")
      return
    }
  }

  @Test("below one path a short body is taken by POST, wherever it is cut") func posted() {
    func parse(_ text: String) -> Outcome { Self.parse([Array(text.utf8)], bodiesBelow: "/w/") }
    let head = "POST /w/x HTTP/1.1\r\nHost: h\r\n"
    let text = head + "Content-Length: 5\r\n\r\nhelloGET / HTTP/1.1\r\nHost: h\r\n\r\n"
    expectSameForEveryCut(of: Array(text.utf8)) { Self.parse($0, bodiesBelow: "/w/") }
    guard case .heads(let heads, let isIdle) = parse(text) else {
      Issue.record("refused")
      return
    }
    #expect(isIdle && heads.map(\.method) == ["POST", "GET"])
    #expect(heads.map(\.body) == [Array("hello".utf8), []])
    guard case .heads(let none, let isWaiting) = parse(head + "Content-Length: 5\r\n\r\nhell")
    else {
      Issue.record("refused")
      return
    }
    #expect(none.isEmpty && !isWaiting)
    let longest = RequestParser.longestBody
    let body = String(repeating: "b", count: longest)
    #expect(isHead(head + "Content-Length: \(longest)\r\n\r\n\(body)", bodiesBelow: "/w/"))
    for refused in [
      head + "Content-Length: \(longest + 1)\r\n\r\n",
      head + "Content-Length: 99999999999999999999\r\n\r\n",
      head + "Transfer-Encoding: chunked\r\n\r\n",
      "PUT /w/x HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\n",
      "GET /w/x HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\n",
      "POST /v/x HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\n",
    ] {
      #expect(parse(refused) == .problem(.bodyRefused))
    }
  }

  @Test("other versions are told apart from nonsense")
  func version() {
    #expect(Self.parse("GET / HTTP/2.0\r\n") == .problem(.versionNotSupported))
    guard case .heads(let heads, _) = Self.parse("GET / HTTP/1.0\r\n\r\n") else {
      Issue.record("HTTP/1.0 was refused")
      return
    }
    #expect(heads[0].authority == nil && !heads[0].keepsAlive)
  }

  @Test("an absolute target's authority takes the place of Host")
  func absoluteForm() {
    guard case .heads(let heads, _) = Self.parse("GET http://a:1/p HTTP/1.1\r\nHost: b\r\n\r\n")
    else {
      Issue.record("refused")
      return
    }
    #expect(heads[0].authority == "a:1" && heads[0].target == "/p")
  }

  @Test("a line, a field section and a number of fields may be so large and no larger")
  func limits() {
    let longest = RequestParser.longestRequestLine - "GET / HTTP/1.1".count
    let target = String(repeating: "a", count: longest)
    #expect(isHead("GET /\(target) HTTP/1.1\r\nHost: h\r\n\r\n"))
    #expect(Self.parse("GET /\(target)a HTTP/1.1\r\n") == .problem(.targetTooLong))
    let field = String(repeating: "v", count: RequestParser.longestFieldLine - 3)
    #expect(isHead("GET / HTTP/1.1\r\nHost: h\r\na: \(field)\r\n\r\n"))
    #expect(Self.parse("GET / HTTP/1.1\r\na: \(field)v\r\n") == .problem(.fieldsTooLarge))
    let many = String(repeating: "a: b\r\n", count: RequestParser.mostFields - 1)
    #expect(isHead("GET / HTTP/1.1\r\nHost: h\r\n\(many)\r\n"))
    #expect(
      Self.parse("GET / HTTP/1.1\r\nHost: h\r\n\(many)a: b\r\n\r\n") == .problem(.fieldsTooLarge))
    let section = String(repeating: "a: \(field)\r\n", count: 5)
    #expect(Self.parse("GET / HTTP/1.1\r\nHost: h\r\n\(section)\r\n") == .problem(.fieldsTooLarge))
  }

  @Test("random bytes lead to a head, a problem or patience, the same for every cut")
  func noise() {
    var generator = SeededGenerator(seed: 11)
    let words = ["GET", " ", "/", "HTTP/1.1", "\r\n", "\r", "\n", "Host: h", ":", "\u{0}", "x"]
    for _ in 0..<300 {
      let text = (0..<12).map { _ in words.randomElement(using: &generator) ?? "" }.joined()
      expectSameForEveryCut(of: Array(text.utf8)) { Self.parse($0) }
    }
  }

  private func isHead(_ text: String, bodiesBelow: String? = nil) -> Bool {
    let outcome = Self.parse([Array(text.utf8)], bodiesBelow: bodiesBelow)
    return if case .heads(let heads, _) = outcome { heads.count == 1 } else { false }
  }
}

@Suite("HTTP request head") struct RequestHeadTests {
  private func head(_ fields: [(String, String)], minorVersion: Int = 1) -> RequestHead {
    RequestHead(
      method: "GET", target: "/p?q", minorVersion: minorVersion, authority: "h",
      fields: fields.map { RequestHead.Field(name: $0.0, value: $0.1) })
  }

  @Test("a list is gathered from all its lines")
  func list() {
    let it = head([("connection", "keep-alive, Upgrade"), ("connection", "x")])
    #expect(it.list("connection") == ["keep-alive", "Upgrade", "x"])
    #expect(it.has("upgrade", in: "connection"))
  }

  @Test("a cookie is found by its whole name")
  func cookie() {
    let it = head([("cookie", "xwebterm=1; webterm=2;webterm=3")])
    #expect(it.cookies("webterm") == ["2", "3"])
    #expect(it.cookies("term").isEmpty)
  }

  @Test("a connection is kept as the version and the Connection field say")
  func keepAlive() {
    #expect(head([]).keepsAlive)
    #expect(!head([("connection", "Close")]).keepsAlive)
    #expect(!head([], minorVersion: 0).keepsAlive)
    #expect(head([("connection", "keep-alive")], minorVersion: 0).keepsAlive)
  }

  @Test("percent-encoding is decoded once, and broken encoding is refused")
  func percentDecoding() {
    #expect(PercentDecoding.decode("a%2fb%25") == Array("a/b%".utf8))
    #expect(PercentDecoding.decode("%00") == [0])
    for broken in ["%", "%1", "%g0", "a%2"] { #expect(PercentDecoding.decode(broken) == nil) }
  }
}
