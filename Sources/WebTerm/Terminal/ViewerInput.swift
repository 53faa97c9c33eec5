// How much one viewer has typed, and may type.

/// One viewer's input, counted from what had been typed in its terminal when it came first.
///
/// The room is the terminal's, and only the typist has any. It may be taken back while input is on
/// its way; what was granted once is remembered, so that such input is no mistake of the page's.
struct ViewerInput {
  /// What becomes of a piece of input.
  enum Verdict: Equatable {
    case fits
    /// There was room for it when it was sent.
    case roomWasTaken
    /// There never was room for it.
    case beyondRoom
  }

  /// Room that is back is worth a message of its own from this many bytes on.
  private static let worthTelling = InputQueue.capacity / 4

  /// Input bytes of this viewer's that have come, from where it began.
  private(set) var received: Int
  /// The offset up to which it was told last that it may send.
  private var told: Int
  /// The highest such offset that it was ever told.
  private var promised: Int

  /// - Parameter start: All input of the terminal so far.
  init(from start: Int) {
    received = start
    told = start
    promised = start
  }

  /// Judges a piece of input of so many bytes, where there is room for so many.
  func judge(_ count: Int, room: Int) -> Verdict {
    if count <= room { return .fits }
    return received + count <= promised ? .roomWasTaken : .beyondRoom
  }

  /// A piece of input was taken.
  mutating func take(_ count: Int) {
    received += count
    promised = max(promised, received)
  }

  /// Whether so much room has come back since the last telling that it should be told unasked.
  func shouldTell(room: Int) -> Bool { received + room - told >= Self.worthTelling }

  /// The viewer is being told its room.
  mutating func roomIsTold(_ room: Int) {
    told = received + room
    promised = max(promised, told)
  }
}
