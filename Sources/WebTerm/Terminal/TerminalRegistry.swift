// All terminals, and who may have another one.

import EventLoop

/// Who makes remotes; the server knows how.
protocol RemoteMaker: AnyObject {
  /// A remote for a destination that is allowed; not started.
  func makeRemote(for destination: Destination) -> any Remote
}

/// What happened to a terminal, for log, audit and metrics.
enum TerminalEvent {
  case opened
  case attached
  case detached
  case ended(String)
}

/// The live terminals. A terminal is here from its start until nobody will come back to it.
final class TerminalRegistry: TerminalKeeper, MemoryPressureHandler, TurnEndHandler {
  /// Where memory is short, at least this share of the budget is freed at once, so that the search
  /// for the longest untouched terminal is rare.
  private static let reliefShare = 64
  /// Where that did not bring enough, it is not tried again for every read.
  private static let reliefPause: Duration = .milliseconds(10)

  private let reactor: Reactor
  private let maker: any RemoteMaker
  private let instance: String
  private var terminals: [TerminalID: Terminal] = [:]
  /// Those that can go on only with more memory, the longest waiting first.
  private var waiting: [Terminal] = []
  private var reliefWasFutile: MonotonicInstant?
  private var isAskedToLookAgain = false
  let budget: MemoryBudget
  private let rights: Rights
  var addresses = AddressLimits()
  var limits: Configuration.Limits
  var patience: Duration
  var idlePatience: Duration
  var history: Int
  /// Opens nothing more.
  var isStopping = false
  /// How many were refused, by reason.
  private(set) var refusals: [String: Int] = [:]
  /// Told what happens.
  var report: ((Terminal, TerminalEvent) -> Void)?

  init(
    reactor: Reactor, maker: any RemoteMaker, rights: Rights, configuration: Configuration
  ) {
    self.reactor = reactor
    self.rights = rights
    self.maker = maker
    instance = configuration.instance
    limits = configuration.limits
    patience = configuration.timeouts.detached
    idlePatience = configuration.timeouts.idle
    history = configuration.history
    budget = MemoryBudget(limit: configuration.limits.memory)
    budget.handler = self
  }

  var count: Int { terminals.count }

  var all: some Collection<Terminal> { terminals.values }

  /// Opens a terminal and attaches a channel to it.
  ///
  /// - Parameters:
  ///   - destination: Where to; checked here against the target's rules.
  ///   - visitor: Whose it will be.
  ///   - address: Where the visitor is, for the limits.
  ///   - size: The screen.
  ///   - observer: The channel.
  /// - Returns: The terminal, attached.
  /// - Throws: A ``Refusal`` that says why not; nothing is left behind then.
  func open(
    _ destination: Destination, visitor: Visitor, address: AddressKey, size: TerminalSize,
    observer: any TerminalObserver
  ) throws(Refusal) -> Terminal {
    do throws(Refusal) {
      return try openChecked(destination, visitor, address, size, observer)
    } catch {
      refusals[error.word, default: 0] += 1
      throw error
    }
  }

  private func openChecked(
    _ destination: Destination, _ visitor: Visitor, _ address: AddressKey, _ size: TerminalSize,
    _ observer: any TerminalObserver
  ) throws(Refusal) -> Terminal {
    let destination = try check(destination, visitor, address)
    let remote = maker.makeRemote(for: destination)
    let terminal = Terminal(
      Terminal.Parts(
        id: TerminalID(instance: instance), visitor: visitor, address: address,
        destination: destination, remote: remote, reactor: reactor, budget: budget,
        history: history, patience: patience, idlePatience: idlePatience),
      keeper: self)
    do {
      try terminal.start(size)
    } catch {
      throw .spawn(error.message)
    }
    terminals[terminal.id] = terminal
    visitor.terminals += 1
    addresses.terminalOpened(by: address, now: reactor.now)
    _ = terminal.attach(observer, from: 0, size: size)
    report?(terminal, .opened)
    return terminal
  }

