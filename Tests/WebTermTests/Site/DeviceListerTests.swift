import EventLoop
import Testing

@testable import WebTerm

@Suite("lists of devices") struct DeviceListerTests {
  private static func catalog(_ names: [String]) -> Catalog {
    var configuration = Configuration()
    configuration.targets = names.map { Target(name: $0, host: "h", rules: [:]) }
    return Catalog(configuration)
  }

  private static func until(_ reactor: Reactor, _ condition: () -> Bool) throws {
    let patience = MonotonicInstant.now + .seconds(20)
    while !condition() {
      try #require(MonotonicInstant.now < patience, "no list comes")
      try reactor.turn(until: .now + .milliseconds(20))
    }
  }

  /// What a lister says of the first target, once it has.
  private static func list(
    _ lister: DeviceLister, _ catalog: Catalog, _ reactor: Reactor
  ) throws -> String {
    var list: DeviceListing.Packed?
    lister.list([0], of: catalog) { list = $0 }
    try until(reactor) { list != nil }
    return String(decoding: list?.json ?? [], as: UTF8.self)
  }

  @Test("a list of former targets that comes late is nobody's later")
  func late() throws {
    let reactor = try Reactor()
    let helper = try HelperThread(reactor: reactor)
    defer { helper.close() }
    let lister = DeviceLister(helper: helper)
    let former = Self.catalog(["old", "other"])
    var late: DeviceListing.Packed?
    // Asked for before the targets change, and told only after: outcomes are told in turns of the loop.
    lister.list([0], of: former) { late = $0 }
    lister.forget(former)
    try Self.until(reactor) { late != nil }
    #expect(late.map { String(decoding: $0.json, as: UTF8.self).contains("old") } == true)
    let present = Self.catalog(["new", "other"])
    #expect(try Self.list(lister, present, reactor).contains("new"))
  }

  @Test("a list that many ask for is made once, and many different ones are kept")
  func once() throws {
    let reactor = try Reactor()
    let helper = try HelperThread(reactor: reactor)
    defer { helper.close() }
    let lister = DeviceLister(helper: helper)
    let catalog = Self.catalog((0..<100).map { "t\($0)" })
    var told = 0
    for _ in 0..<30 { for place in 0..<40 { lister.list([place], of: catalog) { _ in told += 1 } } }
    #expect(helper.pending == 40)
    try Self.until(reactor) { told == 1200 }
    for place in 0..<40 { lister.list([place], of: catalog) { _ in told += 1 } }
    #expect(told == 1240 && helper.pending == 0)
  }

  @Test("who may see everything is told at once, and a list that is kept is")
  func kept() throws {
    let reactor = try Reactor()
    let helper = try HelperThread(reactor: reactor)
    defer { helper.close() }
    let lister = DeviceLister(helper: helper)
    let catalog = Self.catalog(["one", "other"])
    var all: DeviceListing.Packed?
    lister.list([0, 1], of: catalog) { all = $0 }
    #expect(all?.tag == catalog.listing.whole.tag)
    let first = try Self.list(lister, catalog, reactor)
    var again: DeviceListing.Packed?
    lister.list([0], of: catalog) { again = $0 }
    #expect(again.map { String(decoding: $0.json, as: UTF8.self) } == first)
  }
}
