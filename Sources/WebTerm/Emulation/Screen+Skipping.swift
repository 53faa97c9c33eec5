// Lines that scroll away before anybody sees them.

extension Screen {
  /// With less than this to come, in bytes, nothing is looked for.
  private static let leastSkipped = 2048
  /// With less work left than this nothing is looked for: to look through all that has come may
  /// cost as much.
  static let leastToSkip = 200_000
  /// Where ordinary output ended soon, the next is not looked for so soon, in bytes.
  private static let pause = 1024
  /// More sequences without a reset of the rendition are rather drawn.
  private static let mostSequences = 256

  /// Where so much ordinary output comes that the whole screen is new at its end, only that end is
  /// drawn.
  ///
  /// The rest has left what outlives a screen: the rendition, a title, a link, and a saved cursor
  /// that has gone off the screen. What it began with is taken from its last line feed on, where
  /// the cursor is known to stand in the first column of the last row; all rows of that moment
  /// scroll away before the output ends.
  ///
  /// - Parameters:
  ///   - bytes: What has come.
  ///   - start: Where to begin.
  ///   - next: From where on it is worth to ask again.
  /// - Returns: Where to go on.
  mutating func skipUnseen(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, _ next: inout Int
  ) -> Int {
    next = start + Self.pause
    guard bytes.count - start >= Self.leastSkipped, isPlainScroller else { return start }
    let (end, sequences, hasCommands) = OrdinaryOutput.end(bytes, from: start)
    spend((end - start) / 16 + sequences * 4)
    next = end + (end - start < Self.pause ? Self.pause : 0)
    guard end - start >= Self.leastSkipped, let place = lastScreen(bytes, start, end),
      scrollsAway(bytes, start, place),
      let kept = lasting(bytes, start, place, hasCommands: hasCommands)
    else { return start }
    for sequence in kept.reversed() { takeSequence(bytes, sequence) }
    active.x = 0
    active.y = rows - 1
    if !isAlternate { active.saved.y = min(active.saved.y, -1) }
    former = .none
    isRun = false
    return place
  }

  /// Whether a line feed at the bottom moves everything up, and characters do nothing but stand
  /// where they were put.
  private var isPlainScroller: Bool {
    active.top == 0 && active.bottom == rows - 1 && modes.wraparound && !modes.insert
      && !modes.reverseWraparound && graphicSets.areStandard
  }

  /// Behind a line break after which a whole screen of lines follows; nil where there is none.
  private func lastScreen(
    _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int
  ) -> Int? {
    var left = rows + 1
    var index = end
    while let feed = PlainText.last(10, in: bytes, from: start + 1, to: index) {
      index = feed
      left -= 1
      guard left <= 0 else { continue }
      if modes.newLine || bytes[index - 1] == 13 { return index + 1 }
      // Without a carriage return the column is not known; a few lines further back one may be.
      if left < -8 { return nil }
    }
    return nil
  }

  /// Whether so many lines end between two places that the cursor is in the last row then, and a
  /// saved one gone.
  private func scrollsAway(
    _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int
  ) -> Bool {
    var left = rows - active.y + (isAlternate ? 0 : max(0, active.saved.y))
    var index = start
    while left > 0 {
      index = PlainText.first(10, in: bytes, from: index, to: end) + 1
      if index > end { return false }
      left -= 1
    }
    return true
  }

  /// Where the sequences begin that a later one does not undo, the last one first; nil where they
  /// are too many.
  private func lasting(
    _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, hasCommands: Bool
  ) -> [Int]? {
    var kept: [Int] = []
    var (needsRendition, needsTitle, needsLink) = (true, hasCommands, hasCommands)
    var index = end
    while needsRendition || needsTitle || needsLink,
      let next = PlainText.last(0x1b, in: bytes, from: start, to: index)
    {
      index = next
      switch bytes[index + 1] {
      case UInt8(ascii: "["):
        guard needsRendition, isRendition(bytes, index) else { continue }
        kept.append(index)
        let first = bytes[index + 2]
        let second = bytes[index + 3]
        needsRendition =
          !(first == UInt8(ascii: "m")
          || (first == UInt8(ascii: "0")
            && (second == UInt8(ascii: "m") || second == UInt8(ascii: ";"))))
      case UInt8(ascii: "]"):
        switch OrdinaryOutput.kind(bytes, index + 2) {
        case .title where needsTitle:
          needsTitle = false
          kept.append(index)
        case .link where needsLink:
          needsLink = false
          kept.append(index)
        default: break
        }
      default: break
      }
      if kept.count > Self.mostSequences { return nil }
    }
    return kept
  }

  /// Whether the control sequence that begins there is SGR. It is all there: ordinary output was
  /// looked through.
  private func isRendition(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Bool {
    var index = start + 2
    while bytes[index] &- 0x30 < 12 { index += 1 }
    return bytes[index] == UInt8(ascii: "m")
  }

  /// Takes in one sequence, as far as it goes.
  private mutating func takeSequence(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) {
    var index = start
    repeat {
      takeByte(bytes[index])
      index += 1
    } while !parser.isGround
  }
}
