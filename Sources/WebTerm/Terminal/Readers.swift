// Who reads a terminal's output, and what that asks of the log.

import EventLoop

/// All that read one terminal's output, each at an offset of its own over the one log.
///
/// ``demand(produced:)`` decides, from all of them, how far the remote may be read and what may
/// leave the log:
///
///     ──────────██████████████████████████████████░░░░░░░░░░──
///         may leave │ needed               produced │ allowance
///
/// - One viewer holds the program back: its window bounds what is produced, and what it has not
///   acknowledged stays.
/// - While that one is being skipped, it holds nothing back: what it will not be sent may leave.
/// - While there is no viewer, the one that left last will come back to what it has not
///   acknowledged: the log alone is the bound.
final class Readers {
  /// What all of them together ask for.
  struct Demand {
    /// How many bytes may be produced now.
    let allowance: Int
    /// Output before this offset may leave the log.
    let kept: Int
  }

  /// Those that look now.
  private(set) var viewers: [Viewer] = []
  /// The one that holds the program back; without a viewer, the one that left last.
  private var holder: Viewer?

  /// What is asked of the log that ends at `end`.
  func demand(produced end: Int) -> Demand {
    guard let holder else { return Demand(allowance: .max, kept: 0) }
    let kept = max(holder.skipping ?? 0, holder.output.acknowledged)
    guard !viewers.isEmpty, holder.skipping == nil else {
      return Demand(allowance: .max, kept: kept)
    }
    return Demand(allowance: holder.output.allowance(beyond: end), kept: kept)
  }

  /// The viewer that holds the program back, where it looks.
  var pacing: Viewer? { viewers.isEmpty ? nil : holder }

  /// Output bytes that the most advanced viewer was not sent yet.
  func unsent(of end: Int) -> Int {
    guard let first = viewers.first else { return 0 }
    return viewers.dropFirst().reduce(end - first.output.sent) { min($0, end - $1.output.sent) }
  }

  func join(_ viewer: Viewer) {
    viewers.append(viewer)
    holder = viewer
  }

  func leave(_ viewer: Viewer) {
    viewers.removeAll { $0 === viewer }
  }

  /// No viewer comes back.
  func close() {
    viewers = []
    holder = nil
  }

  /// Tells all that look.
  func tell(_ news: (any TerminalObserver) -> Void) {
    for viewer in viewers { news(viewer.observer) }
  }
}
