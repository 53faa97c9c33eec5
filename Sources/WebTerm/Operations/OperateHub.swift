// What operators hear of all terminals: a little in each turn of the loop, each entry made once for
// all of them.

import EventLoop

/// An operator's channel. The hub knows no more of it.
protocol OperateReader: AnyObject {
  /// Who reads.
  var visitor: Visitor { get }

  /// How far it has come in the journal.
  var position: Int { get }

  /// Whether there is something to be told that happened before a position of the journal.
  func lacks(before position: Int) -> Bool

  /// Tells the page what comes next, of so many terminals at most; nothing where it has not read
  /// what was told before.
  ///
  /// - Returns: How many were looked at.
  func tell(atMost most: Int) -> Int

  /// Has no business here any more.
  func end()
}

/// Passes on to operators what happens to terminals, and what they have come to.
///
/// What has happened is told a fifth of a second later. Figures change without an event: every few
/// seconds all terminals are gone through, a page in each turn, and those whose figures are others
/// are told as changed.
final class OperateHub: TerminalListener, TurnEndHandler, TimerHandler {
  /// Of so many terminals all readers together are told in one turn.
  static let rowsPerTurn = 200
  /// And one reader at a time.
  static let rowsPerMessage = 100
  /// So many terminals' figures are compared in one turn.
  static let comparedPerTurn = 500
  /// What happens within so long is told together.
  static let pause: Duration = .milliseconds(200)
  /// Figures are compared so often.
  static let comparison: Duration = .seconds(5)
  /// An entry says when was typed last: it is as good for others for so long.
  private static let entryLife: Duration = .seconds(1)

  /// A terminal as it was told last.
  private struct Entry {
    let figures: OperateRow.Figures
    let json: [UInt8]
    let made: MonotonicInstant
  }

  let registry: TerminalRegistry
  private let reactor: Reactor
  private(set) var journal = ChangeJournal()
  private var readers: [ObjectIdentifier: any OperateReader] = [:]
  /// Readers that are told next, in order, each once.
  private var queue: [ObjectIdentifier] = []
  private var queued: Set<ObjectIdentifier> = []
  private var entries: [Int: Entry] = [:]
  /// What happened before this position may be told.
  private var released = 0
  /// Behind which terminal figures are compared next; nil while none are.
  private var compared: Int?
  private var timer: Reactor.Timer?
  private var newsDue: MonotonicInstant?
  private var comparisonDue: MonotonicInstant?
  var turnEndMark = TurnEndMark()
  /// How many entries were made so far.
  private(set) var made = 0

  init(registry: TerminalRegistry, reactor: Reactor) {
    self.registry = registry
    self.reactor = reactor
  }

  // MARK: Readers

  func add(_ reader: any OperateReader) {
    readers[ObjectIdentifier(reader)] = reader
    if comparisonDue == nil { comparisonDue = reactor.now + Self.comparison }
    setTimer()
    enqueue(reader)
  }

  func remove(_ reader: any OperateReader) {
    let id = ObjectIdentifier(reader)
    guard readers.removeValue(forKey: id) != nil else { return }
    if queued.remove(id) != nil { queue.removeAll { $0 == id } }
    guard readers.isEmpty else { return }
    // None is left that knows anything.
    journal.forget(before: journal.end)
    (released, entries) = (journal.end, [:])
    (newsDue, comparisonDue, compared) = (nil, nil, nil)
    setTimer()
  }

  /// Ends the channels of those who are no operators any more.
  ///
  /// - Parameter holds: Whether what a visitor has come in by still counts, and they may operate.
  func endRevoked(_ holds: (Login?) -> Bool) {
    for reader in Array(readers.values) where !holds(reader.visitor.login) { reader.end() }
  }

  /// The reader is told more as soon as it is its turn, where there is more that may be told.
  func goOn(with reader: any OperateReader) {
    if reader.lacks(before: released) { enqueue(reader) }
  }

  private func enqueue(_ reader: any OperateReader) {
    let id = ObjectIdentifier(reader)
    if queued.insert(id).inserted { queue.append(id) }
    reactor.atTurnEnd(self)
  }

  func turnEnds() {
    compareFigures()
    var left = Self.rowsPerTurn
    while left > 0, !queue.isEmpty {
      let id = queue.removeFirst()
      queued.remove(id)
      guard let reader = readers[id] else { continue }
      left -= max(1, reader.tell(atMost: min(left, Self.rowsPerMessage)))
    }
    journal.forget(before: readers.values.reduce(released) { min($0, $1.position) })
    if !queue.isEmpty || compared != nil { reactor.atTurnEnd(self) }
  }

  // MARK: What has happened

  func heard(_ event: TerminalEvent, of terminal: Terminal) {
    if !readers.isEmpty { note(terminal) }
  }

  private func note(_ terminal: Terminal) {
    entries[terminal.number] = nil
    journal.add(terminal.number)
    guard newsDue == nil else { return }
    newsDue = reactor.now + Self.pause
    setTimer()
  }

  /// The next terminals that have changed; nil for those that are over.
  ///
  /// - Parameters:
  ///   - position: How far the reader has come; not before the journal's start.
  ///   - most: So many at most.
  /// - Returns: The terminals, each once, and how far the reader has come then.
  func changes(
    after position: Int, atMost most: Int
  ) -> (terminals: [(number: Int, terminal: Terminal?)], position: Int) {
    let (numbers, next) = journal.changes(after: position, atMost: most)
    return (numbers.map { ($0, registry.opened.terminal($0)) }, next)
  }

  /// A terminal as operators see it, as JSON: made once for all of them.
  func entry(_ terminal: Terminal) -> [UInt8] {
    if let entry = entries[terminal.number], reactor.now - entry.made < Self.entryLife {
      return entry.json
    }
    made += 1
    let row = OperateRow(terminal, now: reactor.now)
    let entry = Entry(figures: row.figures, json: row.json.bytes, made: reactor.now)
    entries[terminal.number] = entry
    return entry.json
  }

  /// Compares the next terminals' figures with what was told of them.
  private func compareFigures() {
    guard let number = compared else { return }
    let page = registry.opened.page(after: number, atMost: Self.comparedPerTurn)
    compared = page.count < Self.comparedPerTurn ? nil : page.last?.number
    for terminal in page {
      guard let entry = entries[terminal.number],
        entry.figures != OperateRow.Figures(terminal)
      else { continue }
      note(terminal)
    }
  }

  // MARK: Time

  private func setTimer() {
    let due = [newsDue, comparisonDue].compactMap(\.self).min()
    guard timer != nil || due != nil else { return }
    let timer = self.timer ?? reactor.makeTimer(handler: self)
    self.timer = timer
    reactor.set(timer, to: due)
  }

  func timerFired(now: MonotonicInstant) {
    if let due = newsDue, due <= now {
      newsDue = nil
      released = journal.end
      for reader in readers.values where reader.lacks(before: released) { enqueue(reader) }
    }
    if let due = comparisonDue, due <= now {
      comparisonDue = now + Self.comparison
      compared = compared ?? 0
      reactor.atTurnEnd(self)
    }
    setTimer()
  }
}
