import Testing

@testable import WebTerm

@Suite("Origins") struct OriginTests {
  let rules = OriginRules(origins: ["https://console.example.com"])

  @Test(
    "an address, localhost and a public name may be ours",
    arguments: [
      "127.0.0.1", "127.0.0.1:5000", "[::1]:5000", "localhost", "LOCALHOST:1", "10.0.0.1",
      "console.example.com", "Console.Example.Com:443",
    ])
  func ownHosts(_ host: String) {
    #expect(rules.accepts(host: host))
  }

  @Test(
    "any other name is not: a page could have bound it to our address",
    arguments: ["evil.example", "127.0.0.1.evil.example", "", "console.example.com.evil", "a b"])
  func foreignHosts(_ host: String) {
    #expect(!rules.accepts(host: host))
  }

  @Test("a channel is opened from the same origin or a public one")
  func origins() {
    func accepts(_ origin: String?, secure: Bool = false) -> Bool {
      rules.accepts(origin: origin, authority: "127.0.0.1:5000", isSecure: secure)
    }
    #expect(accepts("http://127.0.0.1:5000"))
    #expect(accepts("https://127.0.0.1:5000", secure: true))
    #expect(accepts("https://console.example.com"))
    for foreign in [
      nil, "null", "", "http://127.0.0.1", "https://127.0.0.1:5000", "http://evil.example",
      "http://console.example.com", "http://127.0.0.1:5000/", "http://127.0.0.1:5000@evil",
    ] {
      #expect(!accepts(foreign))
    }
  }

  @Test("a scheme's own port is no port")
  func standardPorts() {
    #expect(Origin("https://a:443") == Origin("https://a"))
    #expect(Origin("http://a:80") == Origin("http://a"))
    #expect(Origin("http://a:443") != Origin("http://a"))
  }
}
