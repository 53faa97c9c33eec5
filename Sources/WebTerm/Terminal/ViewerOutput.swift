// How far one viewer is in a terminal's output.

import EventLoop

/// What was sent to a viewer, what is on its screen, how much may be on its way, which frame is
/// half out.
///
/// Nothing of it belongs to the terminal, and none of it to another viewer: each has one of these
/// over the same log.
struct ViewerOutput: ~Copyable {
  typealias Instant = MonotonicInstant

  /// Less than this, in bytes, is rather sent than skipped.
  static let littleSkipped = 65536

  /// How many of the bytes that it wanted are gone.
  let missed: Int
  /// The offset of the next output byte to be sent.
  private(set) var sent: Int
  /// Output before this offset is on the viewer's screen.
  private(set) var acknowledged: Int
  private(set) var window: FlowWindow
  /// Output bytes that its present frame still lacks.
  private(set) var unfinished = 0
  /// What makes the screen as it was before the next byte that it is sent.
  private(set) var painting = Painting()
  /// Which size the screen had from which byte on.
  private(set) var sizes: [(offset: Int, size: TerminalSize)]
  /// How much was skipped and is not told yet, in bytes.
  private(set) var skipped = 0
  private let ceiling: Int
  /// Sizes that the terminal had from later bytes on, and that the page is told there.
  private var laterSizes: [(offset: Int, size: TerminalSize)] = []
  /// Of more, the oldest ones count no more.
  private static let mostSizes = 16

  /// - Parameters:
  ///   - offset: The byte that it wants next; everything before it counts as acknowledged.
  ///   - missed: How many bytes before that are gone.
  ///   - sizes: Which size the screen had from which byte on.
  ///   - ceiling: The largest window, in bytes.
  ///   - now: When it begins.
  init(
    from offset: Int, missed: Int, sizes: [(offset: Int, size: TerminalSize)], ceiling: Int,
    now: Instant
  ) {
    self.missed = missed
    self.sizes = sizes
    self.ceiling = ceiling
    sent = offset
    acknowledged = offset
    window = FlowWindow(ceiling: ceiling, offset: offset, now: now)
  }

  /// How many bytes more its window allows to be produced.
  ///
  /// - Parameter end: The offset of the next byte to be produced.
  /// - Returns: That many.
  func allowance(beyond end: Int) -> Int { window.size - (end - acknowledged) }

  /// How much was not sent to it of what was produced before `end`, up to where the page is told
  /// another size.
  func unsent(of end: Int) -> Int { min(end, laterSizes.first?.offset ?? end) - sent }

  /// And how much of it the window allows.
  func unsentInWindow(of end: Int) -> Int {
    min(unsent(of: end), acknowledged + window.size - sent)
  }

  /// Whether it has processed all that it was sent.
  var isAllAcknowledged: Bool { acknowledged == sent }

  /// The terminal has another size from the byte at `offset` on.
  mutating func resize(to size: TerminalSize, at offset: Int) {
    if laterSizes.last?.offset == offset { laterSizes.removeLast() }
    if laterSizes.count == Self.mostSizes { laterSizes.removeFirst() }
    laterSizes.append((offset, size))
  }

  /// The size that is to be told before anything else is sent; nil where it is the same as before.
  mutating func takeSize() -> TerminalSize? {
    guard let next = laterSizes.first, next.offset <= sent else { return nil }
    return laterSizes.removeFirst().size
  }

  /// Its page is gone.
  mutating func letGo() {
    painting = Painting()
    unfinished = 0
    laterSizes = []
  }

  /// Bytes that its present frame still lacks, of a painting or of output: they must follow before
  /// anything else is said.
  var lacking: Int { painting.unfinished + unfinished }

  /// A screen is to be shown to it first.
  mutating func show(_ painting: consuming Painting) {
    self.painting = painting
  }

  /// The sizes were told.
  mutating func sizesAreTold() { sizes = [] }

  /// A frame of the painting begins.
  ///
  /// - Returns: How many bytes it takes.
  mutating func beginPainting() -> Int { painting.beginMessage() }

  /// Lends what a frame of the painting lacks, if there is one; what `write` reports as written is
  /// sent then.
  ///
  /// - Returns: False where there is none.
  mutating func paints(_ write: (RawSpan, RawSpan) -> Int) -> Bool {
    guard painting.unfinished > 0 else { return false }
    painting.lend(write)
    if painting.isOver { painting = Painting() }
    return true
  }

  /// A frame of output begins.
  ///
  /// - Parameter unsent: How many bytes there are for it.
  /// - Returns: How many it takes: no more than a page should take at a time.
  mutating func beginFrame(_ unsent: Int) -> Int {
    unfinished = min(unsent, window.longestMessage)
    return unfinished
  }

  /// So many bytes more of its frame are on their way, of those produced before `end`.
  mutating func send(_ count: Int, of end: Int, now: Instant) {
    sent += count
    unfinished -= count
    // Half a window: between two acknowledgements a flood does not fill all of it.
    let isLimited = (end - acknowledged) * 2 >= window.size
    window.sent(upTo: sent, isLimited: isLimited, now: now)
  }

  /// Everything before `offset` that was not sent never will be: `painting` makes the screen as it
  /// is there.
  mutating func skip(to offset: Int, painting: consuming Painting, now: Instant) {
    let unseen = sent - acknowledged
    skipped += offset - sent
    sent = offset
    // What is skipped does not count as being on its way.
    acknowledged = offset - unseen
    self.painting = painting
    window = FlowWindow(ceiling: ceiling, offset: acknowledged, now: now)
  }

  /// What was skipped is being told.
  mutating func skippedIsTold() { skipped = 0 }

  /// The screen has processed everything before `offset`.
  ///
  /// - Returns: False where that was never sent to it.
  mutating func acknowledge(_ offset: Int, now: Instant) -> Bool {
    guard offset <= sent else { return false }
    guard offset > acknowledged else { return true }
    acknowledged = offset
    window.acknowledged(offset, now: now)
    return true
  }
}
