// What is counted.

/// Counters of this process. It listens to the terminals; the rest is counted where it happens.
final class Metrics: TerminalListener {
  var connectionsAccepted = 0
  var acceptFailures = 0
  var requests = 0
  private(set) var terminalsOpened = 0
  /// Bytes of terminals that have ended; those of live ones are added when they are asked for.
  private(set) var output = 0
  private(set) var input = 0
  /// What was refused, by reason.
  private(set) var refused: [String: Int] = [:]

  func refuse(_ reason: String) {
    refused[reason, default: 0] += 1
  }

  func heard(_ event: TerminalEvent, of terminal: Terminal) {
    switch event {
    case .opened: terminalsOpened += 1
    case .attached, .detached, .types, .noted, .broke, .sending, .line, .alarm: break
    case .over:
      output += terminal.relay.produced
      input += terminal.relay.received
    }
  }
}
