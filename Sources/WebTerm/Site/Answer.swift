// What comes of a request.

/// An answer to a request.
enum Answer {
  case response(Response)
  /// A channel: the connection speaks WebSocket from now on.
  case upgrade(ChannelGate.Upgrade)
  /// The answer is made on another thread, or in later turns.
  case pending(Pending)

  /// What comes later. It tells how the answer is made, perhaps at once, and is not told whether
  /// that is still wanted: an answer is made only where its connection still waits for it.
  ///
  /// - Returns: What is called when the connection does not wait any more; nil where that makes no
  ///   difference.
  typealias Pending = (_ done: @escaping (() -> Answer) -> Void) -> (() -> Void)?
}
