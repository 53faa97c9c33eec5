// Who types at a terminal: all rules by which the keyboard changes hands. No time-out is among
// them.

import EventLoop

/// The keyboard of one terminal: at most one of its viewers has it.
///
/// A viewer is known here from its first `join` to its `gone`, whether its channel is there or not:
/// the typist keeps the keyboard while its channel is away. Each call returns what is to be told to
/// whom; what it returns for a viewer whose channel is away is not told, since the next `welcome`
/// says it.
struct Keyboard {
  /// What is to be told.
  enum Effect: Equatable {
    /// To a viewer: its role, and through which viewer it is so. Nil where no viewer's deed was the
    /// cause.
    case role(viewer: Int, Role, by: Int?)
    /// To the typist: a viewer asks for the keyboard.
    case asked(viewer: Int)
    /// To a viewer that has asked: not now.
    case denied(viewer: Int)
  }

  private struct Viewer {
    var standing: Standing
    /// When the typist was last told that it asks; nil where it does not.
    var asked: MonotonicInstant?
  }

  /// A viewer that asks again and again is heard so often: it could fill the typist's channel.
  static let askAgain: Duration = .seconds(1)

  /// The typist; nil where there is none.
  private(set) var typist: Int?
  /// How often another viewer than the one before has come to type.
  private(set) var turn = 0
  /// Through which viewer the keyboard last changed hands; nil where no viewer's deed was the
  /// cause.
  private(set) var changedBy: Int?
  /// Who typed last, though perhaps no more.
  private var lastTypist: Int?
  private var viewers: [Int: Viewer] = [:]

  // MARK: Questions

  /// The role of a viewer. A viewer that is not known here watches.
  func role(of viewer: Int) -> Role { viewer == typist ? .type : .watch }

  /// By what right a viewer is here; nil where it is not known.
  func standing(of viewer: Int) -> Standing? { viewers[viewer]?.standing }

  /// What tells a viewer its role as it is: the answer to input of a watcher, too.
  func answer(_ viewer: Int) -> Effect {
    .role(viewer: viewer, role(of: viewer), by: changedBy)
  }

  // MARK: Coming and going

  /// A viewer that has not been here before. Its own role is told by its `welcome`, and is not
  /// among the effects.
  ///
  /// - Parameters:
  ///   - viewer: Its number, never given before.
  ///   - standing: By what right it is here.
  ///   - wish: What it would like to be.
  ///   - now: The time.
  /// - Returns: What others are to be told, and itself after its `welcome`.
  mutating func join(
    _ viewer: Int, as standing: Standing, wish: Role, now: MonotonicInstant
  ) -> [Effect] {
    viewers[viewer] = Viewer(standing: standing)
    guard wish == .type, standing.mayType else { return [] }
    guard typist == nil || standing == .owner else { return [] }
    let former = typist
    _ = pass(to: viewer, by: viewer)
    return (former.map { [answer($0)] } ?? []) + tellAsking(now)
  }

  /// A viewer's channel is back, or takes the place of an older one of its own: it is what it was.
  /// A typist hears again who asks.
  ///
  /// - Returns: What the typist is to be told after its `welcome`.
  mutating func comeBack(_ viewer: Int, now: MonotonicInstant) -> [Effect] {
    viewer == typist ? tellAsking(now) : []
  }

  /// A viewer will not come back: its number is over. There is no typist then, if it was that.
  mutating func gone(_ viewer: Int) {
    viewers[viewer] = nil
    guard viewer == typist else { return }
    free(by: nil)
  }

  /// By another right than before, since the configuration has changed.
  ///
  /// - Returns: What the viewer is to be told: a typist that may type no more watches.
  mutating func judge(_ viewer: Int, as standing: Standing) -> [Effect] {
    guard viewers[viewer] != nil else { return [] }
    viewers[viewer]?.standing = standing
    guard !standing.mayType else { return [] }
    viewers[viewer]?.asked = nil
    guard viewer == typist else { return [] }
    free(by: nil)
    return [answer(viewer)]
  }

  // MARK: Changing hands

  /// A viewer asks for the keyboard. Where there is no typist, asking is taking.
  mutating func control(by viewer: Int, now: MonotonicInstant) -> [Effect] {
    guard viewer != typist, let asker = viewers[viewer], asker.standing.mayType else {
      return [answer(viewer)]
    }
    guard typist != nil else { return pass(to: viewer, by: viewer) }
    if let asked = asker.asked, now - asked < Self.askAgain { return [] }
    viewers[viewer]?.asked = now
    return [.asked(viewer: viewer)]
  }

  /// A viewer takes the keyboard, by its right; where there is no typist, like any other that may
  /// type.
  mutating func force(by viewer: Int, now: MonotonicInstant) -> [Effect] {
    guard viewer != typist, let standing = standing(of: viewer),
      standing.mayForce || standing.mayType && typist == nil
    else { return [answer(viewer)] }
    return pass(to: viewer, by: viewer) + tellAsking(now)
  }

  /// The typist hands over to a viewer; to one that may only watch, or is not here, nothing
  /// changes.
  mutating func give(by viewer: Int, to taker: Int, now: MonotonicInstant) -> [Effect] {
    guard viewer == typist else { return [answer(viewer)] }
    guard taker != viewer, standing(of: taker)?.mayType == true else { return [] }
    return pass(to: taker, by: viewer) + tellAsking(now)
  }

  /// The typist says "not now" to a viewer that asks.
  mutating func deny(by viewer: Int, to asker: Int) -> [Effect] {
    guard viewer == typist else { return [answer(viewer)] }
    guard viewers[asker]?.asked != nil else { return [] }
    viewers[asker]?.asked = nil
    return [.denied(viewer: asker)]
  }

  /// The typist types no more: there is none, until a viewer asks.
  mutating func release(by viewer: Int) -> [Effect] {
    guard viewer == typist else {
      viewers[viewer]?.asked = nil
      return [answer(viewer)]
    }
    free(by: viewer)
    return [answer(viewer)]
  }

  private mutating func pass(to taker: Int, by viewer: Int) -> [Effect] {
    let former = typist
    typist = taker
    viewers[taker]?.asked = nil
    if let lastTypist, lastTypist != taker { turn += 1 }
    lastTypist = taker
    changedBy = viewer
    return [former, taker].compactMap { $0.map { answer($0) } }
  }

  /// There is no typist, and none is asked any more.
  private mutating func free(by viewer: Int?) {
    typist = nil
    changedBy = viewer
    for number in viewers.keys { viewers[number]?.asked = nil }
  }

  /// What another typist than the one who was asked is to be told: who still asks, the first
  /// viewers first.
  private mutating func tellAsking(_ now: MonotonicInstant) -> [Effect] {
    let asking = viewers.filter { $0.value.asked != nil }.keys.sorted()
    for number in asking { viewers[number]?.asked = now }
    return asking.map { .asked(viewer: $0) }
  }
}
