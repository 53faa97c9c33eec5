import EventLoop
import Testing

@testable import WebTerm

@Suite("Trusted proxies") struct TrustedProxiesTests {
  let loopback = SocketAddress(.internet(.ipv4(0x7f00_0001), port: 9))
  let foreign = SocketAddress(.internet(.ipv4(0x0a00_0001), port: 9))

  @Test("networks hold the addresses that share their bits")
  func networks() throws {
    let v4 = try #require(TrustedProxies.Network("10.1.0.0/16"))
    let v6 = try #require(TrustedProxies.Network("2001:db8::/33"))
    func contains(_ network: TrustedProxies.Network, _ text: String) -> Bool {
      SocketAddress.Host(text).map(network.contains) ?? false
    }
    #expect(contains(v4, "10.1.255.1") && !contains(v4, "10.2.0.0") && !contains(v4, "::"))
    #expect(contains(v6, "2001:db8:7fff::1") && !contains(v6, "2001:db8:8000::1"))
    let everything = try #require(TrustedProxies.Network("0.0.0.0/0"))
    #expect(contains(everything, "255.255.255.255"))
    for wrong in ["", "10.0.0.0/33", "10.0.0.0/-1", "a/8", "10.0.0.0/8/8", "::/129"] {
      #expect(TrustedProxies.Network(wrong) == nil)
    }
  }

  @Test("X-Forwarded-For is believed from a trusted peer only, up to the first hop that is not one")
  func client() {
    let proxies = TrustedProxies.standard
    func client(_ peer: SocketAddress, _ hops: [String]) -> String? {
      proxies.client(of: peer, forwarded: hops).map { "\($0)" }
    }
    #expect(client(loopback, ["192.0.2.7"]) == "192.0.2.7")
    #expect(client(loopback, ["198.51.100.1", "192.0.2.7", "127.0.0.1"]) == "192.0.2.7")
    #expect(client(foreign, ["192.0.2.7"]) == "10.0.0.1")
    #expect(client(loopback, []) == "127.0.0.1")
    #expect(client(loopback, ["192.0.2.7", "nonsense"]) == "127.0.0.1")
    #expect(client(SocketAddress(.unix(path: "")), ["[2001:db8::1]:99"]) == "2001:db8::1")
    #expect(client(SocketAddress(.unix(path: "")), []) == nil)
  }
}
