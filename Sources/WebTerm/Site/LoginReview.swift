// Looks again and again whether those whose terminals live may have them still.

import EventLoop

/// A look at all logins every few seconds: a right that is taken away ends what is open, even where
/// no request comes.
final class LoginReview: TimerHandler {
  /// With the time that files take to be read, a terminal ends within ten seconds.
  private static let pause: Duration = .seconds(4)

  private let authenticator: Authenticator
  private let registry: TerminalRegistry
  private let news: NewsHub
  private let sharing: SharingPolicy
  private let operators: OperateHub
  private let rights: Rights
  private let chronicle: Chronicle
  private let reactor: Reactor
  private var timer: Reactor.Timer?

  /// - Parameters:
  ///   - authenticator: Says who may stay.
  ///   - registry: Ends the terminals of others.
  ///   - news: Ends their directories' channels.
  ///   - sharing: Says who may stay at which terminal.
  ///   - operators: Ends the channels of those who operate no more.
  ///   - rights: Say who operates.
  ///   - chronicle: Hears of it.
  ///   - reactor: The loop.
  init(
    _ authenticator: Authenticator, registry: TerminalRegistry, news: NewsHub,
    sharing: SharingPolicy, operators: OperateHub, rights: Rights, chronicle: Chronicle,
    reactor: Reactor
  ) {
    self.authenticator = authenticator
    self.registry = registry
    self.news = news
    self.sharing = sharing
    self.operators = operators
    self.rights = rights
    self.chronicle = chronicle
    self.reactor = reactor
    reactor.set(&timer, to: reactor.now + Self.pause, handler: self)
  }

  func timerFired(now: MonotonicInstant) {
    chronicle.tellCounts()
    // The files of accounts are read first that are there now.
    authenticator.accounts.settle { [weak self] in self?.endRevoked() }
    if let timer { reactor.set(timer, to: now + Self.pause) }
  }

  private func endRevoked() {
    let holds = authenticator.holds
    operators.endRevoked { [rights] in holds($0) && rights.isOperator($0) }
    registry.endRevoked(
      holds, review: { [weak self] in self?.sharing.review($0, holds: holds) }
    ) { [weak self] terminals in
      guard let self else { return }
      chronicle.tell(ofEnded: terminals, news: news.endRevoked(holds))
    }
  }

  /// Looks no more.
  func stop() {
    reactor.remove(&timer)
  }
}
