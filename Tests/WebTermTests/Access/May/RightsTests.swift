import Testing

@testable import WebTerm

@Suite("rights")
struct RightsTests {
  static func destination(
    visitors: [String]?, ports: ClosedRange<UInt16> = 22...22
  ) -> Destination {
    let visitors = visitors?.compactMap(Invitation.init)
    let rules = Target.Rules(
      ports: PortSet(ranges: [ports]), users: [UserPattern(pattern: "*")])
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
