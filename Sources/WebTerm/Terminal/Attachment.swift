// One viewer's place in a terminal's output.

import EventLoop

/// How far a viewer is: what was sent to it, what is on its screen, how much may be on its way.
///
/// Nothing of it belongs to the terminal: a take-over is the assignment of another one. When its observer has left, it
/// still says what of the output somebody has seen.
struct Attachment {
  typealias Instant = MonotonicInstant

  /// Who is told of news; kept until it leaves, and it leaves when its connection closes.
  private(set) var observer: (any TerminalObserver)?
  /// The offset of the next output byte to be sent.
  private(set) var sent: Int
  /// Output before this offset is on the viewer's screen.
  private(set) var acknowledged: Int
  private(set) var window: FlowWindow

  /// - Parameters:
  ///   - observer: The viewer; nil for nobody yet.
  ///   - offset: The byte that it wants next; everything before it counts as seen.
  ///   - ceiling: The largest window, in bytes.
  ///   - now: When it begins.
  init(_ observer: (any TerminalObserver)?, from offset: Int, ceiling: Int, now: Instant) {
    self.observer = observer
    sent = offset
    acknowledged = offset
    window = FlowWindow(ceiling: ceiling, offset: offset, now: now)
  }

  /// How many bytes more its window allows to be produced.
  ///
  /// - Parameter end: The offset of the next byte to be produced.
  /// - Returns: That many; without a viewer there is no such bound.
  func allowance(beyond end: Int) -> Int {
    observer == nil ? .max : window.size - (end - acknowledged)
  }

  /// So many bytes more are on their way, of those produced before `end`.
  mutating func send(_ count: Int, of end: Int, now: Instant) {
    sent += count
    // Half a window: between two acknowledgements a flood does not fill all of it.
    let isLimited = (end - acknowledged) * 2 >= window.size
    window.sent(upTo: sent, isLimited: isLimited, now: now)
  }

  /// The screen has processed everything before `offset`, which is beyond what it had, and was sent.
  mutating func acknowledge(_ offset: Int, now: Instant) {
    acknowledged = offset
    window.acknowledged(offset, now: now)
  }

  /// The viewer is gone.
  mutating func leave() {
    observer = nil
  }
}
