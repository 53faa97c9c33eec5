// What a page had on its way when it was told that its input is not taken.

/// Tells input that was sent before the page knew from input that was sent after.
///
/// A WebSocket ping goes out with what the page is told, and its pong comes back behind all that
/// the page sent before it. What comes before the last pong is dropped, even where the page may
/// type again: to the page it is not typed, and it goes on behind what the server has.
struct InputFence {
  /// What begins the payload of such a ping.
  private static let mark: UInt8 = 0x66

  private var raised: UInt32 = 0
  private var lowered: UInt32 = 0

  /// Whether there is a pong to come.
  var isUp: Bool { raised != lowered }

  /// Raises it anew.
  ///
  /// - Returns: The payload of the ping.
  mutating func raise() -> [UInt8] {
    raised &+= 1
    return [Self.mark] + (0..<4).map { UInt8(truncatingIfNeeded: raised >> (8 * UInt32($0))) }
  }

  /// A pong has come: it answers its ping, and those before.
  mutating func answered(_ payload: [UInt8]) {
    guard payload.count == 5, payload[0] == Self.mark else { return }
    let number = payload.dropFirst().enumerated().reduce(UInt32(0)) {
      $0 | UInt32($1.element) << (8 * UInt32($1.offset))
    }
    // A page that makes one up may only be nearer to what is true.
    if number &- lowered <= raised &- lowered { lowered = number }
  }
}
