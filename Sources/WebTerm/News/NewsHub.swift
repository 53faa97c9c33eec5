// Who has which line open: told to all open directories, a little in each turn of the loop.

import EventLoop

/// A directory's channel. The hub knows no more of it.
protocol NewsReader: AnyObject {
  /// There are other targets, or other rights.
  func hearOfTargets()

  /// Whether there is something to be told that happened before a position in the hub's journal.
  func lacks(before position: Int) -> Bool

  /// Tells the page what comes next, about so many terminals at most; nothing where it has not read
  /// what was told before.
  ///
  /// - Returns: How many were looked at.
  func tell(atMost most: Int) -> Int

  /// Whose eyes it has.
  var visitor: Visitor { get }

  /// Has no business here any more.
  func end()
}

/// Passes on what happens to terminals.
///
/// What has happened is kept once for all readers, in a journal of which each knows how far it has
/// come. It is told a fifth of a second later, and then to one reader after the other: all together
/// are told of so many terminals in one turn.
final class NewsHub: TurnEndHandler, TimerHandler {
  /// What happens within so long is told together.
  static let pause: Duration = .milliseconds(200)
  /// Of so many terminals all readers together are told in one turn.
  static let perTurn = 256
  /// And one reader at a time.
  static let perMessage = 100
  /// Of so many events it is known to which terminals they happened. A reader that lacks more is
  /// told of all terminals.
  static let journalLimit = 1000
  /// Other targets are told to so many readers at a time, since each then asks for its list; the
  /// next ones hear it later.
  static let listsPerTick = 4
  private static let listPause: Duration = .milliseconds(20)
  /// An entry that was made for one reader is as good for others, for so long.
  private static let entryLife: Duration = .seconds(1)

  private struct Event {
    let number: Int
    let id: TerminalID
  }

  /// What is told of a terminal: to its owner, and to others.
  private struct Entry {
    var own: [UInt8]?
    var others: [UInt8]?
  }

  let registry: TerminalRegistry
  let keys = PageKeys()
  /// What follows those who have logged in; nil where nothing does.
  var preferences: PreferenceStore?
  private let rights: Rights
  private let reactor: Reactor
  /// Says what is known of the line to which a console leads.
  var status: ((Terminal) -> LineStatus?)?
  /// Says which alarm of a terminal was not seen yet.
  var alarm: ((Terminal) -> Alarms.Mark?)?
  private var readers: [ObjectIdentifier: any NewsReader] = [:]
  private var journal: [Event] = []
  /// The position of the journal's first event.
  private(set) var journalStart = 0
  /// What happened before this position may be told.
  private var released = 0
  private var newsDue: MonotonicInstant?
  private var listsDue: MonotonicInstant?
  private var timer: Reactor.Timer?
  /// Readers that are told next, in order.
  private var queue = ReaderQueue()
  var turnEndMark = TurnEndMark()
  /// Readers that are told of other targets, in order.
  private var listQueue = ReaderQueue()
  private var entries: [Int: Entry] = [:]
  private var entriesMade: MonotonicInstant
  /// How many entries were made so far.
  private(set) var made = 0

  init(registry: TerminalRegistry, rights: Rights, reactor: Reactor) {
    self.registry = registry
    self.rights = rights
    self.reactor = reactor
    entriesMade = reactor.now
  }

  // MARK: Readers

  func add(_ reader: any NewsReader) {
    readers[ObjectIdentifier(reader)] = reader
    enqueue(reader)
  }

  func remove(_ reader: any NewsReader) {
    guard readers.removeValue(forKey: ObjectIdentifier(reader)) != nil else { return }
    queue.remove(reader)
    listQueue.remove(reader)
    if readers.isEmpty { forgetAll() }
  }

  private func forgetAll() {
    journalStart += journal.count
    released = journalStart
    (journal, entries) = ([], [:])
  }

  /// Ends the channels of those who have no business here any more.
  ///
  /// - Parameter holds: Whether what a visitor has come in by still counts.
  /// - Returns: Whose they were, one for each.
  func endRevoked(_ holds: (Login?) -> Bool) -> [Login?] {
    readers.values.filter { !holds($0.visitor.login) }.map {
      $0.end()
      return $0.visitor.login
    }
  }

  /// The reader is told more as soon as it is its turn, where there is more that may be told.
  func goOn(with reader: any NewsReader) {
    if reader.lacks(before: released) { enqueue(reader) }
  }

  private func enqueue(_ reader: any NewsReader) {
    queue.add(reader)
    reactor.atTurnEnd(self)
  }

  func turnEnds() {
    if reactor.now - entriesMade >= Self.entryLife { (entries, entriesMade) = ([:], reactor.now) }
    var left = Self.perTurn
    while left > 0, let reader = queue.next() {
      left -= max(1, reader.tell(atMost: min(left, Self.perMessage)))
    }
    if !queue.isEmpty { reactor.atTurnEnd(self) }
  }

  // MARK: What has happened

