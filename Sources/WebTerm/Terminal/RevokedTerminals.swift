// Ends the terminals whose right is gone, some in each turn of the loop.

import EventLoop

/// A pass over all terminals, a page of them in each turn: the end of a group's right may be the end of thousands of terminals,
/// and no other visitor waits for all of them. Each is judged in the turn in which it is ended.
final class RevokedTerminals: TurnEndHandler {
  /// Terminals that are judged in one turn.
  static let judgedPerTurn = 64

  private let reactor: Reactor
  private unowned let registry: TerminalRegistry
  /// Whether a terminal may not stay.
  private let isRevoked: (Terminal) -> Bool
  /// Told whose they were, one for each.
  private let done: ([Login?]) -> Void
  private var seen = 0
  private var ended: [Login?] = []

  /// - Parameters:
  ///   - registry: Has the terminals.
  ///   - reactor: The loop.
  ///   - isRevoked: Whether a terminal may not stay.
  ///   - done: Told at the end whose terminals were ended, one for each.
  init(
    _ registry: TerminalRegistry, reactor: Reactor, isRevoked: @escaping (Terminal) -> Bool,
    done: @escaping ([Login?]) -> Void
  ) {
    self.registry = registry
    self.reactor = reactor
    self.isRevoked = isRevoked
    self.done = done
  }

  /// Goes on with the next page.
  func turnEnds() {
    let page = registry.opened.page(after: seen, atMost: Self.judgedPerTurn)
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
