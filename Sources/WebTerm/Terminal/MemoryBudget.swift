// How much memory all logs together may take.

/// Somebody who can give memory of logs back.
protocol MemoryPressureHandler: AnyObject {
  /// Drops history that was seen until at least `bytes` bytes are returned to the budget, or nothing
  /// more can be dropped.
  func relieve(_ bytes: Int)
}

/// The bytes that the logs of all terminals may take (`limits.memory`).
final class MemoryBudget {
  /// The bound, in bytes.
  var limit: Int
  /// What logs take now, in bytes.
  private(set) var used = 0
  weak var handler: (any MemoryPressureHandler)?

  init(limit: Int) {
    self.limit = limit
  }

  /// Asks for `bytes` more. Where they are not there, history of others goes first.
  func grants(_ bytes: Int) -> Bool {
    if used + bytes > limit { handler?.relieve(used + bytes - limit) }
    guard used + bytes <= limit else { return false }
    used += bytes
    return true
  }

  /// Accounts for a log that took `old` bytes and takes `new` now, without asking.
  func changed(from old: Int, to new: Int) {
    used += new - old
  }
}
