// How a server ends: it drains or stops, terminals and connections end in good order, and the loop
// last.

import EventLoop

/// Ends everything in good order: no new terminals, a farewell on every channel, a hang-up for
/// every client, and the loop when all are gone or time is up.
final class Shutdown: TimerHandler, TurnEndHandler, TerminalListener {
  /// How long connections may take to hear the farewell when the server stops.
  private static let timeout: Duration = .seconds(4)
  /// Terminals that are ended in one turn of the loop when the server stops.
  private static let endedPerTurn = 64

  private let registry: TerminalRegistry
  private let connections: Connections
  private let factory: RemoteFactory
  private let chronicle: Chronicle
  private let reactor: Reactor
  var turnEndMark = TurnEndMark()
  /// There while the server stops.
  private var timer: Reactor.Timer?
  /// Told when all are gone: what is left is closed then, and the loop stops.
  var ended: (() -> Void)?

  /// - Parameters:
  ///   - registry: Its terminals are ended.
  ///   - connections: They are closed.
  ///   - factory: Says when nothing is left of remotes.
  ///   - chronicle: Hears of it.
  ///   - reactor: The loop.
  init(
    _ registry: TerminalRegistry, _ connections: Connections, _ factory: RemoteFactory,
    _ chronicle: Chronicle, reactor: Reactor
  ) {
    self.registry = registry
    self.connections = connections
    self.factory = factory
    self.chronicle = chronicle
    self.reactor = reactor
    connections.closed = { [unowned self] in endIfEmpty() }
  }

  // MARK: Drain

  /// Opens nothing more, and stops when the last terminal is over.
  func drain() {
    guard !registry.isDraining else { return }
    chronicle.log.write(.notice, "draining", [("terminals", "\(registry.count)")])
    registry.isDraining = true
    stopIfDrained()
  }

  func heard(_ event: TerminalEvent, of terminal: Terminal) {
    switch event {
    case .detached, .over: stopIfDrained()
    default: break
    }
  }

  private func stopIfDrained() {
    guard registry.isDraining, timer == nil, registry.countInUse == 0 else { return }
    reactor.atTurnEnd(self)
  }

  // MARK: Stop

  /// Ends all, and then the loop.
  func stop() {
    guard timer == nil else { return }
    chronicle.log.write(.notice, "stopping", [("terminals", "\(registry.count)")])
    registry.isDraining = true
    factory.whenQuiet = { [unowned self] in endIfEmpty() }
    reactor.set(&timer, to: reactor.now + Self.timeout, handler: self)
    connections.closeIdle()
    endTerminals()
  }

  func turnEnds() {
    if timer == nil { stop() } else { endTerminals() }
  }

  /// Ends the oldest terminals, the others in the next turns: thousands of farewells take their
  /// time.
  private func endTerminals() {
    for terminal in registry.opened.page(after: 0, atMost: Self.endedPerTurn) {
      terminal.terminate(.stopping)
    }
    if registry.count > 0 { reactor.atTurnEnd(self) } else { endIfEmpty() }
  }

  /// Ends the loop of a server that stops when all are gone: no terminal, no channel, no other
  /// connection, and nothing left of a remote.
  private func endIfEmpty() {
    guard timer != nil, registry.count == 0, connections.count == 0, factory.isQuiet else {
      return
    }
    end()
  }

  func timerFired(now: MonotonicInstant) {
    chronicle.log.write(
      .warning, "stopping before everybody is gone",
      [("connections", "\(connections.count)"), ("clients", "\(factory.children.count)")])
    connections.closeAll()
    end()
  }

  private func end() {
    reactor.remove(&timer)
    ended?()
    reactor.stop()
  }
}
