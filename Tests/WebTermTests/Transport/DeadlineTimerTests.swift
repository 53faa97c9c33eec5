import EventLoop
import Testing

@testable import WebTerm

@Suite("A timer for a deadline that moves") struct DeadlineTimerTests {
  private final class Owner: TimerHandler {
    var timer = DeadlineTimer()
    var fired: [MonotonicInstant] = []

    func timerFired(now: MonotonicInstant) {
      timer.fired()
      fired.append(now)
    }
  }

  @Test("a nearer deadline moves it, a later one does not, and none sets it")
  func moves() throws {
    let reactor = try Reactor()
    let owner = Owner()
    let start = MonotonicInstant.now
    owner.timer.set(to: nil, on: reactor, for: owner)
    try reactor.turn(until: .now)
    owner.timer.set(to: start + .seconds(600), on: reactor, for: owner)
    owner.timer.set(to: start + .milliseconds(20), on: reactor, for: owner)
    owner.timer.set(to: start + .seconds(300), on: reactor, for: owner)
    while owner.fired.isEmpty { try reactor.turn(until: nil) }
    #expect(owner.fired[0] >= start + .milliseconds(20))
    // Once it has fired, a later deadline sets it.
    let later = MonotonicInstant.now + .milliseconds(20)
    owner.timer.set(to: later, on: reactor, for: owner)
    while owner.fired.count < 2 { try reactor.turn(until: nil) }
    #expect(owner.fired[1] >= later)
    owner.timer.set(to: .now, on: reactor, for: owner)
    owner.timer.remove(from: reactor)
    try reactor.turn(until: .now)
    #expect(owner.fired.count == 2)
  }
}
