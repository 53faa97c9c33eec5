// Handlers that wait for a turn's end.

/// What is put off to the turn's end.
struct TurnEndQueue {
  private var handlers: [any TurnEndHandler] = []
  // Two arrays take turns, so that no turn allocates one.
  private var spare: [any TurnEndHandler] = []

  mutating func append(_ handler: any TurnEndHandler) {
    handlers.append(handler)
  }

  /// All that wait, in order.
  mutating func takeAll() -> [any TurnEndHandler] {
    let taken = handlers
    handlers = spare
    spare = []
    return taken
  }

  /// Takes back those of a turn that have not been heard, to be heard first in the next one; mostly
  /// there is none, and the array's memory is used again.
  mutating func giveBack(_ rest: [any TurnEndHandler]) {
    guard !rest.isEmpty else {
      spare = rest
      return
    }
    handlers = rest + handlers
  }
}
