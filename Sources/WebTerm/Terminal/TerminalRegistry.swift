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
  /// The consoles among them, by their lines.
  private var consoles: [Owner: Terminal] = [:]
  /// Those of them that the server has opened: they count for no visitor.
  private var standing: Set<TerminalID> = []
  /// The same in order, to go through all of them, a page at a time.
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

  /// Opens a terminal and lets a channel look at it. To a shared line that is open the channel
  /// comes as another viewer.
  ///
  /// - Parameters:
  ///   - destination: Where to; checked here against the target's rules.
  ///   - opener: Whose it will be, and where that is, for the limits.
  ///   - size: The screen.
  ///   - wish: What the channel's viewer would like to be.
  ///   - observer: The channel.
  /// - Returns: The channel's viewer.
  /// - Throws: A ``Refusal`` that says why not; nothing is left behind then.
  func open(
    _ destination: Destination, by opener: Holder, size: TerminalSize, wish: Role = .type,
    observer: any TerminalObserver
  ) throws(Refusal) -> Viewer {
    do throws(Refusal) {
      return try openChecked(destination, opener, size, wish, observer)
    } catch {
      refusals[error.word, default: 0] += 1
      throw error
    }
  }

  private func openChecked(
    _ destination: Destination, _ opener: Holder, _ size: TerminalSize, _ wish: Role,
    _ observer: any TerminalObserver
  ) throws(Refusal) -> Viewer {
    guard !isDraining else { throw .stopping }
    let destination = try rights.opening(destination, by: opener.visitor.login)
    let line = destination.console
    if let line, let console = consoles[line] {
      return try join(console, opener, size, wish, observer)
    }
    if destination.isStanding {
      return try join(try stand(destination), opener, size, wish, observer)
    }
    if line == nil { try rights.owning(destination, by: opener.visitor.login) }
    let visitor = line == nil ? opener.visitor : nil
    try admission.admitTerminal(of: visitor, at: opener.address, now: reactor.now)
    let terminal = try begin(destination, of: line ?? opener.visitor.owner, opener, size)
    admission.terminalOpened(by: visitor, at: opener.address, now: reactor.now)
    let viewer: Viewer
    do {
      viewer = try join(terminal, opener, size, wish, observer)
    } catch {
      terminal.terminate(.administrator)
      throw error
    }
    events.tell(.opened, of: terminal)
    terminal.isTold = true
    return viewer
  }

  /// Begins a conversation that was admitted.
  private func begin(
    _ destination: Destination, of owner: Owner, _ opener: Holder, _ size: TerminalSize
  ) throws(Refusal) -> Terminal {
    let identity = Terminal.Identity(
      id: TerminalID(instance: instance), number: opened.next(), owner: owner, opener: opener,
      destination: destination, isStanding: destination.isStanding)
    let terminal = Terminal(
      identity, maker.makeRemote(for: destination), terms, size: size, budget: budget,
      reactor: reactor, registry: self)
    do {
      try terminal.start()
    } catch {
      throw .spawn(error.message)
    }
    terminals[terminal.id] = terminal
    if terminal.isConsole { consoles[owner] = terminal }
    opened.add(terminal)
    touched.touch(terminal)
    if let watching = destination.target.requires {
      terminal.viewers.requires = FourEyes(group: watching.text) { [rights] person in
        rights.belongs(person.holder.visitor.login, to: [watching])
      }
    }
    return terminal
  }

  /// Opens a line that the server keeps open; no viewer need be there.
  ///
  /// - Returns: Its terminal, which is there already where it is open.
  /// - Throws: ``Refusal/stopping``, ``Refusal/spawn(_:)``.
  @discardableResult
  func stand(_ destination: Destination) throws(Refusal) -> Terminal {
    guard !isDraining, let line = destination.console else { throw .stopping }
    if let terminal = consoles[line] { return terminal }
    let server = Holder(visitor: .server(now: reactor.now), address: .local)
    let terminal = try begin(destination, of: line, server, .standard)
    standing.insert(terminal.id)
    events.tell(.opened, of: terminal)
    terminal.isTold = true
    return terminal
  }

  /// The terminal of a line; nil where it is not open.
  func console(_ line: Owner) -> Terminal? { consoles[line] }

  /// All of them, in no order.
  var all: [Terminal] { Array(terminals.values) }

  /// How many terminals are there for a person: lines that the server has opened, and at which no
  /// viewer looks, are not.
  var countInUse: Int {
    terminals.count - standing.count { terminals[$0]?.isAttached == false }
  }

  private func join(
    _ terminal: Terminal, _ holder: Holder, _ size: TerminalSize, _ wish: Role,
    _ observer: any TerminalObserver
  ) throws(Refusal) -> Viewer {
    do {
      return try terminal.viewers.join(
        person(holder, at: terminal), observer, from: 0, size: size, wish: wish)
    } catch .tooMany(let most) {
      throw .limit(ReturnProblem.tooMany(most).message)
    } catch {
      // The byte at 0 has always been there.
      throw .unknownTerminal
    }
  }

  /// As who a visitor comes to a terminal that is theirs, or a line's.
  private func person(_ holder: Holder, at terminal: Terminal) -> Person {
    guard terminal.isConsole else { return Person(holder, as: .owner) }
    let login = holder.visitor.login
    if rights.isOperator(login) { return Person(holder, as: .operator) }
    let mayType = rights.role(of: login, at: terminal.destination) == .type
    return Person(holder, as: mayType ? .visitor : .watcher)
  }

  /// The terminal of that ID, where the visitor may come to it.
  ///
  /// - Parameters:
  ///   - id: What the page calls it.
  ///   - holder: Who comes, and from where.
  /// - Returns: The terminal, and as who they come.
  /// - Throws: ``Refusal/forbidden(_:)`` where the right was taken away;
  ///   ``Refusal/unknownTerminal`` in every other case, which tells nothing about others'.
  func find(_ id: String, for holder: Holder) throws(Refusal) -> (Terminal, Person) {
    guard let terminal = find(id),
      terminal.owner == holder.visitor.owner
        || (terminal.isConsole && rights.sees(terminal.destination, holder.visitor.login))
    else { throw .unknownTerminal }
    try judgeReturn(to: terminal, by: holder.visitor.login)
    return (terminal, person(holder, at: terminal))
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
  ///   - review: Looks at the viewers of each terminal that stays.
  ///   - done: Told whose they were, one for each: at once, or some turns later where there are
  ///     many terminals.
  func endRevoked(
    _ holds: @escaping (Login?) -> Bool, review: @escaping (Terminal) -> Void = { _ in },
    done: @escaping ([Login?]) -> Void
  ) {
    RevokedTerminals(
      reactor: reactor,
      page: { [unowned self] in opened.page(after: $0, atMost: $1) },
      isRevoked: { [unowned self] terminal in
        if isRevoked(terminal, holds) { return true }
        review(terminal)
        return false
      },
      done: done
    ).turnEnds()
  }

  /// Whether a terminal may not stay. A console stays, whoever may be at it.
  private func isRevoked(_ terminal: Terminal, _ holds: (Login?) -> Bool) -> Bool {
    guard !terminal.isConsole else { return false }
    return !holds(terminal.holder.visitor.login) || !mayReturn(to: terminal)
  }

  private func mayReturn(to terminal: Terminal) -> Bool {
    (try? judgeReturn(to: terminal, by: terminal.opener.visitor.login)) != nil
  }

  private func judgeReturn(to terminal: Terminal, by login: Login?) throws(Refusal) {
    try rights.returning(to: terminal.destination, by: login)
    if !terminal.isConsole { try rights.owning(terminal.destination, by: login) }
  }

  /// The terminal of that ID, whosever it is; nil where there is none.
  func find(_ id: TerminalID) -> Terminal? { terminals[id] }

  /// The terminal that is called so, whosever it is; nil where there is none.
  func find(_ id: String) -> Terminal? {
    TerminalID(id).flatMap { terminals[$0] }
  }

  /// A terminal is over.
  func terminalIsOver(_ terminal: Terminal) {
    guard terminals.removeValue(forKey: terminal.id) != nil else { return }
    opened.remove(terminal)
    touched.remove(terminal)
    if terminal.isConsole { consoles[terminal.owner] = nil }
    if standing.remove(terminal.id) == nil {
      admission.terminalIsOver(
        of: terminal.isConsole ? nil : terminal.opener.visitor, at: terminal.opener.address)
    }
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
