// How long a terminal is kept, with time as an argument.

import EventLoop
import Testing

@testable import WebTerm

@Suite("Lifetime of terminals") struct LifetimeTests {
  let start = MonotonicInstant.now

  private func lifetime(idle: Duration = .zero, session: Duration = .zero) -> Lifetime {
    let terms = TerminalPolicy(
      history: 0, patience: .seconds(600), idleTimeout: idle, session: session)
    return Lifetime(terms, now: start)
  }

  @Test("a terminal that could not be reached is kept for as long as one that could")
  func absence() {
    var detached = lifetime()
    _ = detached.detach(now: start)
    #expect(detached.end?.deadline == start + .seconds(600))
    // The server was stopped for an hour.
    detached.serverReturned(at: start + .seconds(3600))
    #expect(detached.end?.deadline == start + .seconds(4200))
    var idle = lifetime(idle: .seconds(60))
    idle.serverReturned(at: start + .seconds(3600))
    #expect(idle.end?.deadline == start + .seconds(3660))
    idle.touch(now: start + .seconds(3700))
    #expect(idle.end?.deadline == start + .seconds(3760))
    // The longest life is so much time, viewers or not.
    var session = lifetime(session: .seconds(7200))
    session.serverReturned(at: start + .seconds(3600))
    #expect(session.end?.deadline == start + .seconds(7200))
  }

  @Test("how long nothing may be done is known, from when something was done last")
  func idleLeft() {
    #expect(lifetime().idleLeft(now: start) == nil)
    var idle = lifetime(idle: .seconds(60))
    #expect(idle.idleLeft(now: start + .seconds(20)) == 40)
    #expect(idle.idleLeft(now: start + .seconds(90)) == 0)
    idle.touch(now: start + .seconds(50))
    #expect(idle.idleLeft(now: start + .seconds(60)) == 50)
    // An attachment is no touch.
    idle.attach()
    #expect(idle.idleLeft(now: start + .seconds(60)) == 50)
  }

  @Test("while a terminal is detached an absence is noticed within half a minute")
  func looks() {
    var detached = lifetime()
    _ = detached.detach(now: start)
    #expect(detached.nextDeadline(now: start) == start + .seconds(30))
    #expect(detached.nextDeadline(now: start + .seconds(590)) == start + .seconds(600))
  }
}
