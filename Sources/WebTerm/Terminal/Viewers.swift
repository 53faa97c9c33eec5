// All who are at one terminal: who they are, who types, and what they are told of each other.

import EventLoop

/// The viewers of one terminal, those that are away too, and the rules between them.
///
/// What they read is ``Readers``' business, and the rules of the keyboard are ``Keyboard``'s: here
/// both meet the channels.
final class Viewers {
  /// Viewers that are away are remembered up to so many times the viewers that may be here.
  private static let rememberedAway = 2

  var keyboard = Keyboard()
  var begun = Begun()
  private var pace = ChangePace()
  private var paces = PeoplePaces()
  /// How often it is written down who types: the keyboard may go to and fro as fast as pages can
  /// say it.
  private lazy var typistPace = Pace(burst: 20, now: reactor.now)
  /// Who types now, by whose deed, where that was not written down yet.
  private var untold: (typist: Viewer, cause: Viewer?, due: MonotonicInstant)?
  /// Those that are here, and those that may come back.
  private(set) var all: [Viewer] = []
  private var last = 0
  /// Whether a viewer by whom the terminal lives was told the end.
  private var isEndTold = false

  /// Of whom one must look on while another types (a target's `requires`).
  var requires: FourEyes? {
    didSet { settleHold() }
  }
  /// Whether input is held back, since none of those looks on.
  var isHeld = false

  unowned let terminal: Terminal
  let relay: Relay
  let reactor: Reactor
  /// How many may be here at once.
  private let most: Int

  /// - Parameters:
  ///   - terminal: Whose viewers these are.
  ///   - most: How many may be here at once.
  ///   - reactor: The loop.
  init(of terminal: Terminal, most: Int, reactor: Reactor) {
    self.terminal = terminal
    self.most = most
    self.reactor = reactor
    relay = terminal.relay
  }

  /// Whether a person may do that to all who are here, now; it counts then.
  func admits(_ deed: PeoplePaces.Deed, of person: Person) -> Bool {
    paces.admits(deed, of: person, now: reactor.now)
  }

  /// Another viewer types: that is written down, at once or a little later.
  func tellTypist(_ typist: Viewer, by cause: Viewer?) {
    untold = (typist, cause, untold?.due ?? reactor.now + .seconds(1))
    tellUntold()
  }

  private func tellUntold() {
    guard let (typist, cause, _) = untold else { return }
    guard typistPace.admits(now: reactor.now) else { return terminal.setTimer() }
    untold = nil
    terminal.types(typist, by: cause)
  }

  /// Those whose channel is there.
  var here: [Viewer] { relay.readers.viewers }

  // MARK: Coming

  /// A viewer that has not been here before.
  ///
  /// - Parameters:
  ///   - person: Who it is.
  ///   - channel: Its channel.
  ///   - offset: The output byte that it wants next; 0 is all that history holds.
  ///   - size: Its window.
  ///   - wish: What it would like to be.
  /// - Returns: The viewer.
  /// - Throws: ``ReturnProblem``; nothing has changed then.
  func join(
    _ person: Person, _ channel: any TerminalObserver, from offset: Int, size: TerminalSize,
    wish: Role
  ) throws(ReturnProblem) -> Viewer {
    guard isRoom(for: person) else { throw .tooMany(most) }
    guard let output = relay.beginning(at: offset) else { throw .beyondOutput }
    last += 1
    let viewer = Viewer(last, of: terminal, person, channel, size: size, output: output)
    all.append(viewer)
    forgetSome()
    // First: what the log keeps hangs on who types.
    carryOut(keyboard.join(viewer.number, as: person.standing, wish: wish, now: reactor.now))
    relay.join(viewer)
    arrived(viewer)
    return viewer
  }

  /// The owner's own pages are not kept out by watchers.
  private func isRoom(for person: Person) -> Bool {
    let here = here
    guard person.standing == .owner else { return here.count < most }
    return here.count { $0.person.standing == .owner } < most
  }

  /// A viewer that has been here before: what it was, unless another has taken the keyboard.
  /// Another channel of its own ends.
  ///
  /// - Parameters:
  ///   - number: The viewer's.
  ///   - person: Who comes.
  ///   - channel: Its channel.
  ///   - offset: The output byte that it wants next; 0 is all that history holds.
  ///   - size: Its window.
  ///   - wish: What it would like to be, where its number is over and it is another viewer.
  /// - Returns: The viewer.
  /// - Throws: ``ReturnProblem``; nothing has changed then.
  func comeBack(
    as number: Int, _ person: Person, _ channel: any TerminalObserver, from offset: Int,
    size: TerminalSize, wish: Role
  ) throws(ReturnProblem) -> Viewer {
    guard number >= 1, number <= last else { throw .unknownViewer }
    guard let viewer = all.first(where: { $0.number == number }),
      viewer.person.holder.visitor.owner == person.holder.visitor.owner
    else {
      // Who comes back takes the keyboard from none, however long it was away.
      let wish: Role = keyboard.typist == nil ? wish : .watch
      return try join(person, channel, from: offset, size: size, wish: wish)
    }
    guard let output = relay.beginning(at: offset) else { throw .beyondOutput }
    // First: the rest of its frame is taken from the log, of which it may be the only reader.
    viewer.observer?.terminalWasTakenOver()
    if viewer.isHere { relay.leave(viewer) }
    viewer.person = person
    viewer.comeBack(channel, size: size, output: output)
    relay.join(viewer)
    carryOut(keyboard.judge(number, as: person.standing))
    carryOut(keyboard.comeBack(number, now: reactor.now))
    arrived(viewer)
    if viewer.role == .type { terminal.fit(size, of: viewer) }
    return viewer
  }

