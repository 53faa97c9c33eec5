import Testing

@testable import WebTerm

extension Configuration {
  fileprivate func target(_ name: String) -> Target? { TargetTable(targets)[name] }
}

@Suite("Configuration") struct ConfigurationTests {
  private func read(_ text: String) -> (Configuration, [String]) {
    let list = ProblemList(file: "f")
    do throws(ConfigurationProblem) {
      let configuration = Configuration(try JSONTree.parse(Array(text.utf8), file: "f"), list)
      return (configuration, list.problems.map(\.description))
    } catch {
      return (Configuration(), [error.description])
    }
  }

  @Test("nothing at all is the built-in configuration")
  func standard() {
    let (configuration, problems) = read("{}")
    #expect(problems.isEmpty)
    #expect(configuration.listen.map(\.description) == ["127.0.0.1:5000"])
    #expect(configuration.targets.first?.name == "localhost")
    #expect(configuration.targets.first?.rules[.ssh]?.ports.contains(22) == true)
    #expect(configuration.targets.first?.rules[.telnet]?.ports.contains(23) == true)
    #expect(
      configuration.limits.perVisitor == 64 && configuration.timeouts.detached == .seconds(600))
  }

  @Test(
    "the mode of a unix socket is octal digits",
    arguments: [("0660", 0o660), ("600", 0o600), ("0777", 0o777)])
  func socketMode(_ text: String, _ mode: UInt32) {
    let (configuration, problems) = read("{ socket: { mode: '\(text)' } }")
    #expect(problems.isEmpty && configuration.socket.access.mode == mode)
  }

  @Test(
    "what is no mode that a server could use is refused",
    arguments: ["+660", "-660", "0o66", "0678", "066", "0060", "1777", "00660", "rw", ""])
  func wrongSocketMode(_ text: String) {
    #expect(
      read("{ socket: { mode: '\(text)' } }").1 == [
        "f: socket.mode: expected a mode in octal, from \"0600\" to \"0777\", found \"\(text)\""
      ])
    #expect(read("{ socket: { group: 'no such group' } }").1.count == 1)
  }

  @Test("everything that can be set is read, comments and trailing commas too")
  func everything() {
    let (configuration, problems) = read(
      """
      { // JSON5
        listen: ["[::1]:80", 'unix:/run/x.sock'], basePath: "/console/",
        targets: [
          { name: "gw", host: "192.168.11.111", title: "The gateway", charset: "latin1",
            visitors: ["alice", "@ops", { who: "@students", may: "watch" }],
            requires: { watching: "@leads" }, notice: "Mind the gap.\\nTwice.",
            related: [{ title: "Outlets", address: "pdu1/ssh/admin/22" }], group: "Hall 2/Rack 7", labels: { site: "hel", role: "switch" },
            ssh: { ports: [22, "6000-6999"], users: ["a*"], hostKeys: "ask", identity: "/k" },
            telnet: { shared: true, confirmBreak: false, ports: { "7002": "rack1-sw02", "7001": "rack1-sw01" } } },
          { name: "b", host: "b.example", ssh: { hostKeys: "/etc/keys" } },
        ],
        clients: { ssh: "/bin/a", telnet: "/bin/b", user: "nobody" },
        operators: ["@ops", "root"], auditors: ["eve"], sharing: "guests", notice: "Be kind.",
        limits: { viewers: 7, terminals: 1, perVisitor: 2, perAddress: 3, openPerMinute: 4, memory: 2097152 },
        timeouts: { idle: 5, detached: 0, handshake: 1.5 },
        terminal: { type: "vt100", history: 7 },
        proxies: ["10.0.0.0/8", "unix"], origins: ["https://Console.example.com"],
        auth: { mode: "header", name: "X-User", groups: "/etc/groups" }, insecure: true,
        instance: "b2", state: "/s", log: { format: "json", level: "debug" },
      }
      """)
    #expect(problems.isEmpty)
    #expect(configuration.listen.map(\.description) == ["[::1]:80", "unix:/run/x.sock"])
    #expect(configuration.basePath == "/console/")
    #expect(configuration.target("gw")?.rules[.ssh]?.hostKeys == .ask)
    #expect(configuration.target("gw")?.rules[.ssh]?.identity == "/k")
    #expect(
      configuration.target("gw")?.visitors?.map(\.who.text) == ["alice", "@ops", "@students"])
    #expect(configuration.target("gw")?.visitors?.map(\.may) == [.type, .type, .watch])
    #expect(configuration.target("gw")?.requires?.text == "@leads")
    #expect(configuration.target("gw")?.notice == "Mind the gap.\nTwice.")
    #expect(configuration.target("gw")?.related.map(\.title) == ["Outlets"])
    #expect(configuration.target("gw")?.related.map(\.address.text) == ["pdu1/ssh/admin/22"])
    #expect(configuration.target("gw")?.rules[.telnet]?.isShared == true)
    #expect(configuration.target("gw")?.rules[.telnet]?.telnet.confirmsBreak == false)
    #expect(configuration.target("gw")?.rules[.ssh]?.isShared == false)
    #expect(configuration.operators.map(\.text) == ["@ops", "root"])
    #expect(configuration.auditors.map(\.text) == ["eve"])
    #expect(configuration.sharing == .guests && configuration.limits.viewers == 7)
    #expect(configuration.notice == "Be kind.")
    #expect(configuration.target("gw")?.group == "Hall 2/Rack 7")
    #expect(configuration.target("gw")?.labels == ["site": "hel", "role": "switch"])
    let lines = configuration.target("gw")?.rules[.telnet]?.ports
    #expect(lines?.ranges == [7001...7001, 7002...7002])
    #expect(lines?.names == [7001: "rack1-sw01", 7002: "rack1-sw02"])
    #expect(configuration.target("b")?.rules[.ssh]?.hostKeys == .file("/etc/keys"))
    #expect(configuration.target("b")?.rules[.telnet] == nil)
    #expect(configuration.limits.terminals == 1 && configuration.limits.memory == 2_097_152)
    #expect(configuration.timeouts.handshake == .milliseconds(1500))
    #expect(configuration.origins == ["https://console.example.com"])
    #expect(configuration.login.mode == .header(name: "x-user"))
    #expect(configuration.log.format == .json && configuration.log.level == .debug)
  }

  @Test(
    "each mistake is told with file, key path, what was expected and what was found",
    arguments: [
      (
        "{ lisen: [] }",
        "f: lisen: expected no such key, found an unknown key (the nearest known one is \"listen\")"
      ),
      ("{ listen: 5 }", "f: listen: expected an array with at least one address, found 5"),
      (
        "{ listen: ['a'] }",
        "f: listen[0]: expected HOST:PORT, [IPv6]:PORT or unix:PATH, found \"a\""
      ),
      (
        "{ targets: [] }",
        "f: targets: expected an array with at least one target, found an empty array"
      ),
      (
        "{ targets: [{ name: 'A', host: 'h' }] }",
        "f: targets[0].name: expected a name of a-z, 0-9 and -, found \"A\""
      ),
      (
        "{ targets: [{ name: 'a' }] }",
        "f: targets[0].host: expected a host name or an IP address, found nothing"
      ),
      (
        "{ targets: [{ name: 'a', host: '-oProxyCommand=x' }] }",
        "f: targets[0].host: expected a host name or an IP address, found \"-oProxyCommand=x\""
      ),
      (
        "{ targets: [{ name: 'a', host: 'fe80::1%' }] }",
        "f: targets[0].host: expected a host name or an IP address, found \"fe80::1%\""
      ),
      (
        "{ targets: [{ name: 'a', host: '[h]' }] }",
        "f: targets[0].host: expected a host name or an IP address, found \"[h]\""
      ),
      (
        "{ targets: [{ name: 'a', host: 'ssh://x@h:22' }] }",
        "f: targets[0].host: expected a host name or an IP address, found \"ssh://x@h:22\""
      ),
      (
        "{ targets: [{ name: 'a', host: 'h', ssh: { ports: [0] } }] }",
        "f: targets[0].ssh.ports[0]: expected a port from 1 to 65535 or a range such as "
          + "\"6000-6999\", found 0"
      ),
      (
        "{ targets: [{ name: 'a', host: 'h', ssh: { ports: ['9-8'] } }] }",
        "f: targets[0].ssh.ports[0]: expected a port from 1 to 65535 or a range such as "
          + "\"6000-6999\", found \"9-8\""
      ),
      (
        "{ targets: [{ name: 'a', host: 'h', ssh: { ports: { x: 'line' } } }] }",
        "f: targets[0].ssh.ports.x: expected a port from 1 to 65535 as the key, found \"x\""
      ),
      (
        "{ targets: [{ name: 'a', host: 'h', ssh: { ports: { '1-2': 'line' } } }] }",
        "f: targets[0].ssh.ports.1-2: expected a port from 1 to 65535 as the key, found \"1-2\""
      ),
      (
        "{ targets: [{ name: 'a', host: 'h', ssh: { ports: { '1': '' } } }] }",
        "f: targets[0].ssh.ports.1: expected the line's name, of 1 to 128 printable characters, "
          + "found \"\""
      ),
      (
        "{ targets: [{ name: 'a', host: 'h', ssh: { ports: {} } }] }",
        "f: targets[0].ssh.ports: expected at least one line, found an object"
      ),
      (
        "{ targets: [{ name: 'a', host: 'h', group: 'a//b' }] }",
        "f: targets[0].group: expected names of 1 to 128 printable characters, separated by /, "
          + "found \"a//b\""
      ),
      (
        "{ targets: [{ name: 'a', host: 'h', labels: { site: 5 } }] }",
        "f: targets[0].labels.site: expected a string, found 5"
      ),
      (
        "{ targets: [{ name: 'a', host: 'h', labels: { '\\u001b': 'x' } }] }",
        "f: targets[0].labels.\\u001b: expected a label's name of 1 to 128 printable characters, "
          + "found \"\\u001b\""
      ),
      (
        "{ targets: [{ name: 'a', host: 'h', title: 'a\u{9b}' }] }",
        "f: targets[0].title: expected 1 to 128 printable characters, found \"a\\u009b\""
      ),
      (
        "{ targets: [{ name: 'a', host: 'h' }, { name: 'a', host: 'i' }] }",
        "f: targets[1].name: expected a name of its own, found \"a\""
      ),
      (
        "{ targets: [{ name: 'a', host: 'h', telnet: { hostKeys: 'pin' } }] }",
        "f: targets[0].telnet.hostKeys: expected no such key, found an unknown key (known here: "
          + "break, breakDuration, confirmBreak, echo, enter, line, mode, naws, ports, shared, "
          + "standing, user, users)"
      ),
      (
        "{ targets: [{ name: 'a', host: 'h', charset: 'cp438' }] }",
        "f: targets[0].charset: expected a character set, such as \"latin1\", \"gbk\" or \"cp437\", "
          + "found \"cp438\""
      ),
      (
        "{ limits: { terminals: 0 } }",
        "f: limits.terminals: expected a whole number from 1 to 1000000, found 0"
      ),
      (
        "{ timeouts: { idle: -1 } }",
        "f: timeouts.idle: expected seconds, from 0.0 to 2592000, found -1"
      ),
      (
        "{ basePath: 'x' }",
        "f: basePath: expected a path that begins and ends with a slash, found \"x\""
      ),
      ("{ instance: 'A' }", "f: instance: expected 1 to 8 of a-z and 0-9, found \"A\""),
      (
        "{ log: { level: 'loud' } }",
        "f: log.level: expected one of debug, info, notice, warning, error, found \"loud\""
      ),
      (
        "{ origins: ['a'] }",
        "f: origins[0]: expected an origin such as \"https://console.example.com\", found \"a\""
      ),
      (
        "{ proxies: ['a'] }",
        "f: proxies[0]: expected ADDRESS, ADDRESS/BITS or \"unix\", found \"a\""
      ),
      ("[]", "f: expected an object, found an empty array"),
      (
        "{ operators: ['root'] }",
        "f: operators[0]: expected no names while auth.mode is \"none\", found \"root\""
      ),
      (
        "{ auditors: ['a', 'b'] }",
        "f: auditors[0]: expected no names while auth.mode is \"none\", found \"a\""
      ),
      (
        "{ auth: { mode: 'header', name: 'x' }, operators: ['a', '@b'] }",
        "f: operators[1]: expected a name (neither auth.groups nor auth.groupsHeader is set), "
          + "found \"@b\""
      ),
      (
        "{ auth: { mode: 'header', name: 'x' }, operators: ['a', 5] }",
        "f: operators[1]: expected \(Invitation.expected), found 5"
      ),
      (
        "{ sharing: 'logins' }",
        "f: sharing: expected false or \"guests\" while auth.mode is \"none\", found \"logins\""
      ),
      ("{ sharing: true }", "f: sharing: expected false, \"logins\" or \"guests\", found true"),
      (
        "{ limits: { viewers: 0 } }",
        "f: limits.viewers: expected a whole number from 1 to 1000, found 0"
      ),
      (
        "{ notice: '\\x07' }",
        "f: notice: expected 1 to 4096 bytes of text, in lines, found \"\\u0007\""
      ),
      (
        "{ targets: [{ name: 'a', host: 'h', ssh: { shared: true } }] }",
        "f: targets[0].ssh.shared: expected false where there is no identity, since a visitor's "
          + "own login is not shared, found true"
      ),
      (
        "{ targets: [{ name: 'a', host: 'h', ssh: {}, requires: { watching: 'b' } }] }",
        "f: targets[0].requires.watching: expected no names while auth.mode is \"none\", found \"b\""
      ),
      (
        "{ targets: [{ name: 'a', host: 'h', ssh: {}, requires: {} }] }",
        "f: targets[0].requires.watching: expected \(Invitation.expected), found nothing"
      ),
      (
        "{ targets: [{ name: 'a', host: 'h', ssh: {}, related: [{ title: 'x', address: 'a/b' }] }] }",
        "f: targets[0].related[0].address: expected \"target/method/user/port\", found \"a/b\""
      ),
      (
        "{ auth: { mode: 'header', name: 'x' }, targets: [{ name: 'a', host: 'h', ssh: {}, "
          + "visitors: [{ who: 'a', may: 'look' }] }] }",
        "f: targets[0].visitors[0].may: expected one of watch, type, found \"look\""
      ),
      (
        "{ auth: { mode: 'header', name: 'x' }, targets: [{ name: 'a', host: 'h', ssh: {}, "
          + "visitors: ['b', { may: 'watch' }] }] }",
        "f: targets[0].visitors[1].who: expected \(Invitation.expected), found nothing"
      ),
    ])
  func mistakes(_ text: String, _ message: String) {
    #expect(read(text).1 == [message])
  }

  @Test("links open for logins where there are some, and for guests only where that is said")
  func sharing() {
    #expect(read("{}").0.sharing == .off)
    #expect(read("{ auth: { mode: 'header', name: 'x' } }").0.sharing == .logins)
    #expect(read("{ auth: { mode: 'header', name: 'x' }, sharing: false }").0.sharing == .off)
    #expect(read("{ sharing: 'guests' }").0.sharing == .guests)
    #expect(read("{}").0.limits.viewers == 32)
  }

  @Test("all mistakes are told at once")
  func several() {
    #expect(read("{ a: 1, limits: { b: 2, terminals: 'x' }, timeouts: 3 }").1.count == 4)
  }

  @Test(
    "what is not JSON5 is told with its position and what is missing there",
    arguments: [
      ("{ listen: [ }", "a value", "}", "line 1, column 13"),
      (
        "{\n  listen: ['a'\n  basePath: '/' }", "a comma or ]", "basePath: '/' }",
        "line 3, column 3"
      ),
      ("{ a: 1", "a comma or }", "", "line 1, column 7"),
      ("{ /* x }", "a comment that ends with */", "/* x }", "line 1, column 3"),
      ("{ a: 'x\n' }", "the end of a text (') in the same line", "\n", "line 1, column 8"),
      ("{ a 1 }", "a colon", "1 }", "line 1, column 5"),
      ("{} x", "nothing more", "x", "line 1, column 4"),
      ("", "a value", "", "line 1, column 1"),
      ("{ a: yes }", "a value (texts stand in quotes)", "yes }", "line 1, column 6"),
      (
        "{ a: '\\ud800' }", "the number of a character (not half of one, and not NUL)",
        "\\ud800' }", "line 1, column 7"
      ),
      (
        "{ a: '\\u0000' }", "the number of a character (not half of one, and not NUL)",
        "\\u0000' }", "line 1, column 7"
      ),
      ("{ a: 1e999 }", "a value (texts stand in quotes)", "1e999 }", "line 1, column 6"),
      ("{ a: 012 }", "a value (texts stand in quotes)", "012 }", "line 1, column 6"),
      ("{ 1: 2 }", "a key", "1: 2 }", "line 1, column 3"),
    ])
  func syntax(_ text: String, _ expected: String, _ rest: String, _ position: String) {
    let found =
      rest.isEmpty
      ? "the end" : rest == "\n" ? "the end of the line" : "\"\(JSONText.escape(rest))\""
    #expect(read(text).1 == ["f: expected JSON5 (\(expected)), found \(found) at \(position)"])
  }

  @Test("a key that stands there twice is told with its position, in free names too")
  func repeats() {
    #expect(
      read("{ limits: { terminals: 1,\n  terminals: 2 } }").1 == [
        "f: limits.terminals: expected a key that stands there once, found it a second time at line 2, "
          + "column 3"
      ])
    let target =
      "name: 'a', host: 'h', telnet: { ports: { '1': 'x', '1': 'y' } }, labels: { a: 'b', 'a': 'c' }"
    #expect(
      read("{ targets: [{ \(target) }], targets: [] }").1.map { $0.prefix(33) } == [
        "f: targets: expected a key that s", "f: targets[0].labels.a: expected ",
        "f: targets[0].telnet.ports.1: exp",
      ])
  }

  @Test(
    "positions of repeated keys are right wherever they stand, and told for the first ones only")
  func manyRepeats() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("repeated keys: seed \(seed)")
    var random = SplitMix(state: seed)
    var text = "["
    var positions: [String] = []
    for _ in 0..<JSON5Cursor.mostPositions + 50 {
      for _ in 0..<Int.random(in: 0...3, using: &random) {
        text += ["\n", " ", "/*é中*/"].randomElement(using: &random)!
      }
      text += "{ a: 1, "
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      positions.append("line \(lines.count), column \(lines[lines.count - 1].count + 1)")
      text += "a: { b: 2 } },"
    }
    text += "]"
    guard case .array(let entries) = try JSONTree.parse(Array(text.utf8), file: "f") else {
      Issue.record("no array")
      return
    }
    let told = entries.map { (entry: JSONTree) -> [String] in
      guard case .object(_, let repeats) = entry else { return [] }
      return repeats.map(\.position)
    }
    let most = JSON5Cursor.mostPositions
    #expect(told.prefix(most).elementsEqual(positions.prefix(most).map { [$0] }))
    #expect(told.dropFirst(most).allSatisfy { $0 == ["further on"] })
  }

  @Test("what JSON5 has beside JSON is read")
  func json5() throws {
    let text = """
      \u{feff}{ // c\n a: .5, 'b': 5., $c_1: +1, d: 0x1F, é: -0, "f": 'it\\'s\\
       on\\x41\\u00e9\\ud83d\\ude00\\v', /* * / */ g: [1e2, 1.5, 9007199254740993,], h: null, i: "\t",\u{a0}}
      """
    let tree = try JSONTree.parse(Array(text.utf8), file: "f")
    #expect(
      tree
        == .object([
          "a": .number(0.5), "b": .integer(5), "$c_1": .integer(1), "d": .integer(31),
          "é": .integer(0),
          "f": .string("it's onAé😀\u{b}"),
          "g": .array([.integer(100), .number(1.5), .integer(9_007_199_254_740_993)]),
          "h": .null, "i": .string("\t"),
        ]))
  }

  @Test("deep brackets are refused, and bytes that are no UTF-8 are told with their line")
  func odd() {
    #expect(
      read(String(repeating: "[", count: 100_000)).1.first?.contains("at most 64 brackets") == true)
    let list = try? JSONTree.parse(Array("{\n a: '".utf8) + [0xff], file: "f")
    #expect(list == nil)
  }
}
