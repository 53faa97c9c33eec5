import Testing

@testable import WebTerm

@Suite("Texts of protocols") struct ASCIITextTests {
  @Test("lower case is that of A to Z: no other letter becomes one of them")
  func lowerCase() {
    #expect("WebSocKet-Ä".asciiLowercased == "websocket-Ä")
    #expect(!"WEBSOC\u{212a}ET".asciiLowercased.hasSameBytes(as: "websocket"))
    #expect(Origin("https://\u{212a}.example") == nil && Origin("HTTPS://K.example") != nil)
    #expect(!OriginRules(origins: ["https://k.example"]).accepts(host: "\u{212a}.example"))
  }

  @Test("separators are bytes: what follows them and what looks like them changes nothing")
  func separators() {
    #expect("a,\u{301}b;\u{37e}".split(atByte: ",") == ["a", "\u{301}b;\u{37e}"])
    #expect("a\u{37e}b;c".split(atByte: ";") == ["a\u{37e}b", "c"])
    #expect(" \t a b\u{301} ".trimmingBlanks() == "a b\u{301}")
    #expect("\u{600} ".trimmingBlanks().utf8.elementsEqual("\u{600}".utf8))
  }

  @Test("a cookie is the one that a browser has sent, however it is written")
  func cookies() {
    let planted = RequestHead.Field(name: "cookie", value: "x=\u{37e}webterm=1; webterm=2")
    let head = RequestHead(
      method: "GET", target: "/", minorVersion: 1, authority: nil, fields: [planted])
    #expect(head.cookies("webterm") == ["2"])
  }
}
