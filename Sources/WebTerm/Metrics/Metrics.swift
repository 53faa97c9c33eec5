// What is counted.

/// Counters of this process.
struct Metrics {
  var connectionsAccepted = 0
  var acceptFailures = 0
  var requests = 0
  var terminalsOpened = 0
  /// Bytes of terminals that have ended; those of live ones are added when they are asked for.
  var output = 0
  var input = 0
  /// What was refused, by reason.
  private(set) var refused: [String: Int] = [:]

  mutating func refuse(_ reason: String) {
    refused[reason, default: 0] += 1
  }
}
