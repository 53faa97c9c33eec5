// What a scenario found out, in the form in which it is printed, stored and compared.

/// One figure beside its floor in the same run.
struct Finding: Codable {
  /// What a smaller figure means.
  enum Better: String, Codable {
    case lower
    case higher
  }

  /// Such as "echo, 1 terminal, median".
  let name: String
  let unit: String
  let better: Better
  /// The server's figure.
  let value: Double
  /// What the floor is, such as "C relay"; nil for a figure without one.
  var floorName: String?
  /// The floor's figure in the same run.
  var floor: Double?
  /// What ``ratio`` (or the figure itself, where there is no floor) must not pass.
  var bar: Double?

  /// The server's figure as a multiple of the floor's.
  var ratio: Double? {
    guard let floor, floor > 0 else { return nil }
    return value / floor
  }

  /// Whether the bar is reached; nil where there is none.
  var isReached: Bool? {
    guard let bar else { return nil }
    let measured = ratio ?? value
    return better == .lower ? measured <= bar : measured >= bar
  }
}
