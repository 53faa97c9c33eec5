import EventLoop
import Glibc
import Testing

@testable import WebTerm

@Suite("Inventory") struct InventoryTests {
  private let rule = """
    { method: "{{method}}", name: "{{instance}}", title: "{{title}}", group: "{{site}}/{{rack}}",
      telnet: { mode: "raw" }, backspace: "bs" }
    """

  private func terms(_ rule: String?, auth: String = "") throws -> InventoryPolicy {
    let list = ProblemList(file: "c")
    let text = """
      { directory: ["/d/*"], \(rule.map { "inventory: \($0)," } ?? "") auth: { \(auth) } }
      """
    let configuration = Configuration(try JSONTree.parse(Array(text.utf8), file: "c"), list)
    try #require(list.problems.isEmpty, "\(list.problems)")
    return configuration.inventoryPolicy
  }

  private func read(_ text: String, _ rule: String? = nil) throws -> [Target] {
    try InventoryFile.read(Array(text.utf8), "f", terms(rule ?? self.rule)).targets
  }

  private func problem(_ text: String, _ terms: InventoryPolicy) -> String {
    do throws(ConfigurationProblem) {
      let content = try InventoryFile.read(Array(text.utf8), "f", terms)
      return content.problems.isEmpty
        ? "\(content.targets.count) targets"
        : content.problems.map(\.description).joined(separator: "\n")
    } catch {
      return error.description
    }
  }

