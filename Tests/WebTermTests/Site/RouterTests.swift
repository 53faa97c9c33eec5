import Testing

@testable import WebTerm

@Suite("Router") struct RouterTests {
  private func router(basePath: String = "/") -> Router {
    let rules = Target.Rules(
      ports: PortSet(ranges: [1...65535]), users: [UserPattern(pattern: "*")])
    let targets = [
      Target(name: "first", host: "h", rules: [.ssh: rules, .telnet: rules]),
      Target(name: "second", host: "i", rules: [.ssh: rules]),
    ]
    return Router(basePath: basePath, targets: TargetTable(targets))
  }

  private func status(_ path: String) -> Int? {
    if case .problem(let status, _) = router().route(path[...]) { status.rawValue } else { nil }
  }

  @Test("the default and a named target are reached")
  func terminals() {
    guard case .terminal(let first) = router().route("/remote/ssh/al%69ce/22"),
      case .terminal(let second) = router().route("/remote/second/telnet/bob/2323")
    else {
      Issue.record("not routed")
      return
    }
    #expect(first.target.name == "first" && first.user.text == "alice" && first.port == 22)
    #expect(first.isAllowed)
    // Well-formed, but this target leaves the method out.
    #expect(second.target.name == "second" && second.method == .telnet && !second.isAllowed)
  }

  @Test(
    "what does not exist is 404",
    arguments: [
      "/x", "/remote", "/remote/", "/remote/ssh", "/remote/ftp/a/1", "/remote/third/ssh/a/1",
      "/remote/ssh/a/1/", "/remote/first/ssh/a/1/2", "/Remote/ssh/a/1", "//", "/healthz/",
      "/remote/SSH/a/1",
    ])
  func notFound(_ path: String) {
    #expect(status(path) == 404)
  }

  @Test(
    "a user or port that is not well-formed is 400",
    arguments: [
      "/remote/ssh/-x/22", "/remote/ssh/a%20b/22", "/remote/ssh/a%00/22", "/remote/ssh/..%2f/22",
      "/remote/ssh/%/22", "/remote/ssh/a/0", "/remote/ssh/a/65536", "/remote/ssh/a/abc",
      "/remote/ssh/a/022", "/remote/ssh/a/+22", "/remote/ssh/a/-1", "/remote/ssh//22",
      "/remote/ssh/a/", "/remote/ssh/a/99999999999999999999", "/remote/ssh/a/%32%32%20",
    ])
  func badRequest(_ path: String) {
    #expect(status(path) == 400)
  }

  @Test("the rest of the site is found under its base path, and only there")
  func basePath() {
    let mounted = router(basePath: "/console/")
    #expect(mounted.route("/console/") == .directory)
    #expect(mounted.route("/console/w") == .workspace)
    #expect(mounted.route("/console/devices") == .devices)
    #expect(mounted.route("/console/healthz") == .health)
    #expect(mounted.route("/console/static/js/a.js") == .file("js/a.js"))
    guard case .problem(.notFound, _) = mounted.route("/healthz") else {
      Issue.record("found outside of the base path")
      return
    }
  }
}

@Suite("Static files") struct StaticFilesTests {
  @Test("CRC-32 gives the well-known value")
  func crc() {
    #expect(CRC32.of(Array("123456789".utf8)) == 0xcbf4_3926)
  }

  @Test("text in a page's data cannot end the element that holds it")
  func scriptData() {
    let text = JSONText.object([("a", .string("</script><!--&\u{2028}"))]).text
    #expect(text == #"{"a":"\u003c/script>\u003c!--\u0026\u2028"}"#)
  }
}
