import Testing

@testable import WebTerm

@Suite("Router") struct RouterTests {
  private func router(
    basePath: String = "/", standard: Bool = true, hasLogins: Bool = false,
    visitors: [Admittance]? = nil
  ) -> Router {
    let rules = Target.Rules(
      ports: PortSet(ranges: [1...65535]), users: [UserPattern(pattern: "*")])
    let targets = [
      Target(name: "first", host: "h", rules: [.ssh: rules, .telnet: rules]),
      Target(name: "second", host: "i", visitors: visitors, rules: [.ssh: rules]),
    ]
    return Router(
      basePath: basePath, targets: TargetTable(targets), standard: standard ? targets[0] : nil,
      hasLogins: hasLogins)
  }

  private func status(_ path: String) -> Int? {
    switch router().route(path[...]) {
    case .problem(let status, _), .noTerminal(let status, _): status.rawValue
    default: nil
    }
  }

  @Test(
    "whatever lies where terminals are needs a login, whether it exists or not",
    arguments: [
      "/remote/", "/remote/ssh", "/remote/ftp/a/1", "/remote/third/ssh/a/1",
      "/remote/first/ssh/a/1",
      "/remote/ssh/a/1/2/3", "/remote/first/ssh/%zz/22", "/remote/%ff/ssh/a/1",
      "/remote/first/ssh/-x/22",
      "/remote/ssh/a/0", "/%72emote/third/ssh/a/1", "/remote/third/ssh/a/1?x=/",
    ])
  func logins(_ path: String) {
    #expect(router().route(path[...]).needsLogin && router().route(path[...]).needsAccounts)
  }

  @Test("a target that is not there is as one that is closed, where some are")
  func hidden() {
    let (alice, bob) = (RightsTests.login("alice"), RightsTests.login("bob"))
    let hiding = router(hasLogins: true, visitors: [Admittance(who: .login(alice.name))])
    let rights = Rights(targets: hiding.targets)
    func answer(_ path: String, _ login: Login) -> Refusal? {
      guard case .terminal(let destination) = hiding.route(path[...]) else {
        Issue.record("\(path) is routed elsewhere")
        return nil
      }
      do throws(Refusal) {
        _ = try rights.opening(destination, by: login)
        return nil
      } catch {
        return error
      }
    }
    #expect(answer("/remote/second/ssh/a/22", alice) == nil)
    func closed(_ name: String) -> Refusal { .forbidden("\(name) is not open to you.") }
    #expect(answer("/remote/second/ssh/a/22", bob) == closed("second"))
    #expect(answer("/remote/third/ssh/a/22", bob) == closed("third"))
    #expect(answer("/remote/third/ssh/a/22", alice) == closed("third"))
    // Where nothing is closed, nothing is hidden.
    guard case .noTerminal(.notFound, _) = router(hasLogins: true).route("/remote/third/ssh/a/22")
    else {
      Issue.record("hidden")
      return
    }
  }

  @Test("an address that names no target leads nowhere, where the configuration has none itself")
  func noStandard() {
    guard case .noTerminal(.notFound, _) = router(standard: false).route("/remote/ssh/a/22"),
      case .terminal = router(standard: false).route("/remote/first/ssh/a/22")
    else {
      Issue.record("routed")
      return
    }
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
