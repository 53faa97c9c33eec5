// Names that rights hang on: two spellings of one text are two people.

import EventLoop
import Testing

@testable import WebTerm

@Suite("Account names") struct AccountNameTests {
  /// Texts that Swift takes for the same one, in two spellings.
  static let twins = [
    ("\u{e9}", "e\u{301}"), ("\u{212b}", "\u{c5}"), ("\u{212a}", "K"),
    ("\u{1e9b}\u{323}", "\u{17f}\u{323}\u{307}"),
    ("\u{ac00}", "\u{1100}\u{1161}"), ("\u{37e}", ";"), ("\u{1fef}", "`"), ("\u{2126}", "\u{3a9}"),
    ("q\u{307}\u{323}", "q\u{323}\u{307}"),
  ]

  @Test("names are the same where their bytes are", arguments: twins)
  func spellings(_ one: String, _ other: String) throws {
    #expect(one == other, "Swift says that they are the same text")
    let (a, b) = (try #require(AccountName("jo\(one)")), try #require(AccountName("jo\(other)")))
    #expect(a != b && Set([a, b]).count == 2)
    let again = try #require(AccountName(Array("jo\(one)".utf8)))
    #expect(a == again && Set([a, again]).count == 1)
    #expect(Owner.login(a) != Owner.login(b))
    #expect(
      Invitation.login(a) != Invitation.login(b) && Invitation.login(a) != Invitation.group(a))
  }

  @Test("rights are those of the bytes", arguments: twins)
  func rights(_ one: String, _ other: String) throws {
    let peer = SocketAddress(.unix(path: ""))
    let memberships = Memberships()
    let rights = Rights(targets: TargetTable([]), memberships: memberships)
    memberships.file = GroupFile(Array("ops: \(one)x\n".utf8))
    for visitors in [["\(one)x"], ["@ops"], ["@\(one)"]] {
      let target = RightsTests.destination(visitors: visitors).target
      let (his, hers) = (RightsTests.login("\(one)x"), RightsTests.login("\(other)x"))
      let group = try #require(AccountName(one))
      memberships.vouchers.hear(his.name, groups: [group], from: peer)
      #expect(rights.admits(his, to: target) && !rights.admits(hers, to: target))
      // The other spelling of the group is another group.
      memberships.vouchers.hear(his.name, groups: [try #require(AccountName(other))], from: peer)
      if visitors == ["@\(one)"] { #expect(!rights.admits(his, to: target)) }
    }
  }

  @Test(
    "what is no UTF-8, too long, or does not show is no name",
    arguments: [
      "", "\u{1b}a", "a\u{0}", "a\u{7f}", "a\u{85}", "a\u{9b}31m", "a\u{200b}", "a\u{200d}b",
      "a\u{202e}b",
      "a\u{2066}", "\u{feff}a", "a\u{ad}", "a\u{34f}", "a\u{115f}", "a\u{3164}", "a\u{fe0f}",
      "a\u{e0041}", "a\u{2028}",
      "a\u{a0}b", "a\u{3000}", "a\u{2800}", "a\u{e000}", "a\u{fffd}", "a\tb", "a\nb", "a\r\nb",
      "a\u{378}",
      String(repeating: "a", count: 129),
    ])
  func invisible(_ text: String) {
    #expect(AccountName(text) == nil && AccountName(Array(text.utf8)) == nil)
    #expect(Invitation(text) == nil && Invitation("@\(text)") == nil)
  }

  @Test(
    "ordinary names are",
    arguments: [
      "alice", "a.b@example.com", "CORP\\alice", "John Smith", "josé", "Ωmega", "김철수", "иван",
      "محمد",
      String(repeating: "a", count: 128),
    ])
  func ordinary(_ text: String) throws {
    #expect(try #require(AccountName(Array(text.utf8))).text.utf8.elementsEqual(text.utf8))
  }

  @Test("bytes that are no UTF-8 are no name, wherever they stand")
  func malformed() {
    let seed = UInt64.random(in: 0 ... .max)
    var random = SplitMix(state: seed)
    for _ in 0..<500 {
      var bytes = (0..<Int.random(in: 1...20, using: &random)).map { _ in
        UInt8.random(in: 0x61...0x7a, using: &random)
      }
      // Never part of UTF-8: lone continuations and leads, and what is too long a form.
      let wrong: [[UInt8]] = [
        [0x80], [0xc3], [0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf5, 0x80],
      ]
      bytes.insert(
        contentsOf: wrong.randomElement(using: &random) ?? [],
        at: Int.random(in: 0...bytes.count, using: &random))
      #expect(AccountName(bytes) == nil, "\(bytes), seed \(seed)")
      // As a header field's text has it.
      #expect(AccountName(String(decoding: bytes, as: UTF8.self)) == nil, "\(bytes), seed \(seed)")
    }
  }

  @Test("what does not show is written as a number in logs and tables")
  func escapes() {
    #expect(VisibleText.escaped("a\u{9b}31mé\u{202e}") == #"a\u{9B}31mé\u{202E}"#)
    #expect(JSONText.escape("\u{202e}\u{200b}\u{e0041}é") == #"\u202e\u200b\udb40\udc41é"#)
  }
}
