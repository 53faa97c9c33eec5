import Testing

@testable import WebTerm

@Suite("rights")
struct RightsTests {
  static func destination(
    visitors: [String]?, may: Role = .type, ports: ClosedRange<UInt16> = 22...22,
    isShared: Bool = false
  ) -> Destination {
    let visitors = visitors?.compactMap(Invitation.init).map { Admittance(who: $0, may: may) }
    var rules = Target.Rules(
      ports: PortSet(ranges: [ports]), users: [UserPattern(pattern: "*")])
    rules.isShared = isShared
    let target = Target(name: "t", host: "h", visitors: visitors, rules: [.ssh: rules])
    // The literal is a well-formed user name.
    return Destination(target: target, method: .ssh, user: Username(Array("u".utf8))!, port: 22)
  }

  let alice = login("alice")
  let open = destination(visitors: nil)

  /// A proxy's, whose name is one.
  static func login(_ name: String) -> Login {
    Login(name: AccountName(name)!, proof: .proxy(field: "x-user"))
  }

  func mayOpen(_ rights: Rights, _ destination: Destination, _ login: Login?) -> Bool {
    (try? rights.opening(destination, by: login)) != nil
  }

  func mayReturn(_ rights: Rights, _ destination: Destination, _ login: Login?) -> Bool {
    (try? rights.returning(to: destination, by: login)) != nil
  }

  @Test("names, groups and everybody")
  func admission() {
    let memberships = Memberships()
    let rights = Rights(targets: TargetTable([]), memberships: memberships)
    memberships.file = GroupFile(Array("staff: alice bob".utf8))
    func admits(_ visitors: [String]?, _ login: Login?) -> Bool {
      rights.admits(login, to: Self.destination(visitors: visitors).target)
    }
    #expect(admits(nil, nil) && admits(["alice"], alice) && admits(["@staff"], alice))
    #expect(!admits(["bob"], alice) && !admits(["@other"], alice) && !admits(["@staff"], nil))
    #expect(!admits([], alice))
  }

  @Test("the best that applies counts")
  func roles() throws {
    let memberships = Memberships()
    let rights = Rights(targets: TargetTable([]), memberships: memberships)
    memberships.file = GroupFile(Array("staff: alice bob\nstudents: alice carol".utf8))
    func role(_ visitors: [(String, Role)], _ login: Login?) throws -> Role? {
      var target = open.target
      target.visitors = try visitors.map {
        Admittance(who: try #require(Invitation($0.0)), may: $0.1)
      }
      return rights.role(of: login, at: target)
    }
    let carol = Self.login("carol")
    let both = [("@students", Role.watch), ("@staff", .type)]
    #expect(try role(both, alice) == .type && role(both.reversed(), alice) == .type)
    #expect(try role(both, carol) == .watch)
    #expect(try role([("carol", .watch), ("@students", .watch)], carol) == .watch)
    #expect(try role(both, Self.login("eve")) == nil && role(both, nil) == nil)
    #expect(rights.role(of: nil, at: open.target) == .type)
  }

  @Test("who may only watch opens nothing of their own, and comes to shared lines")
  func watchesOnly() {
    let rights = Rights(targets: TargetTable([]))
    let own = Self.destination(visitors: ["alice"], may: .watch)
    let shared = Self.destination(visitors: ["alice"], may: .watch, isShared: true)
    #expect(!mayReturn(rights, own, alice) && mayReturn(rights, shared, alice))
    rights.targets = TargetTable([own.target])
    #expect(!mayOpen(rights, own, alice))
    rights.targets = TargetTable([shared.target])
    #expect(mayOpen(rights, shared, alice))
    #expect(rights.role(of: alice, at: shared) == .watch)
  }

  @Test("operators and auditors are those who are named, by name or group")
  func people() throws {
    let memberships = Memberships()
    let rights = Rights(targets: TargetTable([]), memberships: memberships)
    #expect(!rights.isOperator(alice) && !rights.isAuditor(alice))
    memberships.file = GroupFile(Array("ops: alice".utf8))
    rights.operators = [try #require(Invitation("@ops"))]
    rights.auditors = [try #require(Invitation("bob"))]
    #expect(rights.isOperator(alice) && !rights.isOperator(Self.login("bob")))
    #expect(rights.isAuditor(Self.login("bob")) && !rights.isAuditor(alice))
    #expect(!rights.isOperator(nil) && !rights.isAuditor(nil))
  }

  @Test("the target counts as it is configured now")
  func current() throws {
    let rights = Rights(
      targets: TargetTable([Self.destination(visitors: ["bob"], ports: 1...99).target]))
    #expect(!mayOpen(rights, open, alice) && !mayReturn(rights, open, alice))
    rights.targets = TargetTable([Self.destination(visitors: ["alice"], ports: 1...99).target])
    #expect(try rights.opening(open, by: alice).target == rights.targets.all[0])
    rights.targets = TargetTable([Self.destination(visitors: nil, ports: 23...23).target])
    #expect(!mayOpen(rights, open, alice) && mayReturn(rights, open, alice))
  }

  @Test("a target that was removed opens nothing more, and its live terminals go on")
  func removed() {
    let rights = Rights(targets: TargetTable([]))
    #expect(!mayOpen(rights, open, alice) && mayReturn(rights, open, alice))
    #expect(!mayReturn(rights, Self.destination(visitors: ["bob"]), alice))
  }
}
