// What a host has said: the log, and what memory it takes. How far each reader is in it is
// Readers'.

import EventLoop

/// A terminal's output on its way from the remote to its viewers.
///
///     remote ──read──▶ log ──lend──▶ viewers
///                       │ oldest     ▲ what may leave: Readers
///                       ▼
///                 start screen
///
/// This is the one place that decides about a terminal's memory: when the log grows, what it gives
/// back, and when it must wait for the budget. It is a class, since the budget may take back what
/// this one has while this one asks.
final class TerminalOutput {
  /// The most that one read asks for, in bytes. A pty gives 4 KB at a time; where others wait, a
  /// turn has one read of each.
  private static let longestRead = 65536
  /// What the log may take above its history, in bytes: what is on its way needs a place.
  private static let logMargin = 65536
  /// With less room than this, in bytes, the oldest output leaves: a pty gives no more at a time.
  private static let leastFree = 4096
  /// No more than this leaves at a time, in bytes.
  private static let piece = 65536
  /// And no more than this where that is dear to draw: what a pty gives at a time. Drawn between
  /// two reads, it leaves the host's program time to write what comes next.
  private static let dearPiece = 4096
  /// What is drawn, and not skipped, costs more than this by the byte, in units of ``WorkBudget``.
  private static let dear = 3
  /// So many small pieces leave before a large one is tried, of which most may be skipped.
  private static let dearPieces = 128

  private var log: OutputLog
  private var startScreen: StartScreen
  /// How many small pieces leave before a large one is tried.
  private var dearLeft = 0
  private let budget: MemoryBudget
  private let readers: Readers
  /// Reads what comes, beside the viewers.
  var listener: (any OutputListener)?
  /// The highest offset that was ever sent to a page that answers the host's questions.
  private(set) var highestSent = 0
  /// How the host says C1 controls.
  let controls: QuestionScanner.Controls
  /// Which set the host's text is in where the log begins, where its character set has such.
  private(set) var shift: ShiftState?
  /// Whether the budget has refused memory without which nothing can be read.
  private(set) var waitsForMemory = false

  /// - Parameters:
  ///   - history: Bytes to be kept of output that no reader needs.
  ///   - charset: The host's.
  ///   - readers: Who reads it.
  ///   - budget: Whose memory it is.
  init(history: Int, charset: String, readers: Readers, budget: MemoryBudget) {
    self.readers = readers
    log = OutputLog(limit: history + Self.logMargin)
    startScreen = StartScreen(charset: charset)
    controls =
      charset == "utf-8" ? .utf8 : charset.hasPrefix("iso-8859") ? .bytes : .onlyEscaped
    if ShiftState.isNeeded(for: charset) { shift = ShiftState() }
    self.budget = budget
  }

  /// Whether the host's character set has states in which a page cannot begin to decode.
  var isShifted: Bool { shift != nil }

  /// The offset of the oldest byte that is there.
  var start: Int { log.start }

  /// Output bytes that the remote has produced.
  var produced: Int { log.end }

  /// The most bytes that are ever there.
  var limit: Int { log.limit }

  /// Whether there is a place for more, or may be.
  var mayTakeMore: Bool { room > 0 || (log.nextCapacity != nil && !waitsForMemory) }

  /// Output before this offset is history, which may go.
  private var kept: Int { readers.demand(produced: log.end).kept }

  private var room: Int { log.room(keepingFrom: kept) }

  /// Reads once from a remote. Never where there is no room: nothing read must not look like
  /// nothing there.
  ///
  /// - Returns: How many bytes it brought.
  func read(from remote: any Remote, atMost most: Int) -> Int {
    let most = min(Self.longestRead, most)
    if log.isFull || (log.nextCapacity == nil && log.free < Self.leastFree) { makeWay() }
    let count = log.append(atMost: most) { remote.read(into: &$0) }
    // What one read brings lies in one piece.
    if let listener, count > 0 {
      log.lend(log.end - count..<log.end) { bytes, _ in listener.terminalSaid(bytes) }
    }
    return count
  }

  /// The oldest output leaves the log where no reader needs it.
  private func makeWay() {
    let kept = kept
    // Where there is no memory for a screen, what leaves is not drawn.
    let cost = startScreen.cost
    if cost > 0, kept > log.start, !budget.grants(cost) { startScreen.giveUp() }
    let piece = dearLeft > 0 ? Self.dearPiece : Self.piece
    if dearLeft > 0 { dearLeft -= 1 }
    leave(before: min(kept, log.start + min(piece, max(1, log.capacity / 4))))
  }

  /// Output before `offset` leaves, as far as this turn's share of drawing goes.
  private func leave(before offset: Int) {
    guard log.start < offset else { return }
    readers.leaves(before: offset)
    let held = startScreen.capacity
    var hasLeft = false
    budget.drawing.deal { work in
      repeat {
        let (start, before) = (log.start, work.left)
        let most = min(offset, start + Self.piece)
        guard let end = plainPlace(before: most) ?? (hasLeft ? nil : most) else { break }
        var count = log.lend(start..<end) { first, second in
          Self.joined(first, second) { startScreen.leave($0, from: start, &work) }
        }
        // Half a character stays, unless it is all that there is.
        if count == 0, !work.isSpent { count = 1 }
        if count > Self.dearPiece, before - work.left > count * Self.dear {
          dearLeft = Self.dearPieces
        }
        count = leaveOn(from: start, count, to: end)
        if shift != nil {
          log.lend(start..<start + count) { first, second in
            _ = shift?.take(first)
            _ = shift?.take(second)
          }
        }
        log.drop(before: start + count)
        hasLeft = true
      } while log.start < offset && !work.isSpent
    }
    budget.book(startScreen.capacity - held)
  }

