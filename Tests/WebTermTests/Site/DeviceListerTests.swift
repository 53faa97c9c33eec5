import EventLoop
import Testing

@testable import WebTerm

@Suite("lists of devices") struct DeviceListerTests {
  /// A catalog of targets, each for one login.
  private static func catalog(_ names: [String]) -> Catalog {
    var configuration = Configuration()
    configuration.targets = names.map { name in
      var target = Target(name: name, host: "h", rules: [:])
      target.visitors = [Admittance("u\(names.firstIndex(of: name) ?? 0)")].compactMap(\.self)
      return target
    }
    return Catalog(configuration)
  }

  /// What the login of that number sees.
  private static func view(_ numbers: Int..., of catalog: Catalog) -> Audiences.View {
    catalog.audiences.view(of: numbers.compactMap { Invitation("u\($0)") })
  }

  private static func until(_ reactor: Reactor, _ condition: () -> Bool) throws {
    let deadline = MonotonicInstant.now + .seconds(300)
    while !condition() {
      try #require(MonotonicInstant.now < deadline, "no list comes")
      try reactor.turn(until: .now + .milliseconds(20))
    }
  }

  /// What a lister says of the first target, once it has.
  private static func list(
    _ lister: DeviceLister, _ catalog: Catalog, _ reactor: Reactor
  ) throws -> String {
    var list: DeviceListing.Packed?
    lister.list(view(0, of: catalog), of: catalog) { list = $0 }
    try until(reactor) { list != nil }
    return String(decoding: list?.json ?? [], as: UTF8.self)
  }

  @Test("a list of former targets that comes late is not kept")
  func late() throws {
    let reactor = try Reactor()
    let helper = try HelperThread(reactor: reactor)
    defer { helper.close() }
    let lister = DeviceLister(helper: helper)
    let former = Self.catalog(["old", "other"])
    var late: DeviceListing.Packed?
    // Asked for before the targets change, and told only after: outcomes are told in turns of the
    // loop.
    lister.list(Self.view(0, of: former), of: former) { late = $0 }
    lister.forget(former)
    try Self.until(reactor) { late != nil }
    #expect(late.map { String(decoding: $0.json, as: UTF8.self).contains("old") } == true)
    let present = Self.catalog(["new", "other"])
    #expect(try Self.list(lister, present, reactor).contains("new"))
  }

  @Test("who may see everything is told at once, and a list that is kept is")
  func kept() throws {
    let reactor = try Reactor()
    let helper = try HelperThread(reactor: reactor)
    defer { helper.close() }
    let lister = DeviceLister(helper: helper)
    let catalog = Self.catalog(["one", "other"])
    var all: DeviceListing.Packed?
    lister.list(Self.view(0, 1, of: catalog), of: catalog) { all = $0 }
    #expect(all?.tag == catalog.listing.whole.tag)
    let first = try Self.list(lister, catalog, reactor)
    var again: DeviceListing.Packed?
    lister.list(Self.view(0, of: catalog), of: catalog) { again = $0 }
    #expect(again.map { String(decoding: $0.json, as: UTF8.self) } == first)
  }

  @Test("a list is made once, for all who wait for it, and as many are kept as there are rights")
  func once() throws {
    let reactor = try Reactor()
    let helper = try HelperThread(reactor: reactor)
    defer { helper.close() }
    let lister = DeviceLister(helper: helper)
    let catalog = Self.catalog((0..<40).map { "t\($0)" })
    for _ in 0..<3 {
      var answers = 0
      for _ in 0..<10 {
        for number in 0..<40 {
          lister.list(Self.view(number, of: catalog), of: catalog) { list in
            if list.map({ String(decoding: $0.json, as: UTF8.self).contains("\"t\(number)\"") })
              == true
            {
              answers += 1
            }
          }
        }
      }
      #expect(helper.pending <= 40)
      try Self.until(reactor) { answers == 400 }
    }
    #expect(lister.made == 40)
  }

  @Test(
    "who is let in by several entries sees what each of them opens, and everybody what is for all")
  func audiences() {
    var targets = (0..<6).map { Target(name: "t\($0)", host: "h", rules: [:]) }
    let visitors = [["alice"], ["@ops", "bob"], ["alice"], nil, ["bob"], []] as [[String]?]
    for (index, names) in visitors.enumerated() {
      targets[index].visitors = names?.compactMap { Admittance($0) }
    }
    let audiences = Audiences(targets)
    func indices(_ names: String...) -> [Int] {
      let view = audiences.view(of: names.compactMap { Invitation($0) })
      #expect(audiences.count(view) == audiences.indices(view).count)
      return audiences.indices(view)
    }
    #expect(indices() == [3] && indices("alice") == [0, 2, 3] && indices("bob") == [1, 3, 4])
    #expect(indices("alice", "@ops") == [0, 1, 2, 3] && indices("eve", "ops") == [3])
  }

  @Test("who may only watch is shown the targets with shared lines")
  func watchers() throws {
    var shared = Target.Rules(ports: [7001...7001])
    shared.isShared = true
    var targets = [
      Target(name: "own", host: "h", rules: [.telnet: Target.Rules(ports: [23...23])]),
      Target(name: "shared", host: "h", rules: [.telnet: shared]),
    ]
    let (alice, bob) = (try #require(Invitation("alice")), try #require(Invitation("bob")))
    for index in targets.indices {
      targets[index].visitors = [Admittance(who: alice, may: .watch), Admittance(who: bob)]
    }
    let audiences = Audiences(targets)
    #expect(audiences.indices(audiences.view(of: [alice])) == [1])
    #expect(audiences.indices(audiences.view(of: [bob])) == [0, 1])
    #expect(audiences.isWhole(audiences.view(of: [bob])))
  }
}
