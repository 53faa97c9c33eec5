// Patterns that two programs read: the server's rules and the page's own must not differ.

import Testing

@testable import WebTerm

@Suite("Patterns that server and page read alike") struct PatternTests {
  @Test(
    "what JavaScript and Swift read alike is taken",
    arguments: [
      "[#>$] ?$", "^router[#>] ?$", "a|b", "(?:login|Password): $", "\\w+@\\w+:~\\$ $",
      "\\x1b\\[0m", "é>$",
      "[^a-z0-9_-]{1,3}?", "(a(b(c)))+", "\\/\\-\\#\\ ", "(?=x)x(?!y)", "\\bok\\b", "\\u00e9{2,}",
      "[\\]\\[-]", "😀",
    ])
  func taken(_ pattern: String) throws {
    #expect(PromptPattern.isValid(pattern) == (pattern != "\\/\\-\\#\\ "))
    _ = try Regex(pattern)
  }

  @Test(
    "what one of them refuses or reads otherwise is not",
    arguments: [
      "", "(?i)router", "a++#", "a*+", "(?>x)#", "(?<n>a)", "(a)\\1", "\\p{L}", "\\Q#\\E", "\\A",
      "\\z", "\\e", "(",
      ")", "[", "[]", "[]a]", "[^]", "]", "{", "a{", "a{1", "a{2,1}", "a{1001}", "*", "^*", "a**",
      "|", "a||b", "()",
      "a|", "(?#x)", "[a&&b]", "[[a]]", "[z-a]", "[\\d-z]", "[😀]", "😀+", "\\", "a\\", "\\x1",
      "\\ud800", "a\nb",
      "(?=x)*", "[[:alpha:]]", "(?<=x)y", "\\k<n>", "\\b+", "a{,3}", "<{2}>",
    ])
  func refused(_ pattern: String) {
    #expect(!PromptPattern.isValid(pattern))
  }

  @Test("deep and long ones are refused, not run into")
  func bounds() {
    let deep = String(repeating: "(", count: 400) + "a" + String(repeating: ")", count: 400)
    #expect(!PromptPattern.isValid(deep))
    #expect(!PromptPattern.isValid(String(repeating: "a", count: 1001)))
    #expect(PromptPattern.isValid(String(repeating: "a", count: 1000)))
  }

  @Test("whatever is taken is a regular expression to Swift, too")
  func random() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("patterns: seed \(seed)")
    var generator = SeededGenerator(seed: seed)
    let pieces = [
      "a", "-", "[", "]", "(", ")", "(?:", "|", "*", "+", "?", "{2}", "{1,3}", "^", "$", "\\d",
      "\\b", "\\-", "\\#",
      ".", "#", "&", "~", "\\x41", "é", " ", "[^", "a-z", "\\\\", ":", "=", "!", "<", ">",
    ]
    var count = 0
    for _ in 0..<20_000 {
      let pattern = (0..<Int.random(in: 1...6, using: &generator)).map { _ in
        pieces.randomElement(using: &generator) ?? ""
      }.joined()
      guard PromptPattern.isValid(pattern) else { continue }
      count += 1
      #expect((try? Regex(pattern)) != nil, "\(pattern), seed \(seed)")
    }
    #expect(count > 1000)
  }

  @Test(
    "users are names in which stars stand for anything",
    arguments: [
      ("alice", true), ("*", true), ("a*", true), ("*.adm", true), ("CORP\\alice", true),
      ("CORP\\*", true),
      ("a@b.c+d-e_f", true), ("", false), ("(ops", false), ("a|b", false), ("(admin|root)", false),
      ("a b", false),
      ("é", false), ("-root", false), (".a", false), ("a\\", false), ("\\a", false),
      ("a\\\\b", false), ("a\n", false),
      ("[a]", false), ("a?", false), ("a$", false), (String(repeating: "a", count: 65), false),
    ])
  func users(_ text: String, _ isTaken: Bool) {
    #expect((UserPattern(text) != nil) == isTaken)
  }

  @Test("both are checked in a configuration and in inventories of either shape")
  func everywhere() throws {
    func told(_ text: String) throws -> [String] {
      let list = ProblemList(file: "c")
      _ = Configuration(try JSONTree.parse(Array(text.utf8), file: "c"), list)
      return list.problems.map(\.path)
    }
    let target = "name: 'a', host: 'h', telnet: { mode: 'raw', users: ['(ops', 'a*'] }"
    #expect(try told("{ targets: [{ \(target) }] }") == ["targets[0].telnet.users[0]"])
    let paste = "{ name: 'a', host: 'h', paste: { waitFor: '(?i)x' }, ssh: {} }"
    #expect(try told("{ targets: [\(paste)] }") == ["targets[0].paste.waitFor"])
    #expect(
      try told("{ inventory: { name: 'a', ssh: { users: ['a|b'] }, paste: { waitFor: 'a++' } } }")
        == ["inventory.ssh.users[0]", "inventory.paste.waitFor"])
  }
}