  /// Where a share of drawing is spent between two places at which a page can begin to decode, what
  /// is left up to the second of them leaves, too.
  ///
  /// - Returns: How many bytes from `start` on have left, of which `count` had before.
  private func leaveOn(from start: Int, _ count: Int, to end: Int) -> Int {
    guard count > 0, start + count < end, var shift else { return count }
    var target = count
    log.lend(start..<min(end, start + count + Self.longestShift)) { first, second in
      Self.joined(first, second) { bytes in
        _ = shift.take(bytes.extracting(first: count))
        bytes.withUnsafeBytes { bytes in
          while !shift.isPlain, target < bytes.count {
            shift.take(bytes[target])
            target += 1
          }
        }
      }
    }
    guard shift.isPlain else { return count }
    var count = count
    while count < target {
      var work = WorkBudget(Self.shiftWork)
      let more = log.lend(start + count..<start + target) { first, second in
        Self.joined(first, second) { startScreen.leave($0, from: start + count, &work) }
      }
      guard more > 0 else { break }
      count += more
    }
    return count
  }

  /// How far such a place is looked for, in bytes: a text in ISO-2022-JP is plain at the end of
  /// each line.
  private static let longestShift = 1024
  /// What the rest of a line may cost at a time, in units of ``WorkBudget``.
  private static let shiftWork = 20_000

  /// The last place up to `offset` at which a page can begin to decode; nil where there is none
  /// behind the log's start.
  private func plainPlace(before offset: Int) -> Int? {
    guard var shift else { return offset }
    let start = log.start
    let count = log.lend(start..<offset) { first, second in
      Self.joined(first, second) { shift.take($0) }
    }
    return count.map { start + $0 }
  }

  /// Lends both pieces as one.
  private static func joined<Result>(
    _ first: RawSpan, _ second: RawSpan, _ body: (RawSpan) -> Result
  ) -> Result {
    guard !second.isEmpty else { return body(first) }
    let bytes = first.withUnsafeBytes(Array.init) + second.withUnsafeBytes(Array.init)
    return body(bytes.span.bytes)
  }

  // MARK: The screen

  /// The screen has another size from now on.
  func resize(to size: TerminalSize) {
    startScreen.resize(at: log.end, start: log.start, to: size)
  }

  /// What makes the screen where the log begins; nothing where nothing has left it.
  var startPainting: [UInt8] { startScreen.painting }

  /// Which size the screen had from which byte on.
  var sizes: [(offset: Int, size: TerminalSize)] { startScreen.sizes(from: log.start) }

  /// Whether it is known what the screen looks like.
  var mayPaint: Bool { startScreen.mayPaint }

  /// Another screen like the one where the log begins; nil where that is not known.
  func copyStartScreen() -> DrawnScreen? { startScreen.copy() }

  /// Draws the log's bytes of a range on a screen, as far as `work` goes.
  ///
  /// - Returns: Before which offset it is drawn; nil where the screen has become too large
  ///   meanwhile.
  func draw(
    from offset: Int, to end: Int, on screen: DrawnScreen, _ work: inout WorkBudget
  ) -> Int? {
    let end = min(end, offset + Self.piece)
    let count = log.lend(offset..<end) { first, second in
      Self.joined(first, second) { startScreen.draw($0, from: offset, on: screen, &work) }
    }
    return count.map { offset + $0 }
  }

  /// Lends `count` bytes from `offset` on; what `write` reports as written is sent then.
  ///
  /// - Returns: How many were.
  func lend(
    _ count: Int, from offset: Int, _ write: (RawSpan, RawSpan) -> Int
  ) -> Int {
    log.lend(offset..<(offset + count), write)
  }

  /// What is before `offset` was sent to a page that answers.
  func sentToTypist(upTo offset: Int) {
    highestSent = max(highestSent, offset)
  }

  /// Lends all there is from `offset` on, in two pieces.
  func withOutput(
    from offset: Int, _ body: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>) -> Void
  ) {
    log.lend(offset..<log.end) { first, second in
      first.withUnsafeBytes { first in
        second.withUnsafeBytes { second in
          body(first.bindMemory(to: UInt8.self), second.bindMemory(to: UInt8.self))
        }
      }
    }
  }

  // MARK: Memory

  /// A full log grows where it may. Where it may not, history makes room; without any, it waits.
  ///
  /// - Returns: False where it waits from now on.
  func makeRoom() -> Bool {
    guard log.isFull, let next = log.nextCapacity else { return true }
    // Asking comes first: what the budget takes back for it may be all that this log itself had. A
    // terminal without any memory could never show why: the first piece is granted anyway.
    if budget.grants(next - log.capacity) || log.capacity == 0 {
      resize { $0.grow() }
    } else if room == 0 {
      waitsForMemory = true
      return false
    }
    waitsForMemory = false
    return true
  }

  /// Gives back the memory of history, as far as this turn's share of drawing goes.
  ///
  /// - Returns: False where it must be asked again, in a later turn.
  func dropHistory() -> Bool {
    leave(before: kept)
    if kept > log.start { return false }
    let start = log.start
    resize { $0.shrink(keeping: start) }
    return true
  }

  /// Gives all memory back.
  func dropAll() {
    budget.book(-startScreen.capacity)
    startScreen = StartScreen(charset: "utf-8")
    resize { $0.shrink(keeping: $0.end) }
  }

  private func resize(_ change: (inout OutputLog) -> Void) {
    let held = log.capacity
    change(&log)
    budget.book(log.capacity - held)
  }

  /// Memory that ``dropHistory()`` could give back, in bytes, about.
  var droppableHistory: Int { log.capacity - (log.end - kept) - startScreen.cost }
}
