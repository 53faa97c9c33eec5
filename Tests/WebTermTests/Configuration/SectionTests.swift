// Each part of a configuration is read beside its type, and so can be read alone.

import Testing

@testable import WebTerm

@Suite("Parts of a configuration") struct SectionTests {
  /// Reads one part, and tells what is wrong with it.
  private func read<Part>(
    _ text: String, _ part: (inout Section) -> Part
  ) throws -> (part: Part, problems: [String]) {
    let list = ProblemList(file: "f")
    var root = Section(try JSONTree.parse(Array(text.utf8), file: "f"), at: "", problems: list)
    let part = part(&root)
    root.refuseRest()
    return (part, list.problems.map { "\($0.path): \($0.expected)" })
  }

  @Test("limits: what is absent or wrong keeps its standard, and what is wrong is told")
  func limits() throws {
    let (limits, problems) = try read("{ limits: { perVisitor: 3, terminals: 0, x: 1 } }") {
      Limits(&$0)
    }
    var expected = Limits()
    expected.perVisitor = 3
    #expect(limits == expected)
    #expect(
      problems == ["limits.terminals: a whole number from 1 to 1000000", "limits.x: no such key"])
  }

  @Test("time-outs take fractions")
  func timeouts() throws {
    let (timeouts, problems) = try read("{ timeouts: { handshake: 0.5, detached: 0 } }") {
      Timeouts(&$0)
    }
    #expect(problems.isEmpty)
    #expect(timeouts.handshake == .milliseconds(500) && timeouts.detached == .zero)
  }

  @Test("a login's mode, with what it needs")
  func login() throws {
    let header = try read("{ auth: { mode: 'header', name: 'X-User' } }") { LoginSettings(&$0) }
    #expect(header.part.mode == .header(name: "x-user") && header.problems.isEmpty)
    let file = try read("{ auth: { mode: 'htpasswd', groups: 'g' } }") { LoginSettings(&$0) }
    #expect(
      file.problems == ["auth.groups: an absolute path", "auth.file: the path of a password file"])
    let none = try read("{ auth: { groups: '/g' } }") { LoginSettings(&$0) }
    #expect(none.problems == ["auth.groups: no such key"])
  }

  @Test("clients: programs and the fence")
  func clients() throws {
    let (clients, problems) = try read("{ clients: { ssh: '/a', fence: 'wide' } }") {
      ClientSettings(&$0)
    }
    #expect(problems.isEmpty)
    #expect(clients.paths == [.ssh: "/a"] && clients.fence.calls == .wide)
    #expect(
      try read("{ clients: { fence: 'none' } }") { ClientSettings(&$0) }.problems
        == ["clients.fence: one of narrow, wide"])
  }

  @Test("a target that is wrong is left out, and the others stay")
  func targets() throws {
    let (targets, problems) = try read(
      "{ targets: [{ name: 'a' }, { name: 'b', host: 'h', telnet: { ports: [7, '9-8'] } }, 5] }"
    ) { Target.all(&$0) }
    #expect(targets.map(\.name) == ["b"])
    #expect(targets.first?.rules[.telnet]?.ports.ranges == [7...7])
    #expect(problems.count == 3)
  }

  @Test(
    "a break's characters are written with carets",
    arguments: [
      ("^Ecl0", [5, 99, 108, 48]), ("^^^_", [94, 31]), ("x", [120]), ("^", nil), ("", nil),
      ("^1", nil), ("é", nil),
    ] as [(String, [UInt8]?)])
  func breaks(_ text: String, _ bytes: [UInt8]?) throws {
    let (settings, problems) = try read("{ break: '\(text)' }") { TelnetSettings(&$0) }
    #expect(settings.breakString == bytes)
    #expect(problems.isEmpty == (bytes != nil))
  }

  @Test("without any there is this machine")
  func localhost() throws {
    #expect(try read("{}") { Target.all(&$0) }.part == [.localhost])
  }

  @Test("a terminal's type is one word")
  func terminal() throws {
    #expect(
      try read("{ terminal: { type: 'vt100' } }") { TerminalSettings(&$0) }.part.type == "vt100")
    #expect(
      try read("{ terminal: { type: 'a b' } }") { TerminalSettings(&$0) }.problems
        == ["terminal.type: the name of a terminal type"])
  }
}
