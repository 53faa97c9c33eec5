// When a viewer is told of output: at once as a rule, a flood in larger pieces.

/// What of the output the viewer has not been told.
///
/// A flood's next read follows soon: sending every one by itself would cost a system call on each
/// side for 4 KB. So it is told when enough has come, or when a turn brought nothing more.
struct Gathering {
  /// A read that brings at least this is taken as part of a flood, in bytes.
  static let floodRead = 2048
  /// What is gathered at most before the viewer hears of it, in bytes.
  private static let limit = 32768

  /// What is to be done now.
  enum Action {
    case tell
    /// Ask again at the turn's end.
    case putOff
    /// It is asked for already.
    case wait
  }

  private enum State {
    case none
    /// This turn brought some.
    case growing
    /// This turn has brought nothing yet: its end tells the viewer.
    case waiting
  }

  private var state = State.none

  /// A read has brought so many bytes.
  mutating func take(_ count: Int) -> Action {
    let isFlood = count >= Self.floodRead
    switch state {
    case .none where isFlood:
      state = .growing
      return .putOff
    case .none:
      return .tell
    case .growing, .waiting:
      state = isFlood ? .growing : .waiting
      return .wait
    }
  }

  /// The turn ends, with so many bytes unsent.
  mutating func turnEnds(unsent: Int) -> Action {
    if state == .growing, unsent < Self.limit {
      state = .waiting
      return .putOff
    }
    state = .none
    return .tell
  }
}
