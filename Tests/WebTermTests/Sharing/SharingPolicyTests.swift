// Who may come to whose terminal: every kind of visitor at every kind of terminal, and what ends a
// right.

import EventLoop
import Testing

@testable import WebTerm

@Suite("Sharing") struct SharingPolicyTests {
  private let visitors = VisitorRegistry()
  private let rights = Rights(targets: TargetTable([]))
  private let now = MonotonicInstant.now
  private let time = 1_800_000_000

  init() throws {
    rights.operators = [try #require(Invitation("oscar"))]
  }

  private func visitor(_ login: String?) -> Visitor {
    visitors.welcome(login.map(RightsTests.login), isSecure: false, now: now)
  }

  /// A private terminal of a visitor's, or a console.
  private func place(of owner: Visitor?, visitors: [(String, Role)]? = nil) throws -> SharedPlace {
    let destination = RightsTests.destination(visitors: nil, isShared: owner == nil)
    var target = destination.target
    target.visitors = try visitors?.map {
      Admittance(who: try #require(Invitation($0.0)), may: $0.1)
    }
    return SharedPlace(
      id: TerminalID(instance: "a"), owner: owner?.owner,
      destination: Destination(
        target: target, method: .ssh, user: destination.user, port: destination.port))
  }

  private func request(_ role: Role, uses: Int? = nil) throws -> SharedLinkRequest {
    try #require(SharedLinkRequest(role: role, seconds: 600, label: "support", uses: uses))
  }

  private func standing(
    _ policy: SharingPolicy, _ visitor: Visitor, _ place: SharedPlace, after seconds: Int = 0
  ) -> Standing? {
    policy.right(of: visitor, to: place, now: time + seconds)?.standing
  }

  private func open(
    _ policy: SharingPolicy, _ token: String, _ place: SharedPlace?, _ visitor: Visitor,
    from address: AddressKey = .ipv4(1)
  ) -> SharingPolicy.Opening {
    policy.open(
      Array(token.utf8), of: place, by: visitor, from: address, now: now, unixTime: time)
  }

  @Test("a private terminal is its owner's and the operators'") func privateTerminal() throws {
    let policy = SharingPolicy(.guests, rights: rights)
    let alice = visitor("alice")
    let place = try place(of: alice)
    #expect(standing(policy, alice, place) == .owner)
    #expect(standing(policy, visitor("alice"), place) == .owner)
    #expect(standing(policy, visitor("oscar"), place) == .operator)
    #expect(standing(policy, visitor("bob"), place) == nil)
    #expect(standing(policy, visitor(nil), place) == nil)
    let oscars = try self.place(of: visitor("oscar"))
    #expect(standing(policy, visitor("oscar"), oscars) == .owner)
  }

  @Test("an owner whose target may only be watched now is no owner of a terminal") func demoted()
    throws
  {
    let policy = SharingPolicy(.logins, rights: rights)
    let alice = visitor("alice")
    let place = try place(of: alice, visitors: [("alice", .watch)])
    #expect(standing(policy, alice, place) == nil)
  }

  @Test("a console is for its target's visitors, each by what they may") func console() throws {
    let policy = SharingPolicy(.logins, rights: rights)
    let place = try place(of: nil, visitors: [("alice", .type), ("bob", .watch)])
    #expect(standing(policy, visitor("alice"), place) == .visitor)
    #expect(standing(policy, visitor("bob"), place) == .watcher)
    #expect(standing(policy, visitor("oscar"), place) == .operator)
    #expect(standing(policy, visitor("eve"), place) == nil)
    #expect(standing(policy, visitor(nil), place) == nil)
  }

  @Test("without a login, where one is asked for, a link alone opens what is open to all")
  func guestsOnly() throws {
    let policy = SharingPolicy(.guests, rights: rights)
    let place = try place(of: nil)
    let (guest, alice) = (visitor(nil), visitor("alice"))
    #expect(standing(policy, guest, place) == .visitor)
    policy.asksForLogin = true
    #expect(standing(policy, guest, place) == nil)
    let (_, token) = try policy.share(try request(.watch), to: place, by: alice, now: time)
    _ = open(policy, token, place, guest)
    #expect(standing(policy, guest, place) == .watcher)
    #expect(throws: SharingPolicy.Refusal.notAllowed) {
      try policy.share(try request(.watch), to: place, by: guest, now: time)
    }
  }

  @Test(
    "a link gives the lesser of its role and of what the target allows",
    arguments: [
      ("alice", Role.type, Standing.guest), ("alice", .watch, .watcher), ("bob", .type, .watcher),
      ("bob", .watch, .watcher), ("eve", .type, nil), ("eve", .watch, nil), (nil, .type, .guest),
      (nil, .watch, .watcher),
    ] as [(String?, Role, Standing?)])
  func lesser(_ login: String?, _ role: Role, _ expected: Standing?) throws {
    let policy = SharingPolicy(.guests, rights: rights)
    let owner = visitor("olga")
    let place = try place(
      of: owner, visitors: [("olga", .type), ("alice", .type), ("bob", .watch)])
    let (_, token) = try policy.share(try request(role, uses: 0), to: place, by: owner, now: time)
    let guest = visitor(login)
    #expect(standing(policy, guest, place) == nil)
    let opening = open(policy, token, place, guest)
    if case .opened = opening {} else { #expect(expected == nil) }
    #expect(standing(policy, guest, place) == expected)
    #expect(standing(policy, visitor(login), place) == nil)
  }

  @Test("links open for those whom the configuration names", arguments: [true, false])
  func settings(_ hasLogin: Bool) throws {
    let policy = SharingPolicy(.guests, rights: rights)
    let owner = visitor("olga")
    let place = try place(of: owner)
    let (_, token) = try policy.share(
      try request(.watch), to: place, by: owner, now: time)
    let guest = visitor(hasLogin ? "gina" : nil)
    _ = open(policy, token, place, guest)
    #expect(standing(policy, guest, place) == .watcher)
    policy.settings = .logins
    #expect(standing(policy, guest, place) == (hasLogin ? .watcher : nil))
    policy.settings = .off
    #expect(standing(policy, guest, place) == nil)
    #expect(open(policy, token, place, guest) == .wrong("links are not opened"))
    #expect(throws: SharingPolicy.Refusal.notAllowed) {
      try policy.share(try request(.watch), to: place, by: owner, now: time)
    }
  }

  @Test("a link ends with its time, its call-back, its terminal and its maker's right") func ends()
    throws
  {
    let owner = visitor("olga")
    let guest = visitor("gina")
    func shared() throws -> (SharingPolicy, SharedPlace) {
      let policy = SharingPolicy(.logins, rights: rights)
      let place = try self.place(of: owner)
      let (_, token) = try policy.share(try request(.type), to: place, by: owner, now: time)
      guard case .opened = open(policy, token, place, guest) else {
        throw SharingPolicy.Refusal.notAllowed
      }
      #expect(standing(policy, guest, place) == .guest)
      return (policy, place)
    }
    var (policy, place) = try shared()
    #expect(standing(policy, guest, place, after: 599) == .guest)
    #expect(standing(policy, guest, place, after: 600) == nil)
    (policy, place) = try shared()
    #expect(policy.unshare(1, of: place, by: owner)?.label == "support")
    #expect(standing(policy, guest, place) == nil)
    (policy, place) = try shared()
    policy.terminalIsOver(place.id)
    #expect(standing(policy, guest, place) == nil)
    (policy, place) = try shared()
    let left = SharedPlace(
      id: place.id, owner: place.owner,
      destination: RightsTests.destination(visitors: ["gina"]))
    #expect(standing(policy, guest, left) == nil)
    var ended: [SharingPolicy.Event] = []
    policy.report = { event, _ in ended.append(event) }
    policy.review(left, now: time) { _ in true }
    #expect(ended == [.makerLostRight])
    (policy, place) = try shared()
    policy.report = { event, _ in ended.append(event) }
    policy.review(place, now: time + 600) { _ in true }
    #expect(ended == [.makerLostRight, .expired])
    (policy, place) = try shared()
    policy.review(place, now: time) { _ in true }
    #expect(standing(policy, guest, place) == .guest)
    policy.review(place, now: time) { $0?.name.text != "olga" }
    #expect(standing(policy, guest, place) == nil)
  }

  @Test("only those share who type by their own right, and each calls back their own") func makers()
    throws
  {
    let policy = SharingPolicy(.logins, rights: rights)
    let place = try place(of: nil, visitors: [("alice", .type), ("bob", .watch), ("carl", .type)])
    let (alice, carl, oscar) = (visitor("alice"), visitor("carl"), visitor("oscar"))
    for who in [visitor("bob"), visitor("eve"), visitor(nil)] {
      #expect(throws: SharingPolicy.Refusal.notAllowed) {
        try policy.share(try request(.watch), to: place, by: who, now: time)
      }
    }
    for who in [alice, carl, oscar] {
      _ = try policy.share(try request(.type), to: place, by: who, now: time)
    }
    #expect(policy.list(of: place, for: alice, now: time).map(\.number) == [1])
    #expect(policy.list(of: place, for: oscar, now: time).map(\.number) == [1, 2, 3])
    #expect(policy.list(of: place, for: visitor("bob"), now: time).isEmpty)
    #expect(policy.unshare(2, of: place, by: alice) == nil)
    #expect(policy.unshare(1, of: place, by: visitor("bob")) == nil)
    #expect(policy.unshare(1, of: place, by: alice) != nil)
    #expect(policy.unshare(2, of: place, by: oscar) != nil)
    #expect(policy.list(of: place, for: oscar, now: time).map(\.number) == [3])
  }

