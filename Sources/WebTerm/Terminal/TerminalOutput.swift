// What a host has said: the log, how much of it was seen, and what memory it takes. Who looks at it is Attachment's.

import EventLoop

/// A terminal's output on its way from the remote to whoever looks.
///
///     remote ──read──▶ log ──lend──▶ viewer
///                       ▲ produced · seen
///
/// This is the one place that decides about a terminal's memory: when the log grows, what it gives back, and when it must
/// wait for the budget. It is a class, since the budget may take back what this one has while this one asks.
final class TerminalOutput {
  /// The most that one read asks for, in bytes. A turn of the loop has one read of each pty: to read
  /// again at once would wait in the kernel until the next piece has been moved, 4 KB at a time,
  /// while the other ptys fill up.
  private static let longestRead = 65536
  /// What the log may take above its history, in bytes: what is on its way needs a place.
  private static let logMargin = 65536

  private var log: OutputLog
  private let budget: MemoryBudget
  /// Output before this offset was seen: it is history, which may go.
  private(set) var seen = 0
  /// The highest offset that was ever sent to anybody.
  private(set) var highestSent = 0
  /// Whether the budget has refused memory without which nothing can be read.
  private(set) var waitsForMemory = false

  /// - Parameters:
  ///   - history: Bytes of seen output to be kept.
  ///   - budget: Whose memory it is.
  init(history: Int, budget: MemoryBudget) {
    log = OutputLog(limit: history + Self.logMargin)
    self.budget = budget
  }

  /// The offset of the oldest byte that is there.
  var start: Int { log.start }

  /// Output bytes that the remote has produced.
  var produced: Int { log.end }

  /// The most bytes that are ever there.
  var limit: Int { log.limit }

  /// Whether there is a place for more, or may be.
  var mayTakeMore: Bool { room > 0 || (log.nextCapacity != nil && !waitsForMemory) }

  private var room: Int { log.room(keepingFrom: seen) }

  /// Reads once from a remote. Never where there is no room: nothing read must not look like nothing there.
  ///
  /// - Returns: How many bytes it brought.
  func read(from remote: any Remote, atMost most: Int) -> Int {
    log.append(atMost: min(Self.longestRead, most), keepingFrom: seen) { remote.read(into: &$0) }
  }

  /// Lends `count` bytes from `offset` on; what `write` reports as written is sent then.
  ///
  /// - Returns: How many were.
  func lend(
    _ count: Int, from offset: Int, _ write: (RawSpan, RawSpan) -> Int
  ) -> Int {
    let written = log.lend(offset..<(offset + count), write)
    highestSent = max(highestSent, offset + written)
    return written
  }

  /// Whoever looks has seen everything before `offset`, and needs what comes after it.
  func see(_ offset: Int) {
    seen = offset
    budget.historyGrew()
  }

  // MARK: Memory

  /// A full log grows where it may. Where it may not, history that was seen makes room; without any, it waits.
  ///
  /// - Returns: False where it waits from now on.
  func makeRoom() -> Bool {
    guard log.isFull, let next = log.nextCapacity else { return true }
    // Asking comes first: what the budget takes back for it may be all that this log itself had. A terminal without any
    // memory could never show why: the first piece is granted anyway.
    if budget.grants(next - log.capacity) || log.capacity == 0 {
      resize { $0.grow() }
    } else if room == 0 {
      waitsForMemory = true
      return false
    }
    waitsForMemory = false
    return true
  }

  /// Gives back the memory of history that was seen.
  func dropHistory() {
    let seen = seen
    resize { $0.shrink(keeping: seen) }
  }

  /// Gives all memory back.
  func dropAll() {
    resize { $0.shrink(keeping: $0.end) }
  }

  private func resize(_ change: (inout OutputLog) -> Void) {
    let held = log.capacity
    change(&log)
    budget.book(log.capacity - held)
  }

  /// Memory that ``dropHistory()`` could give back, in bytes, about.
  var droppableHistory: Int { log.capacity - (log.end - seen) }
}