  /// The destination as it is configured now, where this visitor may open another terminal there.
  private func check(
    _ destination: Destination, _ visitor: Visitor, _ address: AddressKey
  ) throws(Refusal) -> Destination {
    guard !isStopping else { throw .stopping }
    let destination = try rights.opening(destination, by: visitor.login)
    guard terminals.count < limits.terminals else {
      throw .limit("All \(limits.terminals) terminals of this server are in use. Try again later.")
    }
    guard visitor.terminals < limits.perVisitor else {
      throw .limit("You have \(limits.perVisitor) terminals already. Close one first.")
    }
    guard addresses.terminals(of: address) < limits.perAddress else {
      throw .limit("Your address has \(limits.perAddress) terminals already. Close one first.")
    }
    let perMinute = limits.openPerMinute
    guard addresses.mayOpen(address, perMinute: perMinute, now: reactor.now) else {
      throw .limit("Your address opened \(perMinute) terminals within a minute. Wait a little.")
    }
    return destination
  }

  /// The terminal of that ID, where it is this visitor's, who may still return to it.
  ///
  /// - Throws: ``Refusal/forbidden(_:)`` where the right was taken away; ``Refusal/unknownTerminal`` in every other case,
  ///   which tells nothing about others'.
  func find(_ id: String, of visitor: Visitor) throws(Refusal) -> Terminal {
    guard let terminal = TerminalID(id).flatMap({ terminals[$0] }), terminal.visitor === visitor
    else { throw .unknownTerminal }
    try rights.returning(to: terminal.destination, by: visitor.login)
    return terminal
  }

  /// The visitor's terminals that may be returned to, the oldest first.
  func terminals(of visitor: Visitor) -> [Terminal] {
    terminals.values.filter { $0.visitor === visitor && mayReturn(to: $0) }
      .sorted { $0.opened < $1.opened }
  }

  private func mayReturn(to terminal: Terminal) -> Bool {
    (try? rights.returning(to: terminal.destination, by: terminal.visitor.login)) != nil
  }

  /// The terminal of that ID, whosever it is; nil where there is none.
  func find(_ id: String) -> Terminal? {
    TerminalID(id).flatMap { terminals[$0] }
  }

  /// Ends all of them.
  func terminateAll(_ reason: TerminalEndReason) {
    for terminal in Array(terminals.values) { terminal.terminate(reason) }
  }

  func terminalIsOver(_ terminal: Terminal) {
    waiting.removeAll { $0 === terminal }
    guard terminals.removeValue(forKey: terminal.id) != nil else { return }
    terminal.visitor.terminals -= 1
    addresses.terminalClosed(by: terminal.address)
    report?(terminal, .ended(terminal.endDescription))
  }

  // MARK: Memory

  func relieve(_ bytes: Int) {
    if let reliefWasFutile, reactor.now - reliefWasFutile < Self.reliefPause { return }
    let wanted = max(bytes, budget.limit / Self.reliefShare)
    let enough = budget.used - bytes
    let target = budget.used - wanted
    let droppable = terminals.values.filter { $0.droppableHistory > 0 }
    for terminal in droppable.sorted(by: { $0.lastTouched < $1.lastTouched }) {
      guard budget.used > target else { break }
      terminal.dropHistory()
    }
    reliefWasFutile = budget.used > enough ? reactor.now : nil
  }

  func terminalWaitsForMemory(_ terminal: Terminal) {
    if !waiting.contains(where: { $0 === terminal }) { waiting.append(terminal) }
  }

  func memoryMayBeBack() {
    guard !isAskedToLookAgain else { return }
    isAskedToLookAgain = true
    reactor.atTurnEnd(self)
  }

  func turnEnds() {
    isAskedToLookAgain = false
    reliefWasFutile = nil
    // In order, and no further than there is memory: to ask all of them would cost each a change of interest.
    while let first = waiting.first, first.takesMemory() {
      waiting.removeFirst()
    }
  }
}

extension Terminal {
  /// How it ended, in a few words.
  fileprivate var endDescription: String {
    switch end {
    case .exited(let code): "exit \(code)"
    case .signalled(let name): name
    case .hostKeyChanged(let found): "the host's key has changed, found \(found)"
    case .failed(let message): message
    case nil: endReason?.rawValue ?? "ended"
    }
  }
}
