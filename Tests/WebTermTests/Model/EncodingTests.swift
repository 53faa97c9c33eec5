// Bytes and values as text.

import Testing

@testable import WebTerm

@Suite("Text forms") struct EncodingTests {
  @Test("base64 reads what it writes, and nothing else")
  func base64() {
    for count in 0..<70 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37) }
      #expect(Base64.decode(Base64.encode(bytes)[...].utf8) == bytes)
    }
    for wrong in ["a", "ab=", "a===", "ab-_", "=abc"] {
      #expect(Base64.decode(wrong[...].utf8) == nil)
    }
  }

  @Test("hex digits, in either case, padded")
  func hex() {
    #expect("09afAF".utf8.compactMap(\.hexValue) == [0, 9, 10, 15, 10, 15])
    #expect("g/:@`".utf8.compactMap(\.hexValue).isEmpty)
    #expect(UInt64(255).hex(digits: 4) == "00ff" && UInt64(65536).hex(digits: 4) == "10000")
  }

  @Test("an ID in capitals is none")
  func ids() {
    let text = String(repeating: "0a", count: 16)
    #expect(RandomID(text)?.text == text)
    #expect(RandomID(text.uppercased()) == nil)
  }

  @Test("JSON never holds what would end a script element")
  func json() {
    let value = JSONText.object([
      ("a", .string("</script>&\"\u{2028}")), ("b", .array([.number(-1), .boolean(true)])),
    ])
    #expect(value.text == #"{"a":"\u003c/script>\u0026\"\u2028","b":[-1,true]}"#)
  }
}
