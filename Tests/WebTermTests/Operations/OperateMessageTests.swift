// What an operator's page may say.

import Testing

@testable import WebTerm

@Suite("operators' messages") struct OperateMessageTests {
  private func read(_ json: String) -> OperateMessage? { OperateMessage(Array(json.utf8)) }

  @Test("messages and ends are read, and what is unknown is no mistake")
  func reading() {
    let message = read(#"{"type":"message","request":3,"terminal":"a-1","text":"é","more":[1]}"#)
    #expect(message?.act == .tell("é", to: "a-1") && message?.request == 3)
    #expect(read(#"{"type":"message","request":0,"text":"x"}"#)?.act == .tell("x", to: nil))
    #expect(
      read(#"{"type":"end","terminal":"a-1","reason":"r","request":-1}"#)?.act
        == .end("a-1", reason: "r"))
    #expect(read(#"{"type":"dance"}"#)?.act == .unknown)
  }

  @Test(
    "what lacks something, or cannot be said, is none",
    arguments: [
      "", "[]", "{}", #"{"type":7}"#, #"{"type":"message","request":1}"#,
      #"{"type":"message","text":"x"}"#, #"{"type":"message","request":1,"text":""}"#,
      #"{"type":"message","request":1,"text":"a\nb"}"#,
      #"{"type":"message","request":1,"text":" "}"#,
      #"{"type":"message","request":1,"text":"a‮b"}"#,
      #"{"type":"message","request":1.5,"text":"x"}"#,
      #"{"type":"message","request":1,"text":"x","terminal":null}"#,
      #"{"type":"end","request":1,"terminal":"a-1"}"#,
      #"{"type":"end","request":1,"reason":"r"}"#,
      #"{"type":"end","request":1,"terminal":"a-1","reason":""}"#,
      #"{"type":"message","request":1,"text":"x"} x"#,
    ])
  func wrong(_ json: String) { #expect(read(json) == nil) }

  @Test("a text is 1 to 1,000 characters, however many bytes those are")
  func lengths() {
    for (count, isValid) in [(0, false), (1, true), (1000, true), (1001, false)] {
      #expect(OperatorText.isValid(String(repeating: "漢", count: count)) == isValid)
    }
  }
}
