// What is known of a line: whether it is up, since when, and why not.

/// The state of a line to which a console leads.
struct LineStatus: Equatable, Sendable {
  var isUp = false
  /// Since when it is so, in Unix seconds.
  var since: Int
  /// Why it is down, in a sentence; nil where it is up, and before it was tried.
  var reason: String?
  /// When it has said something last, in Unix seconds; nil where it never has.
  var lastOutput: Int?
  /// Whether it ends as soon as it is up, and is tried seldom.
  var isResting = false

  /// What a page is told of it, as JSON.
  var fields: [(String, JSONText)] {
    [("up", .boolean(isUp)), ("since", .number(since))]
      + (reason.map { [("why", .string($0))] } ?? [])
      + (lastOutput.map { [("last", .number($0))] } ?? [])
  }

  /// What a viewer is told where it is down; nil where it is up.
  var notice: String? {
    guard !isUp else { return nil }
    let next =
      isResting
      ? "It has ended at once several times and is tried every 10 minutes, and now."
      : "It is opened again by itself; what is typed until then goes nowhere."
    return "The line is down\(reason.map { ": \($0)" } ?? ".") \(next)"
  }
}
