import Testing

@testable import WebTerm

@Suite("Inventory") struct InventoryTests {
  private let rule = """
    { method: "{{method}}", name: "{{instance}}", title: "{{title}}", group: "{{site}}/{{rack}}",
      users: ["{{user}}"], telnet: { mode: "raw" }, backspace: "bs" }
    """

  private func terms(_ rule: String?, auth: String = "") throws -> InventoryTerms {
    let list = ProblemList(file: "c")
    let text = """
      { directory: ["/d/*"], \(rule.map { "inventory: \($0)," } ?? "") auth: { \(auth) } }
      """
    let configuration = Configuration(try JSONTree.parse(Array(text.utf8), file: "c"), list)
    try #require(list.problems.isEmpty, "\(list.problems)")
    return configuration.inventoryTerms
  }

  private func read(_ text: String, _ rule: String? = nil) throws -> [Target] {
    try InventoryFile.read(Array(text.utf8), "f", terms(rule ?? self.rule)).targets
  }

  private func problem(_ text: String, _ terms: InventoryTerms) -> String {
    do throws(ConfigurationProblem) {
      return "\(try InventoryFile.read(Array(text.utf8), "f", terms).targets.count) targets"
    } catch {
      return error.description
    }
  }

  @Test("a text has its labels, and nothing for those that are not there")
  func template() {
    #expect(LabelTemplate("{{a}}-{{ b }}/x")?.text(["a": "1", "b": "2"]) == "1-2/x")
    #expect(LabelTemplate("{{a}}x{{b}}")?.text([:]) == "x")
    #expect(LabelTemplate("")?.text([:]) == "")
    #expect(LabelTemplate("} {")?.text([:]) == "} {")
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
      """, rule.replacing("{{instance}}", with: "{{instance}} {{port}}"))
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
    #expect(content.doubts.count == 3)
    #expect(content.doubts.allSatisfy { $0.description.contains("a label's name of 1 to 128") })
    #expect(content.doubts.contains { $0.description.contains(#"[0].labels.\u001b]0;"#) })
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
    "what is wrong is named with its place",
    arguments: [
      ("", "f: expected JSON5, found something else at line 1"),
      ("[{", "f: expected JSON5, found something else at line 1"),
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
