import Glibc
import Testing

@testable import EventLoop

@Suite("Presence of the loop") struct PresenceTests {
  let start = MonotonicInstant.now

  @Test("a loop that keeps its deadlines changes none")
  func present() {
    var presence = Presence()
    presence.look(at: start, due: nil)
    presence.look(at: start, due: start + .seconds(5))
    presence.look(at: start + .milliseconds(900), due: start)
    #expect(presence.returnedAt == nil && presence.fair(start) == start)
  }

  @Test("after an absence no peer is judged before there was time to hear it")
  func absent() {
    var presence = Presence()
    let back = start + .seconds(47)
    presence.look(at: back, due: start)
    #expect(presence.returnedAt == back)
    #expect(presence.fair(start + .seconds(1)) == back + Presence.grace)
    #expect(presence.fair(back + .seconds(60)) == back + .seconds(60))
  }

  private final class Late: TimerHandler {
    var fired = 0
    func timerFired(now: MonotonicInstant) { fired += 1 }
  }

  @Test("the loop notices that it comes too late for a timer")
  func noticed() throws {
    let reactor = try Reactor()
    let late = Late()
    let timer = reactor.makeTimer(handler: late)
    reactor.set(timer, to: .now)
    try reactor.turn(until: .now)
    #expect(late.fired == 1 && reactor.presence.returnedAt == nil)
    // A deadline that was past when it was set is due; it says nothing of the loop.
    reactor.set(timer, to: .now + .seconds(-300))
    try reactor.turn(until: .now)
    #expect(late.fired == 2 && reactor.presence.returnedAt == nil)
    reactor.set(timer, to: .now)
    // The loop is away: longer than what is tolerated, however much longer.
    usleep(1_100_000)
    try reactor.turn(until: .now)
    #expect(late.fired == 3 && reactor.presence.returnedAt != nil)
    reactor.remove(timer)
  }
}
