import EventLoop
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

@Suite("Limits of addresses") struct AddressLimitsTests {
  let now = MonotonicInstant.now

  @Test("a bucket gives so many at once and so many per minute")
  func bucket() {
    var bucket = TokenBucket(now: now)
    let atOnce = (0..<31).map { _ in bucket.take(perMinute: 30, now: now) }
    #expect(atOnce == Array(repeating: true, count: 30) + [false])
    let later = [1900, 2000, 2001].map { bucket.take(perMinute: 30, now: now + .milliseconds($0)) }
    #expect(later == [false, true, false])
    // Another rate counts at once, for those who are known, too.
    let isTaken = bucket.take(perMinute: 6000, now: now + .milliseconds(2011))
    #expect(isTaken)
  }

  @Test("an address with nothing open is forgotten when its minute does not matter any more")
  func forgetting() {
    var limits = AddressLimits()
    for index in 0..<10_000 {
      let address = AddressKey.ipv4(UInt32(index))
      let time = now + .seconds(index)
      let mayOpen = limits.mayOpen(address, perMinute: 30, now: time)
      #expect(mayOpen)
      limits.terminalOpened(by: address, now: time)
      limits.terminalClosed(by: address)
    }
    #expect(limits.count <= 64)
  }

  @Test("an IPv6 network counts as one address")
  func network() {
    let keys = ["2001:db8::1", "2001:db8::ffff:2", "2001:db8:0:1::1"].map {
      AddressKey(SocketAddress.Host($0))
    }
    #expect(keys[0] == keys[1] && keys[0] != keys[2])
  }

  @Test("a visitor is known by the cookie that it was given, and by no other")
  func visitors() {
    let registry = VisitorRegistry()
    let visitor = registry.welcome(isSecure: false, now: now)
    func find(_ cookie: String?, after: Duration = .zero, isSecure: Bool = false) -> Visitor? {
      registry.visitor([cookie].compactMap(\.self), isSecure: isSecure, now: now + after)
    }
    #expect(find(visitor.secret.text) === visitor)
    #expect(find(String(repeating: "0", count: 32)) == nil)
    #expect(find(visitor.secret.text.uppercased() + "") == nil)
    #expect(find(nil) == nil)
    #expect(find(visitor.secret.text, isSecure: true) == nil)
    #expect(find(visitor.secret.text, after: .seconds(25 * 3600)) == nil)
  }

  @Test("what was not seen for long is forgotten a little at a time, and never who has a terminal")
  func sweeping() {
    let registry = VisitorRegistry(most: 1000)
    let all = (0..<1000).map { _ in registry.welcome(isSecure: false, now: now) }
    all[1].terminals = 1
    // The first was seen again: the next one without terminals is the longest unseen.
    #expect(registry.visitor([all[0].secret.text], isSecure: false, now: now) === all[0])
    _ = registry.welcome(isSecure: false, now: now)
    #expect(registry.count == 1000)
    #expect(registry.visitor([all[2].secret.text], isSecure: false, now: now) == nil)
    for kept in [0, 1, 3] {
      #expect(registry.visitor([all[kept].secret.text], isSecure: false, now: now) != nil)
    }
    // A day later all are expired, and no newcomer pays for all of them.
    let later = now + .seconds(25 * 3600)
    _ = registry.welcome(isSecure: false, now: later)
    #expect((990...1000).contains(registry.count))
    for _ in 0..<300 { _ = registry.welcome(isSecure: false, now: later) }
    #expect(registry.count == 302, "the newcomers, and who has a terminal")
    #expect(registry.visitor([all[1].secret.text], isSecure: false, now: later) === all[1])
  }

  @Test("a list of what was seen keeps the order, whatever is taken out")
  func recency() {
    let seed = UInt64.random(in: 0 ... .max)
    var random = SplitMix(state: seed)
    var (list, plain) = (RecencyList<Int>(), [Int]())
    for _ in 0..<3000 {
      let key = Int.random(in: 0..<20, using: &random)
      plain.removeAll { $0 == key }
      if Bool.random(using: &random) {
        list.touch(key)
        plain.append(key)
      } else {
        list.remove(key)
      }
      #expect(list.first == plain.first && list.count == plain.count, "seed \(seed)")
    }
    while let first = list.first {
      #expect(first == plain.removeFirst(), "seed \(seed)")
      list.remove(first)
    }
    #expect(plain.isEmpty)
  }

  @Test(
    "over https the cookie is this host's alone, where nothing stands before our pages",
    arguments: [
      ("/", false, "webterm", "; Path=/; HttpOnly; SameSite=Strict"),
      ("/", true, "__Host-webterm", "; Path=/; HttpOnly; SameSite=Strict; Secure"),
      ("/a/", true, "webterm", "; Path=/a/; HttpOnly; SameSite=Strict; Secure"),
    ])
  func cookie(basePath: String, isSecure: Bool, name: String, attributes: String) {
    let cookie = VisitorCookie(basePath: basePath, isSecure: isSecure)
    #expect(cookie.name == name)
    #expect(cookie.attributes == attributes)
  }
}