  /// Something has happened to a terminal.
  func tell(_ terminal: Terminal, isOver: Bool) {
    guard !readers.isEmpty else { return }
    entries[terminal.number] = nil
    journal.append(Event(number: terminal.number, id: terminal.id))
    if journal.count > Self.journalLimit {
      let former = journal.count - Self.journalLimit / 2
      journal.removeFirst(former)
      journalStart += former
    }
    guard newsDue == nil else { return }
    newsDue = reactor.now + Self.pause
    setTimer()
  }

  /// The position behind the last event.
  var journalEnd: Int { journalStart + journal.count }

  /// The terminals of some events, each once.
  func events(_ range: Range<Int>) -> [(number: Int, terminal: Terminal?)] {
    var seen: Set<Int> = []
    return journal[(range.lowerBound - journalStart)..<(range.upperBound - journalStart)]
      .filter { seen.insert($0.number).inserted }
      .map { ($0.number, registry.find($0.id)) }
  }

  /// There are other targets, or other rights.
  func tellOfTargets() {
    for reader in readers.values { listQueue.add(reader) }
    guard listsDue == nil, !listQueue.isEmpty else { return }
    listsDue = reactor.now + Self.pause
    setTimer()
  }

  // MARK: Time

  private func setTimer() {
    let timer = self.timer ?? reactor.makeTimer(handler: self)
    self.timer = timer
    reactor.set(timer, to: [newsDue, listsDue].compactMap(\.self).min())
  }

  func timerFired(now: MonotonicInstant) {
    if let due = newsDue, due <= now {
      newsDue = nil
      released = journalEnd
      for reader in readers.values where reader.lacks(before: released) { enqueue(reader) }
    }
    if let due = listsDue, due <= now {
      for _ in 0..<Self.listsPerTick {
        guard let reader = listQueue.next() else { break }
        reader.hearOfTargets()
        enqueue(reader)
      }
      listsDue = listQueue.isEmpty ? nil : now + Self.listPause
    }
    setTimer()
  }

  // MARK: Entries

  /// Whether a visitor sees anything of a terminal.
  func sees(_ terminal: Terminal, _ visitor: Visitor) -> Bool {
    if terminal.isConsole { return rights.sees(terminal.destination, visitor.login) }
    return terminal.owner == visitor.owner
      || (terminal.opener.visitor.login != nil && visitor.login != nil
        && rights.sees(terminal.destination, visitor.login))
  }

  /// What a visitor sees of a terminal, as JSON; nil where that is nothing. It is made once for all
  /// who see the same.
  func entry(_ terminal: Terminal, for visitor: Visitor) -> [UInt8]? {
    guard sees(terminal, visitor) else { return nil }
    let isOwn = terminal.owner == visitor.owner
    let kept = entries[terminal.number]
    if let entry = isOwn ? kept?.own : kept?.others { return entry }
    let entry = describe(terminal, isOwn: isOwn)
    if isOwn {
      entries[terminal.number, default: Entry()].own = entry
    } else {
      entries[terminal.number, default: Entry()].others = entry
    }
    return entry
  }

  /// Who has it: at a console those that are there.
  private func by(_ summary: TerminalSummary, _ terminal: Terminal) -> String {
    guard terminal.isConsole else { return summary.login ?? "" }
    let here = terminal.viewers.here
    return (here.first { $0.role == .type } ?? here.first)?.person.who ?? ""
  }

  private func describe(_ terminal: Terminal, isOwn: Bool) -> [UInt8] {
    made += 1
    let summary = TerminalSummary(terminal, now: reactor.now)
    let others: [(String, JSONText)] = [
      ("target", .string(summary.target)),
      ("method", .string(terminal.destination.method.rawValue)),
      ("port", .number(Int(terminal.destination.port))), ("by", .string(by(summary, terminal))),
    ]
    let common: [(String, JSONText)] = [
      ("key", .number(keys.key(of: terminal.number))), ("age", .number(summary.seconds)),
    ]
    let line: [(String, JSONText)] =
      terminal.isConsole ? [("line", .object(status?(terminal)?.fields ?? []))] : []
    let alarm: [(String, JSONText)] =
      alarm?(terminal).map { mark in
        [("alarm", .object([("name", .string(mark.name)), ("at", .number(mark.at))]))]
      } ?? []
    return JSONText.object((isOwn ? summary.placeFields : others) + common + line + alarm).bytes
  }
}

extension NewsHub: TerminalListener {
  func heard(_ event: TerminalEvent, of terminal: Terminal) {
    tell(terminal, isOver: event.isLast)
  }
}

/// Readers in the order in which they came, each once.
private struct ReaderQueue {
  private var readers: ArraySlice<any NewsReader> = []
  private var members: Set<ObjectIdentifier> = []

  var isEmpty: Bool { readers.isEmpty }

  mutating func add(_ reader: any NewsReader) {
    if members.insert(ObjectIdentifier(reader)).inserted { readers.append(reader) }
  }

  mutating func next() -> (any NewsReader)? {
    guard let reader = readers.popFirst() else { return nil }
    members.remove(ObjectIdentifier(reader))
    if readers.isEmpty { readers = [] }
    return reader
  }

  mutating func remove(_ reader: any NewsReader) {
    guard members.remove(ObjectIdentifier(reader)) != nil else { return }
    readers.removeAll { $0 === reader }
  }
}
