// How many bytes may be on their way to the screen.

/// The window of one channel: output that was sent and is not acknowledged yet stays below it.
struct FlowWindow {
  /// In bytes.
  private(set) var size = 131_072
}
