// All live terminals: how one is opened, found and let go of.

import EventLoop

/// What happened to a terminal, for log, audit and metrics.
enum TerminalEvent {
  case opened
  case attached
  case detached
  /// What was typed has gone to so many terminals at once; 0 is to this one alone again.
  case sending(to: Int)
  case over

  /// Whether nothing more happens to it.
  var isLast: Bool { if case .over = self { true } else { false } }

  /// For the logs.
  var word: String {
    switch self {
    case .opened: "opened"
    case .attached: "attached"
    case .detached: "detached"
    case .sending: "sending"
    case .over: "ended"
    }
  }
}

/// The live terminals. A terminal is here from its start until it is over.
final class TerminalRegistry: TerminalKeeper, MemoryPressureHandler {
  private let reactor: Reactor
  private let maker: any RemoteMaker
  private let instance: String
  private let rights: Rights
  private let admission: Admission
  private var terminals: [TerminalID: Terminal] = [:]
  /// The same in order, for whoever goes through all of them: a page at a time.
  private(set) var opened = OpenedOrder()
  private let trimmer: HeapTrimmer
  let budget: MemoryBudget
  /// What terminals are opened with from now on.
  var terms: TerminalTerms
  /// Opens nothing more.
  var isDraining = false
  /// How many were refused, by reason.
  private(set) var refusals: [String: Int] = [:]
  /// Told what happens.
  var report: ((Terminal, TerminalEvent) -> Void)?
  /// Told who was refused, and why.
  var reportRefusal: ((Refusal, Destination, Holder) -> Void)?

  /// - Parameters:
  ///   - maker: Makes the remotes.
  ///   - instance: What its terminals' IDs begin with.
  ///   - rights: Who may open what, and return to it.
  ///   - admission: Who may have another one.
  ///   - terms: What terminals are opened with.
  ///   - reactor: The loop.
  init(
    _ maker: any RemoteMaker, instance: String, rights: Rights, admission: Admission,
    terms: TerminalTerms, reactor: Reactor
  ) {
    self.maker = maker
    self.instance = instance
    self.rights = rights
    self.admission = admission
    self.terms = terms
    self.reactor = reactor
    budget = MemoryBudget(limit: admission.limits.memory, reactor: reactor)
    trimmer = HeapTrimmer(reactor: reactor)
    budget.handler = self
  }

  var count: Int { terminals.count }

  /// Opens a terminal and attaches a channel to it.
  ///
  /// - Parameters:
  ///   - destination: Where to; checked here against the target's rules.
  ///   - visitor: Whose it will be.
  ///   - address: Where the visitor is, for the limits.
  ///   - size: The screen.
  ///   - observer: The channel.
  /// - Returns: The terminal, and the channel's place at it.
  /// - Throws: A ``Refusal`` that says why not; nothing is left behind then.
  func open(
    _ destination: Destination, visitor: Visitor, address: AddressKey, size: TerminalSize,
    observer: any TerminalObserver
  ) throws(Refusal) -> (Terminal, Attachment) {
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
  ) throws(Refusal) -> (Terminal, Attachment) {
    guard !isDraining else { throw .stopping }
    let destination = try rights.opening(destination, by: visitor.login)
    try admission.admitTerminal(of: visitor, at: address, now: reactor.now)
    let identity = Terminal.Identity(
      id: TerminalID(instance: instance), number: opened.next(), visitor: visitor,
      address: address, destination: destination)
    let terminal = Terminal(
      identity, maker.makeRemote(for: destination), terms, budget: budget, reactor: reactor,
      keeper: self)
    do {
      try terminal.start(size)
    } catch {
      throw .spawn(error.message)
    }
    terminals[terminal.id] = terminal
    opened.add(terminal)
    admission.terminalOpened(by: visitor, at: address, now: reactor.now)
    // What has just begun holds the byte at 0, the next one.
    guard let attachment = terminal.attach(observer, from: 0, size: size) else {
      throw .unknownTerminal
    }
    report?(terminal, .opened)
    return (terminal, attachment)
  }

  /// The terminal of that ID, where it belongs to this visitor, who may still return to it.
  ///
  /// - Throws: ``Refusal/forbidden(_:)`` where the right was taken away; ``Refusal/unknownTerminal`` in every other case,
  ///   which tells nothing about others'.
  func find(_ id: String, of visitor: Visitor) throws(Refusal) -> Terminal {
    guard let terminal = TerminalID(id).flatMap({ terminals[$0] }),
      terminal.visitor.owner == visitor.owner
    else { throw .unknownTerminal }
    try rights.returning(to: terminal.destination, by: visitor.login)
    return terminal
  }

  /// The terminals of an owner's that may be returned to, the oldest first.
  func terminals(of owner: Owner) -> [Terminal] {
    terminals.values.filter { $0.visitor.owner == owner && mayReturn(to: $0) }
      .sorted { $0.opened < $1.opened }
  }

  /// Ends the terminals of those who may not use them any more.
  ///
  /// - Parameters:
  ///   - holds: Whether what a visitor has come in by still counts.
  ///   - done: Told whose they were, one for each: at once, or some turns later where there are many terminals.
  func endRevoked(_ holds: @escaping (Login?) -> Bool, done: @escaping ([Login?]) -> Void) {
    RevokedTerminals(
      self, reactor: reactor,
      isRevoked: { [unowned self] in !holds($0.holder.visitor.login) || !mayReturn(to: $0) },
      done: done
    ).turnEnds()
  }

  private func mayReturn(to terminal: Terminal) -> Bool {
    (try? rights.returning(to: terminal.destination, by: terminal.visitor.login)) != nil
  }

  /// The terminal of that ID, whosever it is; nil where there is none.
  func find(_ id: TerminalID) -> Terminal? { terminals[id] }

  /// The terminal that is called so, whosever it is; nil where there is none.
  func find(_ id: String) -> Terminal? {
    TerminalID(id).flatMap { terminals[$0] }
  }

  func terminalIsOver(_ terminal: Terminal) {
    guard terminals.removeValue(forKey: terminal.id) != nil else { return }
    opened.remove(terminal)
    admission.terminalIsOver(of: terminal.visitor, at: terminal.address)
    // What could not begin is a refusal, though a late one.
    if case .failed = terminal.relay.end { refusals[Refusal.spawn("").word, default: 0] += 1 }
    report?(terminal, .over)
    trimmer.terminalIsOver()
  }

  func relieve(to target: Int) -> Bool {
    let droppable = terminals.values.filter { $0.relay.droppableHistory > 0 }
    for terminal in droppable.sorted(by: { $0.lifetime.lastTouched < $1.lifetime.lastTouched }) {
      guard budget.used > target else { break }
      guard terminal.relay.dropHistory(), budget.drawing.isLeft else { return false }
    }
    return true
  }
}