  @Test("a guest to type may not share further") func guestSharesNot() throws {
    let policy = SharingPolicy(.logins, rights: rights)
    let owner = visitor("olga")
    let place = try place(of: owner)
    let guest = visitor("gina")
    let (_, token) = try policy.share(try request(.type), to: place, by: owner, now: time)
    _ = open(policy, token, place, guest)
    #expect(standing(policy, guest, place) == .guest)
    #expect(throws: SharingPolicy.Refusal.notAllowed) {
      try policy.share(try request(.watch), to: place, by: guest, now: time)
    }
  }

  @Test("after ten wrong tokens an address waits, even with the right one; another does not")
  func throttled() throws {
    let policy = SharingPolicy(.guests, rights: rights)
    let owner = visitor("olga")
    let place = try place(of: owner)
    let (_, token) = try policy.share(try request(.watch), to: place, by: owner, now: time)
    for attempt in 0..<10 {
      let target = attempt % 2 == 0 ? place : nil
      guard case .wrong = open(policy, "x\(attempt)", target, visitor(nil)) else {
        Issue.record("opened")
        return
      }
    }
    #expect(open(policy, token, place, visitor(nil)) == .tooMany)
    guard case .opened = open(policy, token, place, visitor(nil), from: .ipv4(2)) else {
      Issue.record("not opened")
      return
    }
  }

  @Test("a login that may not come uses up nothing") func nothingUsed() throws {
    let policy = SharingPolicy(.guests, rights: rights)
    let owner = visitor("olga")
    let place = try place(of: owner, visitors: [("olga", .type)])
    let (_, token) = try policy.share(try request(.type), to: place, by: owner, now: time)
    #expect(
      open(policy, token, place, visitor("eve")) == .wrong("the login may not come to that target"))
    guard case .opened(let link) = open(policy, token, place, visitor(nil)) else {
      Issue.record("not opened")
      return
    }
    #expect(link.browsers.count == 1)
  }
}
