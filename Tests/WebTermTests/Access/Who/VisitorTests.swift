import EventLoop
import Testing

@testable import WebTerm

@Suite("Visitors") struct VisitorTests {
  let now = MonotonicInstant.now

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

  @Test("one that has used a link is remembered for as long as that lives")
  func invited() {
    let registry = VisitorRegistry()
    let now = MonotonicInstant.now
    let (guest, other) = (
      registry.welcome(isSecure: false, now: now), registry.welcome(isSecure: false, now: now)
    )
    registry.isInvited = { $0 == guest.secret }
    let later = now + .seconds(7 * 24 * 3600)
    _ = registry.welcome(isSecure: false, now: later)
    #expect(registry.visitor([guest.secret.text], isSecure: false, now: later) === guest)
    #expect(registry.visitor([other.secret.text], isSecure: false, now: later) == nil)
    registry.isInvited = { _ in false }
    #expect(
      registry.visitor([guest.secret.text], isSecure: false, now: later + .seconds(24 * 3600))
        == nil)
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
