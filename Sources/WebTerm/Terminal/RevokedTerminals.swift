// Ends the terminals whose right is gone, some in each turn of the loop.

import EventLoop

/// A pass over all terminals, a page of them in each turn: the end of a group's right may be the
/// end of thousands of terminals, and no other visitor waits for all of them. Each is judged in the
/// turn in which it is ended.
final class RevokedTerminals: TurnEndHandler {
  /// Terminals that are judged in one turn.
  static let judgedPerTurn = 64

  private let reactor: Reactor
  var turnEndMark = TurnEndMark()
  /// The terminals behind a number, so many at most, the oldest first.
  private let page: (_ number: Int, _ most: Int) -> [Terminal]
  /// Whether a terminal may not stay.
  private let isRevoked: (Terminal) -> Bool
  /// Told whose they were, one for each.
  private let done: ([Login?]) -> Void
  private var seen = 0
  private var ended: [Login?] = []

  /// - Parameters:
  ///   - reactor: The loop.
  ///   - page: The terminals behind a number, so many at most, the oldest first.
  ///   - isRevoked: Whether a terminal may not stay.
  ///   - done: Told at the end whose terminals were ended, one for each.
  init(
    reactor: Reactor, page: @escaping (_ number: Int, _ most: Int) -> [Terminal],
    isRevoked: @escaping (Terminal) -> Bool, done: @escaping ([Login?]) -> Void
  ) {
    self.reactor = reactor
    self.page = page
    self.isRevoked = isRevoked
    self.done = done
  }

  /// Goes on with the next page.
  func turnEnds() {
    let page = page(seen, Self.judgedPerTurn)
    guard let last = page.last else { return done(ended) }
    seen = last.number
    for terminal in page where isRevoked(terminal) {
      let login = terminal.holder.visitor.login
      terminal.terminate(login == nil ? .loginNeeded : .revoked)
      ended.append(login)
    }
    if page.count < Self.judgedPerTurn { done(ended) } else { reactor.atTurnEnd(self) }
  }
}
