// Names, keys and titles of others, as they come out in pages and lists: as they went in.

import FoundationEssentials
import Testing

@testable import WebTerm

@Suite("Names of others in pages and lists") struct WrittenNamesTests {
  /// Texts that mean something to whatever reads a page.
  private static let pieces = [
    "rack \"7\"", "\\", "</script>", "<!--", "<script", "]]>", "&amp;", "{{data}}", "{{title}}",
    "{{base}}", "'",
    "é", "e\u{301}", "机房", "😀", "\u{200f}", "%22", "://", " ", "-", "a", "Z", "0", "$1", "`", "}}",
    "{{",
  ]

  private static func text(_ generator: inout SeededGenerator) -> String {
    (0..<Int.random(in: 1...6, using: &generator)).map { _ in
      pieces.randomElement(using: &generator) ?? ""
    }.joined()
  }

  private static func target(_ number: Int, _ generator: inout SeededGenerator) -> Target {
    var labels: [String: String] = [:]
    for _ in 0..<Int.random(in: 0...4, using: &generator) {
      labels[text(&generator)] = text(&generator)
    }
    var ports = PortSet(ranges: [7001...7001])
    ports.names = [7001: text(&generator)]
    var target = Target(
      name: "t\(number)", host: "h",
      rules: [.telnet: Target.Rules(ports: ports, users: [UserPattern(pattern: "*")])])
    target.title = text(&generator)
    target.group = text(&generator)
    target.labels = labels
    return target
  }

  private struct Listed: Decodable {
    struct Way: Decodable {
      let lines: [String: String]
    }

    let name, title, group: String
    let labels: [String: String]?
    let methods: [Way]
  }

  @Test("a list of devices is JSON, and says what went in")
  func lists() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("names of others: seed \(seed)")
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      let targets = (0..<3).map { Self.target($0, &generator) }
      let json = DeviceListing(targets).whole.json
      #expect(!json.contains(UInt8(ascii: "<")), "seed \(seed)")
      let listed = try JSONDecoder().decode([Listed].self, from: Data(json))
      for (target, listed) in zip(targets, listed) {
        #expect(Array(listed.title.utf8) == target.title.map { Array($0.utf8) }, "seed \(seed)")
        #expect(
          listed.group == target.group && listed.labels ?? [:] == target.labels, "seed \(seed)")
        #expect(listed.methods[0].lines["7001"] == target.rules[.telnet]?.ports.names[7001])
      }
    }
  }

  @Test("what is put into a place of a page is not looked at for places again")
  func places() {
    let template = HTMLTemplate(
      "<title>{{title}}</title><script>{{data}}</script>{{more}}{{none}}{{")
    let page = template.filled([
      "title": .text("{{data}}<&>\"'"), "data": .json(.string("{{title}}</script>{{more}}")),
      "more": .markup("<b>{{title}}</b>"),
    ])
    #expect(
      String(decoding: page, as: UTF8.self)
        == "<title>{{data}}&lt;&amp;&gt;&quot;&#39;</title>"
        + #"<script>"{{title}}\u003c/script>{{more}}"</script><b>{{title}}</b>{{"#)
  }

  @Test("what cannot be seen is never written as it is")
  func hidden() {
    #expect(
      JSONText.escape("a\u{1b}\u{9b}\u{202e}\u{2066}\u{7f}") == #"a\u001b\u009b\u202e\u2066\u007f"#)
    for hidden in ["\u{202e}x", "\u{9b}", "\u{2029}", "\u{2067}"] {
      #expect(!DisplayName.isValid(hidden))
    }
    let problem = ConfigurationProblem(
      file: "f\u{1b}]0;x\u{7}", path: "a\nwebtermd: all is well", expected: "b", found: "\u{9b}31m")
    #expect(
      problem.description
        == #"f\u001b]0;x\u0007: a\u000awebtermd: all is well: expected b, found \u009b31m"#)
  }

  @Test("a key is written as a value is, in logs and messages too")
  func keys() {
    let object = JSONText.object([("a\"<\u{1b}", .null), ("", .string("&"))])
    #expect(object.text == #"{"a\"\u003c\u001b":null,"":"\u0026"}"#)
    let line = Log.jsonLine("t", .info, "e", [("k\"", "v\"\n")])
    #expect(line == #"{"time":"t","level":"info","event":"e","k\"":"v\"\n"}"# + "\n")
    #expect(MetricsReport.escape("a\\b\"c\n") == #"a\\b\"c\n"#)
  }
}
