// Looks again and again whether those whose terminals live may have them still.

import EventLoop

/// A look at all logins every few seconds: a right that is taken away ends what is open, though nobody asks for anything.
final class LoginReview: TimerHandler {
  /// With the time that files take to be read, a terminal ends within ten seconds.
  private static let pause: Duration = .seconds(4)

  private let reactor: Reactor
  private unowned let site: Site
  private var timer: Reactor.Timer?

  init(_ site: Site) {
    self.site = site
    reactor = site.reactor
    let timer = reactor.makeTimer(handler: self)
    reactor.set(timer, to: reactor.now + Self.pause)
    self.timer = timer
  }

  func timerFired(now: MonotonicInstant) {
    site.reviewLogins()
    if let timer { reactor.set(timer, to: now + Self.pause) }
  }

  /// Looks no more.
  func stop() {
    if let timer = timer.take() { reactor.remove(timer) }
  }
}