  private func arrived(_ viewer: Viewer) {
    isEndTold = false
    changed()
    terminal.attached(viewer)
  }

  // MARK: Going

  /// A viewer's channel is gone. It may come back for a while.
  func leave(_ viewer: Viewer, forGood: Bool = false) {
    guard viewer.isHere, all.contains(where: { $0 === viewer }) else { return }
    viewer.goAway(now: reactor.now)
    relay.leave(viewer)
    changed()
    if forGood || terminal.lifetime.patience == .zero { forget(viewer) }
    forgetSome()
    terminal.detached(viewer)
    if isEndTold { endIfTold() }
  }

  /// Whether a viewer by whom the terminal lives is here.
  var isKept: Bool { here.contains { keeps($0) } }

  /// The owner's own keep a private terminal, whatever their role; at a console all do.
  private func keeps(_ viewer: Viewer) -> Bool {
    terminal.isConsole || viewer.person.standing == .owner
  }

  private func forget(_ viewer: Viewer) {
    all.removeAll { $0 === viewer }
    keyboard.gone(viewer.number)
    settleTypist()
    changed()
  }

  /// Of too many that are away the one that left first will not come back, unless it types.
  private func forgetSome() {
    let away = all.filter { !$0.isHere && $0.number != keyboard.typist }
    guard away.count > most * Self.rememberedAway else { return }
    let first = away.min {
      ($0.awaySince ?? reactor.now) < ($1.awaySince ?? reactor.now)
    }
    if let first { forget(first) }
  }

  /// A viewer's page was told the end. The terminal is over when all were; those by whom it does
  /// not live are not waited for long.
  func endWasTold(to viewer: Viewer) {
    isEndTold = isEndTold || keeps(viewer)
    viewer.goAway(now: reactor.now)
    relay.leave(viewer)
    all.removeAll { $0 === viewer }
    endIfTold()
  }

  private func endIfTold() {
    if here.isEmpty { return terminal.finish() }
    // At a console all keep it: none of them keeps the line from being opened anew.
    if isEndTold, !isKept || terminal.isConsole { terminal.lastWords() }
  }

  /// The terminal is over.
  func close() {
    all = []
  }

  // MARK: What all are told

  /// Something of the list is different.
  func changed() {
    if requires != nil { settleHold() }
    pace.changed(now: reactor.now)
    terminal.setTimer()
  }

  /// A line to everybody here.
  func tell(_ note: Note, of viewer: Viewer) {
    relay.readers.tell { $0.terminalTells(.note(note)) }
    terminal.noted(note, by: viewer)
  }

  private func tellList() {
    let entries = here.map { viewer in
      ViewerList.Entry(
        viewer: viewer.number, who: viewer.person.who, role: viewer.role, since: viewer.since,
        size: viewer.size, sees: viewer.sees)
    }
    let list = ViewerList(entries, begun: begun.count)
    relay.readers.tell { $0.terminalTells(.viewers(list)) }
  }

  /// The terminal has another size from the byte at `offset` on: all but the one whose size it is
  /// are told there.
  func resized(to size: TerminalSize, at offset: Int, by resizer: Viewer) {
    for viewer in here where viewer !== resizer {
      viewer.output.resize(to: size, at: offset)
      viewer.observer?.terminalHasNews()
    }
  }

  // MARK: Time

  /// When something is due: the list, or the end of a number.
  var nextDeadline: MonotonicInstant? {
    let patience = terminal.lifetime.patience
    let end = all.compactMap { $0.awaySince.map { terminal.lifetime.inReach($0) + patience } }.min()
    return [pace.nextDeadline, end, untold?.due].compactMap(\.self).min()
  }

  func tick(now: MonotonicInstant) {
    let patience = terminal.lifetime.patience
    let over = all.filter {
      $0.awaySince.map { terminal.lifetime.inReach($0) + patience <= now } ?? false
    }
    for viewer in over { forget(viewer) }
    if let due = untold?.due, due <= now {
      untold?.due = now + .seconds(1)
      tellUntold()
    }
    if pace.tick(now: now) { tellList() }
  }

  // MARK: Rights

  /// Judges all anew: a right may be another one, or be gone.
  ///
  /// - Parameter judge: By what right a person is here now; nil where they may not be.
  func review(_ judge: (Person) -> Standing?) {
    for viewer in all {
      guard let standing = judge(viewer.person) else {
        viewer.observer?.terminalWasEnded(.revoked)
        leave(viewer, forGood: true)
        if all.contains(where: { $0 === viewer }) { forget(viewer) }
        continue
      }
      guard standing != viewer.person.standing else { continue }
      viewer.person.standing = standing
      carryOut(keyboard.judge(viewer.number, as: standing))
    }
  }
}
