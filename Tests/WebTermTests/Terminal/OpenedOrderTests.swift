// All terminals, a page at a time.

import EventLoop
import Testing

@testable import WebTerm

@Suite("terminals in order") struct OpenedOrderTests {
  private static func fixture() throws -> TerminalFixture {
    try TerminalFixture {
      ($0.limits.terminals, $0.limits.perVisitor, $0.limits.perAddress) = (10_000, 10_000, 10_000)
      $0.limits.openPerMinute = 1_000_000
    }
  }

  @Test("pages follow each other whatever is opened and over in between, each terminal once")
  func pages() throws {
    let fixture = try Self.fixture()
    var seed = SplitMix(state: 7)
    var alive = try (0..<500).map { _ in try fixture.open(ObserverRecorder()) }
    let throughout = Set(alive.prefix(100).map(\.number))
    var (seen, last): ([Int], Int) = ([], 0)
    while true {
      let page = fixture.registry.opened.page(after: last, atMost: 16)
      #expect(page.count <= 16)
      guard let end = page.last else { break }
      seen += page.map(\.number)
      last = end.number
      for _ in 0..<10 where alive.count > 100 {
        let index = 100 + Int(seed.next() % UInt64(alive.count - 100))
        alive.remove(at: index).terminate(.closedByVisitor)
      }
      if last < 400 { alive.append(try fixture.open(ObserverRecorder())) }
    }
    #expect(seen == seen.sorted() && Set(seen).count == seen.count)
    #expect(throughout.isSubset(of: seen))
    #expect(
      fixture.registry.opened.page(after: 0, atMost: .max).map(\.number) == alive.map(\.number))
    #expect(fixture.registry.opened.page(after: .max, atMost: 5).isEmpty)
  }
}
