// Texts of strangers, cut for logs and answers.

import Testing

@testable import WebTerm

@Suite("Cut texts") struct CutTextTests {
  @Test("a text is cut by bytes, and between characters")
  func borders() {
    #expect("abc".cut(to: 3) == "abc" && "abcd".cut(to: 3) == "abc…" && "".cut(to: 0) == "")
    #expect("aéé".cut(to: 2) == "a…" && "aéé".cut(to: 3) == "aé…" && "😀".cut(to: 3) == "…")
  }

  @Test("one character of any number of marks is no longer than others")
  func marks() {
    let text = "a" + String(repeating: "\u{301}", count: 5_000)
    #expect(text.count == 1 && text.cut(to: 200).utf8.count == 199 + 3)
    let seen = SeenOrigin(origin: text, host: text, isSecure: true)
    #expect(seen.origin.utf8.count <= 203 && seen.host.utf8.count <= 203)
    #expect(seen.sentence.utf8.count < 1_000 && seen.sentenceOfHost.utf8.count < 1_000)
  }
}
