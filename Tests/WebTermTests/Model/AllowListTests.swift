import Testing

@testable import WebTerm

@Suite("Allow-lists") struct AllowListTests {
  @Test(
    "a star stands for anything, the rest for itself",
    arguments: [
      ("*", "anybody", true), ("alice", "alice", true), ("alice", "alicex", false),
      ("a*", "alice", true), ("a*", "bob", false), ("*-ops", "db-ops", true),
      ("*-ops", "ops", false), ("a*b*c", "aXbYc", true), ("a*b*c", "abc", true),
      ("a*b*c", "acb", false), ("ab*ba", "aba", false), ("**", "x", true), ("a.c", "abc", false),
    ])
  func patterns(_ pattern: String, _ user: String, _ matches: Bool) {
    #expect(UserPattern(pattern: pattern).matches(user) == matches)
  }

  @Test("ports are in a range or not")
  func ports() {
    let ports = PortSet(ranges: [22...22, 6000...6999])
    #expect([22, 6000, 6999].allSatisfy { ports.contains($0) })
    #expect(![21, 23, 5999, 7000].contains { ports.contains($0) })
  }

  @Test(
    "user names that could be more than a name are none",
    arguments: [
      "", "-l", "-oProxyCommand=x", "-f root", "a b", "a\u{0}", "../x", ".x", "@x", "a;b", "$(id)",
      "%h", "a/b", "é", "a\n", "a:b", "a'b", #"\a"#, #"a\"#, #"a\\b"#, #"a\-"# + " ",
      String(repeating: "a", count: 65),
    ])
  func badNames(_ name: String) {
    #expect(Username(Array(name.utf8)) == nil)
  }

  @Test(
    "ordinary user names are",
    arguments: ["root", "_x", "a.b@c+d-e", "0", #"CORP\alice"#, String(repeating: "a", count: 64)])
  func goodNames(_ name: String) {
    #expect(Username(Array(name.utf8))?.text == name)
  }
}
