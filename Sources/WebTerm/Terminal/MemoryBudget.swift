// How much memory all logs together may take.

/// Somebody who can give memory of logs back, and who knows who waits for it.
protocol MemoryPressureHandler: AnyObject {
  /// Drops history that was seen until at least `bytes` bytes are returned to the budget, or nothing
  /// more can be dropped.
  func relieve(_ bytes: Int)
  /// Whoever waits for memory may ask again.
  func memoryMayBeBack()
}

/// The bytes that the logs of all terminals may take (`limits.memory`).
///
/// Whoever is refused waits, and is told to ask again: when memory was given back, or when history was seen and so may
/// go.
final class MemoryBudget {
  /// The bound, in bytes.
  var limit: Int {
    didSet { lookAgain() }
  }
  /// What logs take now, in bytes.
  private(set) var used = 0
  /// Whether somebody waits.
  private(set) var isShort = false
  weak var handler: (any MemoryPressureHandler)?

  init(limit: Int) {
    self.limit = limit
  }

  /// Whether `bytes` more are there; where they are not, history of others goes first. Nothing is booked by it.
  func grants(_ bytes: Int) -> Bool {
    if used + bytes > limit { handler?.relieve(used + bytes - limit) }
    return used + bytes <= limit
  }

  /// Books what a log really takes more or, where that is negative, has given back. Only the logs' owners do it, where a
  /// log has changed.
  func book(_ change: Int) {
    used += change
    if change < 0 { lookAgain() }
  }

  /// Somebody was refused and waits.
  func wait() {
    isShort = true
  }

  /// Output was seen: it is history now, which may go.
  func historyGrew() {
    lookAgain()
  }

  private func lookAgain() {
    guard isShort else { return }
    isShort = false
    handler?.memoryMayBeBack()
  }
}
