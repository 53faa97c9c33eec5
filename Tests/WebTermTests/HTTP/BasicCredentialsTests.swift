import Testing

@testable import WebTerm

@Suite("Basic credentials") struct BasicCredentialsTests {
  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test("RFC 7617's own examples")
  func examples() throws {
    let plain = try #require(BasicCredentials("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="))
    #expect(plain.name == bytes("Aladdin") && plain.password == bytes("open sesame"))
    let unicode = try #require(BasicCredentials("basic dGVzdDoxMjPCow=="))
    #expect(unicode.name == bytes("test") && unicode.password == bytes("123£"))
  }

  @Test("a password may hold colons, and be empty")
  func colons() {
    #expect(BasicCredentials("Basic YTpiOmM=")?.password == bytes("b:c"))
    #expect(BasicCredentials("Basic YTo=")?.password == [])
  }

  @Test(
    "what is not well-formed is none",
    arguments: [
      "", "Basic", "Bearer YTpi", "Basic YTpi YTpi", "Basic YTp", "Basic Y===", "Basic YW==",
      "Basic !TpiA", "Basic YTpiAA==",
    ])
  func malformed(_ field: String) {
    #expect(BasicCredentials(field) == nil)
  }
}