  @Test("files whose names are spellings of one text are two files")
  func spellings() throws {
    var name = Array("/tmp/webterm-inventory-XXXXXX".utf8CString)
    let folder = try #require(mkdtemp(&name).map { String(cString: $0) })
    let files = ["k\u{fc}che", "ku\u{308}che"].map { "\(folder)/\($0).json" }
    defer {
      files.forEach { unlink($0) }
      rmdir(folder)
    }
    for (file, target) in zip(files, ["one", "two"]) {
      let text =
        #"{ "targets": [{ "name": "\#(target)", "host": "h", "telnet": { "ports": [23] } }] }"#
      try writeFile(file, Array(text.utf8))
    }
    var settings = InventorySettings()
    settings.patterns = [try #require(FilePattern("\(folder)/*.json"))]
    let terms = InventoryPolicy(
      settings: settings, visitors: try self.terms(nil).visitors, ssh: nil)
    let read = Inventory().readAgain(terms, besides: [])
    #expect(Set(read.targets.map(\.name)) == ["one", "two"])
    #expect(unlink(files[0]) == 0)
    #expect(read.readAgain(terms, besides: []).targets.map(\.name) == ["two"])
  }

  @Test(
    "a folder that cannot be looked into says nothing of its files; one that is gone, that there are none"
  )
  func closedFolder() throws {
    var name = Array("/tmp/webterm-inventory-XXXXXX".utf8CString)
    try #require(mkdtemp(&name) != nil)
    let folder = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let (inside, file) = ("\(folder)/d", "\(folder)/d/hosts.json")
    defer {
      unlink(file)
      rmdir(inside)
      unlink(inside)
      rmdir(folder)
    }
    try #require(mkdir(inside, 0o700) == 0)
    let text = #"{ "targets": [{ "name": "kept", "host": "h", "telnet": { "ports": [23] } }] }"#
    try writeFile(file, Array(text.utf8), mode: 0o600)
    var settings = InventorySettings()
    settings.patterns = [try #require(FilePattern("\(inside)/*.json"))]
    let terms = InventoryPolicy(
      settings: settings, visitors: try self.terms(nil).visitors, ssh: nil)
    let first = Inventory().readAgain(terms, besides: [])
    #expect(first.targets.map(\.name) == ["kept"], "\(first.problems)")
    // What is no folder any more cannot be looked into, by root neither.
    try #require(rename(inside, "\(folder)/e") == 0)
    #expect(first.readAgain(terms, besides: []).targets.isEmpty)
    try #require(symlink("/dev/null", inside) == 0)
    let second = first.readAgain(terms, besides: [])
    #expect(second.targets.map(\.name) == ["kept"] && second.problems.count == 1)
    #expect(second.readAgain(terms, besides: []).targets.map(\.name) == ["kept"])
    unlink(inside)
    try #require(rename("\(folder)/e", inside) == 0)
    #expect(second.readAgain(terms, besides: []).targets.map(\.name) == ["kept"])
  }

  @Test("a text has its labels, and nothing for those that are not there")
  func template() throws {
    func text(_ template: String, _ labels: [String: String] = [:]) throws -> String? {
      let address = try #require(EntryAddress("h:1"))
      return LabelTemplate(template)?.text(EntryLabels(own: labels, text: "h:1", address: address))
    }
    #expect(try text("{{a}}-{{ b }}/x", ["a": "1", "b": "2"]) == "1-2/x")
    #expect(try text("{{a}}x{{b}}") == "x")
    #expect(try text("") == "")
    #expect(try text("} {") == "} {")
    #expect(try text("{{host}} {{port}} {{instance}} {{__address__}}") == "h 1 h:1 h:1")
    #expect(try text("{{host}} {{instance}}", ["host": "x", "instance": "y"]) == "x y")
    for wrong in ["{{", "{{a", "{{}}", "{{ }}", "{{{a}}", "x{{a}"] {
      #expect(LabelTemplate(wrong) == nil, "\(wrong)")
    }
  }

  @Test("an entry of file_sd is a target for each of its addresses")
  func fileSD() throws {
    let targets = try read(
      """
      [{ "targets": ["10.0.0.5:7001", "[2001:db8::1]:7002", "host"],
         "labels": { "instance": "Rack 1/SW 01", "method": "telnet", "site": "hel", "rack": "R1",
                     "user": "ops*", "__meta": "x" } }]
      """,
      rule.replacing("{{instance}}", with: "{{instance}} {{port}}").replacing(
        "telnet:", with: #"users: ["{{user}}"], telnet:"#))
    #expect(targets.map(\.name) == ["rack-1-sw-01-7001", "rack-1-sw-01-7002", "rack-1-sw-01"])
    #expect(targets.map(\.host) == ["10.0.0.5", "2001:db8::1", "host"])
    #expect(targets.map(\.title) == ["Rack 1/SW 01 7001", "Rack 1/SW 01 7002", "Rack 1/SW 01 "])
    #expect(targets.allSatisfy { $0.group == "hel/R1" && $0.backspace == .bs })
    let rules = try #require(targets[0].rules[.telnet])
    #expect(targets[0].rules.count == 1 && rules.telnet.mode == .raw)
    #expect(rules.ports.contains(7001) && !rules.ports.contains(7002) && !rules.ports.contains(23))
    #expect(targets[2].rules[.telnet]?.ports.contains(23) == true)
    #expect(rules.users.map(\.pattern) == ["ops*"])
    #expect(targets[0].labels.keys.sorted() == ["instance", "method", "rack", "site", "user"])
  }

  @Test("what is not said is the address, everybody and no group")
  func fewLabels() throws {
    let target = try #require(
      try read(
        #"[{ "targets": ["sw.example:22"] }]"#,
        #"{ name: "{{instance}}", group: "{{site}}/{{rack}}" }"#
      ).first)
    #expect(target.name == "sw-example-22" && target.title == "sw.example:22")
    #expect(target.group == nil && target.labels.isEmpty && target.visitors == nil)
    #expect(target.rules[.ssh]?.users == [UserPattern(pattern: "*")])
  }

  @Test("a label whose name cannot be shown is left out and told")
  func labelNames() throws {
    let text = """
      [{ "targets": ["h:1"], "labels": { "method": "ssh", "ok \\"<": "a", "\\u001b]0;": "b",
         "\(String(repeating: "n", count: 129))": "c", "": "d" } }]
      """
    let content = try InventoryFile.read(Array(text.utf8), "f", terms(rule))
    #expect(content.targets.first?.labels.keys.sorted() == ["method", "ok \"<"])
    #expect(content.problems.count == 3)
    #expect(content.problems.allSatisfy { $0.description.contains("a label's name of 1 to 128") })
    #expect(content.problems.contains { $0.description.contains(#"[0].labels.\u001b]0;"#) })
  }

  @Test("our own shape stands alone, below targets, and beside file_sd")
  func own() throws {
    let one = #"{ name: "a", host: "h", ssh: {} }"#
    #expect(try read("[\(one)]").map(\.name) == ["a"])
    #expect(try read("{ targets: [\(one)] }").map(\.name) == ["a"])
    #expect(try read("[]").isEmpty)
    let mixed = #"[\#(one), { targets: ["b:1"], labels: { method: "ssh", instance: "b" } }]"#
    #expect(try read(mixed).map(\.name) == ["a", "b"])
  }

  @Test(
    "what is wrong is named with its position",
    arguments: [
      ("", "f: expected JSON5 (a value), found the end at line 1, column 1"),
      ("[{", "f: expected JSON5 (a key), found the end at line 1, column 3"),
      ("[] x", #"f: expected JSON5 (nothing more), found "x" at line 1, column 4"#),
      ("7", "f: expected an array of targets"),
      ("{ targets: [], more: 1 }", "expected an array of targets"),
      (#"[{ "host": "h" }]"#, "[0].name"),
      (
        #"[{ "targets": ["h:1"], "labels": { "method": "http" } }]"#,
        "[0].targets[0]: expected ssh or telnet"
      ),
      (
        #"[{ "targets": ["h:x"], "labels": { "method": "ssh" } }]"#,
        "[0].targets[0]: expected an address with a port"
      ),
      (#"[{ "targets": ["h:0"], "labels": { "method": "ssh" } }]"#, "a port from 1 to 65535"),
      (#"[{ "targets": ["-oProxy:1"], "labels": { "method": "ssh" } }]"#, "a host name"),
      (
        #"[{ "targets": ["h:1"], "labels": { "method": "ssh", "instance": "//" } }]"#,
        "labels that make a name"
      ),
      (#"[{ "targets": ["h:1"], "labels": { "n": 1 } }]"#, "[0].labels.n: expected a string"),
      (#"[{ "targets": [], "label": {} }]"#, "label"),
    ])
  func wrong(_ text: String, _ words: String) throws {
    let found = problem(text, try terms(rule))
    #expect(found.contains(words), "\(found)")
  }

  @Test("what an entry means must have been said, and visitors only where there is a login")
  func rules() throws {
    let entry = #"[{ "targets": ["h:1"] }]"#
    #expect(problem(entry, try terms(nil)).contains("inventory is not set"))
    let visited = #"{ name: "{{instance}}", visitors: ["alice"] }"#
    #expect(problem(entry, try terms(visited)).contains("no visitors while auth.mode is"))
    #expect(
      problem(entry, try terms(visited, auth: #"mode: "header", name: "X-User""#)) == "1 targets")
  }

  @Test("an entry that is wrong is left out, and all mistakes are told")
  func oneWrongEntry() throws {
    let text = """
      [{ "targets": ["a:1"], "labels": { "method": "ssh", "instance": "a" } },
       { "targets": ["b:x", "b:1"], "labels": { "method": "ssh", "instance": "b" } },
       { "targets": ["c:1"], "labels": { "method": "http" } },
       { "targets": ["d:1"], "labels": { "method": "ssh", "instance": "d" }, "odd": 1 },
       { "targets": ["e:1"], "labels": { "method": "ssh", "instance": "e", "n": 5 } },
       { "targets": ["z:1"], "labels": { "method": "ssh", "instance": "z" } }]
      """
    let content = try InventoryFile.read(Array(text.utf8), "f", terms(rule))
    #expect(content.targets.map(\.name) == ["a", "z"] && content.isTrusted)
    #expect(
      content.problems.map(\.path) == [
        "[1].targets[0]", "[2].targets[0]", "[3].odd", "[4].labels.n",
      ])
    // Where nothing is right, and where our own shape is wrong, what was read before is better.
    let wrong = #"[{ "targets": ["c:1"], "labels": { "method": "http" } }]"#
    #expect(try !InventoryFile.read(Array(wrong.utf8), "f", terms(rule)).isTrusted)
    let own =
      "[{ name: 'a', host: 'h', ssh: {} }, { name: 'b' }, { name: 'c', host: 'h', sssh: {} }]"
    let mixed = try InventoryFile.read(Array(own.utf8), "f", terms(rule))
    #expect(!mixed.isTrusted && mixed.targets.map(\.name) == ["a"] && mixed.problems.count == 3)
  }

  @Test("many mistakes are counted")
  func manyMistakes() throws {
    let entry = #"{ "targets": ["h:x"], "labels": { "method": "ssh" } }"#
    let text = "[\(Array(repeating: entry, count: 1000).joined(separator: ","))]"
    let content = try InventoryFile.read(Array(text.utf8), "f", terms(rule))
    #expect(content.problems.count == 51)
    #expect(content.problems.last?.description.contains("950 more problems") == true)
  }

  @Test("a label that rights hang on and that is not there is a mistake of its entry")
  func missingLabels() throws {
    let rule = #"{ name: "{{instance}}", users: ["{{login}}"], visitors: ["{{owner}}", "@ops"] }"#
    let terms = try terms(rule, auth: #"mode: "header", name: "x", groups: "/g""#)
    func read(_ labels: String) throws -> (targets: [Target], problems: [String]) {
      let text = #"[{ "targets": ["h:1"], "labels": { \#(labels) } }]"#
      let content = try InventoryFile.read(Array(text.utf8), "f", terms)
      return (content.targets, content.problems.map(\.description))
    }
    let whole = try read(#""login": "ops", "owner": "alice""#)
    #expect(whole.targets.first?.rules[.ssh]?.users.map(\.pattern) == ["ops"])
    #expect(whole.targets.first?.visitors?.map(\.who.text) == ["alice", "@ops"])
    let noLogin = try read(#""owner": "alice""#)
    #expect(noLogin.targets.isEmpty && noLogin.problems.first?.contains("the label login") == true)
    let noOwner = try read(#""login": "ops""#)
    #expect(noOwner.targets.isEmpty && noOwner.problems.first?.contains("the label owner") == true)
    // An empty one says that there is none: never everybody.
    #expect(try read(#""login": "", "owner": "alice""#).targets.isEmpty)
    #expect(
      try read(#""login": "ops", "owner": """#).targets.first?.visitors?.map(\.who.text) == ["@ops"]
    )
  }

  @Test("an entry says who may type and who may watch, and what all of them have in common")
  func sharedLines() throws {
    let rule = #"""
      { name: "{{instance}}", method: "telnet", requires: { watching: "@leads" },
        telnet: { shared: true, confirmBreak: false }, notice: "Mind the gap.",
        related: [{ title: "Outlets", address: "pdu1/ssh/admin/22" }],
        visitors: ["{{owner}}", { who: "@{{class}}", may: "watch" }] }
      """#
    let terms = try terms(rule, auth: #"mode: "header", name: "x", groups: "/g""#)
    let text = #"[{ "targets": ["h:1"], "labels": { "owner": "alice", "class": "7b" } }]"#
    let content = try InventoryFile.read(Array(text.utf8), "f", terms)
    #expect(content.problems.isEmpty)
    let target = try #require(content.targets.first)
    #expect(target.visitors?.map(\.who.text) == ["alice", "@7b"])
    #expect(target.visitors?.map(\.may) == [.type, .watch])
    #expect(target.requires?.text == "@leads" && target.notice == "Mind the gap.")
    #expect(target.related.map(\.address.text) == ["pdu1/ssh/admin/22"])
    #expect(target.isShared && target.rules[.telnet]?.telnet.confirmsBreak == false)
    let missing = #"[{ "targets": ["h:1"], "labels": { "owner": "alice" } }]"#
    #expect(try InventoryFile.read(Array(missing.utf8), "f", terms).targets.isEmpty)
  }

  @Test("a name of other letters gets a form of its own")
  func names() throws {
    #expect(InventoryName.of("Rack 1/SW 01") == "rack-1-sw-01" && InventoryName.of("//").isEmpty)
    var names: Set<String> = []
    let texts = [
      "Küche", "Käche", "Kuche", "зал", "机房", "зал 2", "cafe\u{301}", "café", "ssh", "telnet",
    ]
    for text in texts + [String(repeating: "a", count: 200), String(repeating: "a", count: 201)] {
      let name = InventoryName.of(text)
      #expect(
        name == InventoryName.of(text) && name.utf8.allSatisfy(\.isNameByte) && name.count < 128)
      #expect(Method(rawValue: name) == nil && !name.hasPrefix("-") && !name.hasSuffix("-"))
      names.insert(name)
    }
    #expect(names.count == texts.count + 2)
    #expect(InventoryName.of("Küche") == "k-che-\(InventoryName.of("Küche").dropFirst(6))")
  }

  @Test("two addresses of one entry are two targets, whatever their order")
  func addresses() throws {
    func named(_ addresses: String, _ instance: String = "sw") throws -> [String: String] {
      let targets = try read(
        #"[{ "targets": [\#(addresses)], "labels": { "method": "telnet", "instance": "\#(instance)" } }]"#
      )
      return Dictionary(
        uniqueKeysWithValues: targets.map {
          ("\($0.host):\($0.rules[.telnet]?.ports.ranges ?? [])", $0.name)
        })
    }
    let names = try named(#""10.0.0.1:7001", "10.0.0.1:7002""#)
    #expect(Set(names.values) == ["sw-7001", "sw-7002"])
    #expect(try named(#""10.0.0.1:7002", "10.0.0.1:7001""#) == names)
    #expect(
      try Set(named(#""10.0.0.1:7001", "10.0.0.2:7001""#).values)
        == ["sw-10-0-0-1-7001", "sw-10-0-0-2-7001"])
    #expect(try named(#""10.0.0.1:7001", "10.0.0.1:7002""#, "зал").values.count == 2)
    #expect(try Set(named(#""a", "b""#).values) == ["sw-a", "sw-b"])
  }

  @Test(
    "an address is a host, and a port where a colon says so",
    arguments: [
      ("[::1]7001", nil, nil), ("[::1", nil, nil), ("[h]:1", nil, nil), ("[::1]:22", "::1", "22"),
      ("[::1]", "::1", nil),
      ("h", "h", nil), ("h:1", "h", "1"), ("h:", "h", ""), ("::1", "::1", nil),
      ("2001:db8::5", "2001:db8::5", nil),
    ] as [(String, String?, String?)])
  func splitting(_ text: String, _ host: String?, _ port: String?) {
    #expect(EntryAddress(text)?.host == host && EntryAddress(text)?.port == port)
  }

  @Test("an IPv6 address that may have been meant with a port is told")
  func ambiguous() throws {
    for text in ["2001:db8::5:2222", "2001:db8::5:22", "::1:7001"] {
      #expect(EntryAddress(text)?.isAmbiguous == true)
      let entry = #"[{ "targets": ["\#(text)"], "labels": { "method": "ssh" } }]"#
      #expect(problem(entry, try terms(rule)).contains("brackets around an IPv6 address"))
    }
    for text in ["2001:db8::5", "::1", "fe80::ab22", "[::1]:22"] {
      #expect(EntryAddress(text)?.isAmbiguous == false)
    }
    // More groups than an address has.
    let entry = #"[{ "targets": ["1:2:3:4:5:6:7:8:22"], "labels": { "method": "ssh" } }]"#
    #expect(problem(entry, try terms(rule)).contains("expected a host name or an IP address"))
    #expect(
      problem(#"[{ "targets": ["[::1]7001"], "labels": { "method": "ssh" } }]"#, try terms(rule))
        .contains(#"found "[::1]7001""#))
  }

  @Test("names that are taken are told in one line for two files")
  func clashes() {
    func targets(_ names: [String]) -> [Target] {
      names.map { Target(name: $0, host: "h", rules: [:]) }
    }
    let many = (0..<20_000).map { "n\($0)" }
    var owners = NameOwners(of: targets(["one"]))
    #expect(owners.take(targets(many), of: "a").count == many.count)
    #expect(owners.take(targets(many + ["one", "new", "new"]), of: "b").map(\.name) == ["new"])
    #expect(
      owners.order.map { $0.problem(owners.clashes[$0] ?? []).description } == [
        #"b: expected names of its own, found "n0", "n1", "n2" and 19997 more, which a has"#,
        #"b: expected names of its own, found "one", which the configuration has"#,
        #"b: expected names of its own, found "new", which b has"#,
      ])
  }

  @Test("changes that follow each other without end are looked at once a second")
  func pause() {
    var pause = ChangePause()
    let start = MonotonicInstant.now
    #expect(pause.heard(now: start) == start + .milliseconds(100))
    for tick in 1..<100 {
      let now = start + .milliseconds(50 * tick)
      #expect(pause.heard(now: now) <= max(now + .milliseconds(0), start + .seconds(1)))
    }
    pause.end()
    let later = start + .seconds(9)
    #expect(pause.heard(now: later) == later + .milliseconds(100))
  }

  @Test(
    "a pattern is a path of files in one folder",
    arguments: ["hosts.d/*.json", "/etc/*/a.json", "/etc/", "", "/e[a]/x", "/a/\u{7}"])
  func pattern(_ text: String) { #expect(FilePattern(text) == nil) }

  @Test("a rule without a name is none, and what it does not know is told")
  func ruleProblems() throws {
    for (rule, words) in [
      ("{}", "inventory.name"), (#"{ name: "{{" }"#, "inventory.name"),
      (#"{ name: "a", users: ["{{"] }"#, "inventory.users[0]"),
      (#"{ name: "a", nmae: "b" }"#, "nmae"),
    ] {
      let list = ProblemList(file: "c")
      _ = Configuration(try JSONTree.parse(Array("{ inventory: \(rule) }".utf8), file: "c"), list)
      #expect(list.problems.contains { $0.description.contains(words) }, "\(list.problems)")
    }
  }
}
