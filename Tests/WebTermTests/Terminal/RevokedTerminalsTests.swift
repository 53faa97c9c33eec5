// Many terminals whose right is gone at once.

import EventLoop
import Testing

@testable import WebTerm

@Suite("Ends of revoked terminals") struct RevokedTerminalsTests {
  @Test("a page of them in each turn, each judged when its turn comes")
  func pages() throws {
    let fixture = try TerminalFixture {
      ($0.limits.terminals, $0.limits.perVisitor, $0.limits.perAddress) = (1_000, 1_000, 1_000)
      $0.limits.openPerMinute = 1_000_000
    }
    let viewers = (0..<200).map { _ in ObserverRecorder() }
    for viewer in viewers { _ = try fixture.open(viewer) }
    var holds = false
    var told: Int?
    func ended() -> Int { viewers.count { $0.endReason == .loginNeeded } }
    let page = RevokedTerminals.judgedPerTurn
    fixture.registry.endRevoked({ _ in holds }, done: { told = $0.count })
    #expect(ended() == page && told == nil)
    try fixture.reactor.turn(until: fixture.reactor.now)
    #expect(ended() == 2 * page && told == nil)
    // The right comes back before the others are judged.
    holds = true
    let patience = MonotonicInstant.now + .seconds(300)
    while told == nil {
      try #require(MonotonicInstant.now < patience, "it ends")
      try fixture.reactor.turn(until: .now + .milliseconds(20))
    }
    #expect(ended() == 2 * page && told == 2 * page)
  }

  @Test("few are ended at once, and none at all is told, too")
  func few() throws {
    let fixture = try TerminalFixture()
    var told: [Int] = []
    fixture.registry.endRevoked({ _ in false }, done: { told.append($0.count) })
    let viewer = ObserverRecorder()
    _ = try fixture.open(viewer)
    fixture.registry.endRevoked({ _ in false }, done: { told.append($0.count) })
    #expect(told == [0, 1] && viewer.endReason == .loginNeeded)
  }
}
