// What a host has said: the log, how much of it was seen, and what memory it takes. Who is told of it is Terminal's.

import EventLoop

/// A terminal's output on its way from the remote to the viewer.
///
/// How it flows is one line of arithmetic, ``mayRead``: the remote is read while what was produced and not acknowledged
/// stays below the window and there is room that nobody needs.
///
///     remote ──read──▶ log ──lend──▶ viewer
///                       ▲ produced · sent · acknowledged
struct TerminalOutput: ~Copyable {
  typealias Instant = MonotonicInstant

  /// The most that one read asks for, in bytes. A turn of the loop has one read of each pty: to read
  /// again at once would wait in the kernel until the next piece has been moved, 4 KB at a time,
  /// while the other ptys fill up.
  private static let longestRead = 65536
  /// What the log may take above its history, in bytes: what is on its way needs a place.
  private static let logMargin = 65536

  private var log: OutputLog
  private let budget: MemoryBudget
  private(set) var attachment: Attachment
  /// The highest offset that was ever sent to anybody.
  private(set) var highestSent = 0
  /// Whether the budget has refused memory without which nothing can be read.
  var waitsForMemory = false

  /// - Parameters:
  ///   - history: Bytes of seen output to be kept.
  ///   - budget: Whose memory it is.
  ///   - now: The time.
  init(history: Int, budget: MemoryBudget, now: Instant) {
    log = OutputLog(limit: history + Self.logMargin)
    self.budget = budget
    attachment = Attachment(nil, from: 0, ceiling: log.limit, now: now)
  }

  /// Output bytes that the remote has produced.
  var produced: Int { log.end }

  /// Output that the viewer was not sent yet, in bytes.
  var unsent: Int { log.end - attachment.sent }

  // MARK: Viewers

  /// Gives the output another viewer.
  ///
  /// - Parameters:
  ///   - observer: The viewer.
  ///   - offset: The byte that it wants next, no later than what is produced; 0 is all that history holds.
  ///   - now: The time.
  /// - Returns: How many of the bytes that it wants are gone.
  mutating func attach(
    _ observer: any TerminalObserver, from offset: Int, now: Instant
  ) -> Int {
    let first = max(offset, log.start)
    attachment = Attachment(observer, from: first, ceiling: log.limit, now: now)
    return first - offset
  }

  /// The viewer is gone.
  mutating func detach() {
    attachment.leave()
  }

  /// Lends the next `count` unsent bytes; what `write` reports as written is sent then.
  mutating func send(_ count: Int, now: Instant, _ write: (RawSpan, RawSpan) -> Int) {
    let sent = attachment.sent
    let written = log.lend(sent..<(sent + count), write)
    guard written > 0 else { return }
    attachment.send(written, of: log.end, now: now)
    highestSent = max(highestSent, attachment.sent)
  }

  /// The screen has processed everything before `offset`.
  ///
  /// - Returns: False where that was never sent.
  mutating func acknowledge(_ offset: Int, now: Instant) -> Bool {
    guard offset <= attachment.sent else { return false }
    if offset > attachment.acknowledged { attachment.acknowledge(offset, now: now) }
    return true
  }

  // MARK: Reading

  /// Whether the remote is to be read now.
  var mayRead: Bool { allowance > 0 && (room > 0 || (log.nextCapacity != nil && !waitsForMemory)) }

  private var allowance: Int { attachment.allowance(beyond: log.end) }

  private var room: Int { log.room(keepingFrom: attachment.acknowledged) }

  /// Reads once from a remote. Never where there is no room: nothing read must not look like nothing there.
  ///
  /// - Returns: How many bytes it brought.
  mutating func read(from remote: any Remote) -> Int {
    log.append(
      atMost: min(Self.longestRead, allowance), keepingFrom: attachment.acknowledged
    ) { remote.read(into: &$0) }
  }

  // MARK: Memory

  /// Bytes of memory by which the log should grow before more is read; nil where it need not or may not.
  var wantedGrowth: Int? { log.isFull ? log.nextCapacity.map { $0 - log.capacity } : nil }

  /// Whether it has no memory at all yet. The first piece is granted anyway: a terminal without any could never show
  /// why.
  var isUnborn: Bool { log.capacity == 0 }

  /// Whether it can go on without growing, by dropping what was seen.
  var hasRoom: Bool { room > 0 }

  /// Takes more memory, as the budget has granted.
  mutating func grow() {
    waitsForMemory = false
    let held = log.capacity
    log.grow()
    budget.book(log.capacity - held)
  }

  /// Gives back the memory of history that was seen.
  mutating func dropHistory() {
    drop(keeping: attachment.acknowledged)
  }

  /// Gives all memory back.
  mutating func dropAll() {
    drop(keeping: log.end)
  }

  private mutating func drop(keeping offset: Int) {
    let held = log.capacity
    log.shrink(keeping: offset)
    budget.book(log.capacity - held)
  }

  /// Memory that ``dropHistory()`` could give back, in bytes, about.
  var droppableHistory: Int { log.capacity - (log.end - attachment.acknowledged) }
}
