// All live terminals: how one is opened, found and let go of.

import EventLoop

/// The live terminals. A terminal is here from its start until it is over.
final class TerminalRegistry {
  /// Of so many terminals one turn asks whether they have history to give.
  static let relievedPerTurn = 1024

  private let reactor: Reactor
  private let maker: any RemoteMaker
  private let instance: String
  private let rights: Rights
  private let admission: Admission
  private var terminals: [TerminalID: Terminal] = [:]
  /// The same in order, for walks through all of them: a page at a time.
  private(set) var opened = OpenedOrder()
  /// The same by how long they were not touched.
  private var touched = TouchedOrder()
  private let trimmer: HeapTrimmer
  let budget: MemoryBudget
  /// What terminals are opened with from now on.
  var terms: TerminalPolicy
  /// Opens nothing more.
  var isDraining = false
  /// How many were refused, by reason.
  private(set) var refusals: [String: Int] = [:]
  /// Who hears what happens.
  var events = TerminalEvents()
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
    terms: TerminalPolicy, reactor: Reactor
  ) {
    self.maker = maker
    self.instance = instance
    self.rights = rights
    self.admission = admission
    self.terms = terms
    self.reactor = reactor
    budget = MemoryBudget(limit: admission.limits.memory, reactor: reactor)
    trimmer = HeapTrimmer(reactor: reactor)
    budget.registry = self
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
  /// - Returns: The terminal, and the channel's viewer.
  /// - Throws: A ``Refusal`` that says why not; nothing is left behind then.
  func open(
    _ destination: Destination, visitor: Visitor, address: AddressKey, size: TerminalSize,
    observer: any TerminalObserver
  ) throws(Refusal) -> (Terminal, Viewer) {
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
  ) throws(Refusal) -> (Terminal, Viewer) {
    guard !isDraining else { throw .stopping }
    let destination = try rights.opening(destination, by: visitor.login)
    try rights.owning(destination, by: visitor.login)
    try admission.admitTerminal(of: visitor, at: address, now: reactor.now)
    let identity = Terminal.Identity(
      id: TerminalID(instance: instance), number: opened.next(), owner: visitor.owner,
      opener: Holder(visitor: visitor, address: address), destination: destination)
    let terminal = Terminal(
      identity, maker.makeRemote(for: destination), terms, budget: budget, reactor: reactor,
      registry: self)
    do {
      try terminal.start(size)
    } catch {
      throw .spawn(error.message)
    }
    terminals[terminal.id] = terminal
    opened.add(terminal)
    touched.touch(terminal)
    admission.terminalOpened(by: visitor, at: address, now: reactor.now)
    // What has just begun holds the byte at 0, the next one.
    guard let viewer = terminal.attach(observer, from: 0, size: size) else {
      throw .unknownTerminal
    }
    events.tell(.opened, of: terminal)
    return (terminal, viewer)
  }

  /// The terminal of that ID, where it belongs to this visitor, who may still return to it.
  ///
  /// - Throws: ``Refusal/forbidden(_:)`` where the right was taken away;
  ///   ``Refusal/unknownTerminal`` in every other case, which tells nothing about others'.
  func find(_ id: String, of visitor: Visitor) throws(Refusal) -> Terminal {
    guard let terminal = TerminalID(id).flatMap({ terminals[$0] }),
      terminal.owner == visitor.owner
    else { throw .unknownTerminal }
    try judgeReturn(to: terminal, by: visitor.login)
    return terminal
  }

  /// The terminals of an owner's that may be returned to, the oldest first.
  func terminals(of owner: Owner) -> [Terminal] {
    terminals.values.filter { $0.owner == owner && mayReturn(to: $0) }
      .sorted { $0.opened < $1.opened }
  }

  /// Ends the terminals of those who may not use them any more.
  ///
  /// - Parameters:
  ///   - holds: Whether what a visitor has come in by still counts.
  ///   - done: Told whose they were, one for each: at once, or some turns later where there are
  ///     many terminals.
  func endRevoked(_ holds: @escaping (Login?) -> Bool, done: @escaping ([Login?]) -> Void) {
    RevokedTerminals(
      reactor: reactor,
      page: { [unowned self] in opened.page(after: $0, atMost: $1) },
      isRevoked: { [unowned self] in !holds($0.holder.visitor.login) || !mayReturn(to: $0) },
      done: done
    ).turnEnds()
  }

  private func mayReturn(to terminal: Terminal) -> Bool {
    (try? judgeReturn(to: terminal, by: terminal.opener.visitor.login)) != nil
  }

  private func judgeReturn(to terminal: Terminal, by login: Login?) throws(Refusal) {
    try rights.returning(to: terminal.destination, by: login)
    try rights.owning(terminal.destination, by: login)
  }

  /// The terminal of that ID, whosever it is; nil where there is none.
  func find(_ id: TerminalID) -> Terminal? { terminals[id] }

  /// The terminal that is called so, whosever it is; nil where there is none.
  func find(_ id: String) -> Terminal? {
    TerminalID(id).flatMap { terminals[$0] }
  }

  /// A terminal is over: no viewer will come back to it.
  func terminalIsOver(_ terminal: Terminal) {
    guard terminals.removeValue(forKey: terminal.id) != nil else { return }
    opened.remove(terminal)
    touched.remove(terminal)
    admission.terminalIsOver(of: terminal.opener.visitor, at: terminal.opener.address)
    // What could not begin is a refusal, though a late one.
    if case .failed = terminal.relay.end { refusals[Refusal.spawn("").word, default: 0] += 1 }
    events.tell(.over, of: terminal)
    trimmer.terminalIsOver()
  }

  /// Drops history until no more than `target` bytes are taken, or nothing more can be dropped.
  ///
  /// - Returns: False where it must be asked again in a later turn, since that would take too long
  ///   for this one.
  func relieve(to target: Int) -> Bool {
    touched.beginPass()
    for _ in 0..<Self.relievedPerTurn {
      guard budget.used > target, let terminal = touched.next() else {
        touched.endPass()
        return true
      }
      guard terminal.relay.droppableHistory > 0 else { continue }
      guard terminal.relay.dropHistory() else {
        touched.comeBack(to: terminal)
        return false
      }
      guard budget.drawing.isLeft else { return false }
    }
    return false
  }

  /// A visitor has done something at a terminal.
  func touch(_ terminal: Terminal) {
    touched.touch(terminal)
  }
}
