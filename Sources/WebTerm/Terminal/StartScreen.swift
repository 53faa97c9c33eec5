// The screen as it was where a terminal's log begins.

import EventLoop

/// What has left the log, drawn: with it, a page that has nothing sees the same as one that was
/// there all the time.
///
///     ……………………………………┊█████████████████████
///     drawn on the screen  ┊ log
///
/// There is no screen before something leaves: until then the log itself is everything.
struct StartScreen {
  /// Sizes that are known apart; of more, the oldest ones count no more.
  private static let mostSizes = 64

  private enum State {
    /// Nothing has left.
    case empty
    /// Apart from what every terminal has: most never have one.
    case drawn(DrawnScreen)
    /// What left cannot be drawn any more.
    case lost
  }

  private var state = State.empty
  private let charset: String
  /// The size where the log begins.
  private var size: TerminalSize?
  /// From which byte on the screen had another one.
  private var later: [(offset: Int, size: TerminalSize)] = []

  /// - Parameter charset: The host's.
  init(charset: String) {
    self.charset = charset
  }

  /// From the byte at `offset` on the screen has that size.
  mutating func resize(at offset: Int, start: Int, to new: TerminalSize) {
    guard new != (later.last?.size ?? size) else { return }
    if case .empty = state, offset <= start {
      size = new
      return
    }
    if later.last?.offset == offset { later.removeLast() }
    if later.count == Self.mostSizes { later.removeFirst() }
    later.append((offset, new))
  }

  /// What leaves from now on is not drawn.
  mutating func giveUp() { state = .lost }

  /// The sizes from the log's start on.
  func sizes(from start: Int) -> [(offset: Int, size: TerminalSize)] {
    (size.map { [(start, $0)] } ?? []) + later
  }

  /// Draws bytes that leave the log, from its start on, as far as `budget` goes.
  ///
  /// - Returns: How many of them were. Where the budget is not spent, the rest is half of a
  ///   character.
  mutating func leave(_ bytes: RawSpan, from start: Int, _ budget: inout WorkBudget) -> Int {
    guard let screen = takeScreen() else {
      forgetSizes(before: start + bytes.byteCount)
      return bytes.byteCount
    }
    guard let taken = draw(bytes, from: start, on: screen, &budget) else {
      giveUp()
      forgetSizes(before: start + bytes.byteCount)
      return bytes.byteCount
    }
    forgetSizes(before: start + taken)
    return taken
  }

  /// Sizes that the screen had before `offset` are no later ones any more.
  private mutating func forgetSizes(before offset: Int) {
    while let next = later.first, next.offset <= offset {
      later.removeFirst()
      size = next.size
    }
  }

  /// Draws bytes from `start` on in the sizes that the screen had then, as far as `budget` goes.
  ///
  /// - Returns: How many; nil where one of the sizes is too large.
  func draw(
    _ bytes: RawSpan, from start: Int, on screen: DrawnScreen, _ budget: inout WorkBudget
  ) -> Int? {
    var offset = start
    var rest = bytes
    // What is behind a size's first byte was drawn in it already.
    var sizes = later[...].drop { $0.offset < start }
    while true {
      // All that count for the next byte are taken, whatever is left of the budget: that is one at
      // most.
      while let next = sizes.first, next.offset <= offset {
        sizes.removeFirst()
        guard screen.resize(to: next.size) else { return nil }
      }
      guard !rest.isEmpty, !budget.isSpent else { break }
      let count = min(rest.byteCount, sizes.first.map { $0.offset - offset } ?? .max)
      let taken = screen.draw(rest.extracting(first: count), &budget)
      offset += taken
      rest = rest.extracting(droppingFirst: taken)
      if taken < count { break }
    }
    return offset - start
  }

  /// The screen, which is there from now on; nil where it cannot be.
  private mutating func takeScreen() -> DrawnScreen? {
    switch state {
    case .lost: return nil
    case .drawn(let screen): return screen
    case .empty:
      guard let screen = size.flatMap({ DrawnScreen($0, charset: charset) }) else {
        giveUp()
        return nil
      }
      state = .drawn(screen)
      return screen
    }
  }

  /// Bytes in UTF-8 that make the screen in an emulator that has just been reset; none where
  /// nothing has left, or nothing is known of it.
  var painting: [UInt8] {
    guard case .drawn(let screen) = state else { return [] }
    return screen.painting
  }

  /// Another screen that shows the same, to be drawn on with what is in the log; nil where none is
  /// known.
  func copy() -> DrawnScreen? {
    switch state {
    case .lost: nil
    case .drawn(let screen): screen.copy()
    case .empty: size.flatMap { DrawnScreen($0, charset: charset) }
    }
  }

  /// Whether it is known, or will be as soon as something leaves.
  var mayPaint: Bool {
    if case .lost = state { return false }
    return !([size].compactMap(\.self) + later.map(\.size)).contains(where: DrawnScreen.isTooLarge)
  }

  /// Memory that it takes, in bytes, about.
  var capacity: Int {
    guard case .drawn(let screen) = state else { return 0 }
    return screen.capacity
  }

  /// Memory that it takes as soon as something leaves, beyond what it has, in bytes.
  var cost: Int {
    guard case .empty = state, let size else { return 0 }
    return DrawnScreen.cost(of: size)
  }
}
