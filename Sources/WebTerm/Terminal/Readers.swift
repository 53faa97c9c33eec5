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
/// - The typist of a private terminal holds the program back: its window bounds what is produced,
///   and what it has not acknowledged stays. While it is being skipped, what it will not be sent
///   may leave.
/// - While the typist is away, or no viewer types, none holds it back: what a viewer was not sent
///   in time it is shown drawn.
/// - While no viewer looks, one will come back: what it has not acknowledged stays, and the log
///   alone is the bound.
/// - At a standing console no viewer ever holds it back.
final class Readers {
  /// What all of them together ask for.
  struct Demand: Equatable {
    /// How many bytes may be produced now.
    let allowance: Int
    /// Output before this offset may leave the log.
    let kept: Int
  }

  /// Those that look now.
  private(set) var viewers: [Viewer] = []
  /// The one that types, though it may be away.
  var typist: Viewer?
  /// The one that comes back where none looks.
  private var last: Viewer?
  /// Whether what is printed waits for no viewer.
  var isStanding: Bool

  /// - Parameter isStanding: Whether what is printed waits for no viewer.
  init(isStanding: Bool) {
    self.isStanding = isStanding
  }

  /// The viewer that holds the program back.
  var pacing: Viewer? {
    guard !isStanding, let typist, typist.isHere else { return nil }
    return typist
  }

  /// What is asked of the log that ends at `end`.
  func demand(produced end: Int) -> Demand {
    if let pacing {
      guard pacing.skipping == nil else { return Demand(allowance: .max, kept: pacing.needed) }
      return Demand(allowance: pacing.output.allowance(beyond: end), kept: pacing.needed)
    }
    guard viewers.isEmpty, !isStanding else { return Demand(allowance: .max, kept: end) }
    return Demand(allowance: .max, kept: (typist ?? last)?.needed ?? 0)
  }

  /// Output bytes that the most advanced viewer was not sent yet.
  func unsent(of end: Int) -> Int {
    guard let first = viewers.first else { return 0 }
    return viewers.dropFirst().reduce(end - first.output.sent) { min($0, end - $1.output.sent) }
  }

  /// Output before `offset` is about to leave the log: a viewer that was not sent all of it is
  /// moved on.
  func leaves(before offset: Int) {
    // What the only one needs does not leave. A typist that is about to join is no reader yet.
    guard viewers.count > 1 || pacing == nil || viewers.first !== pacing else { return }
    for viewer in viewers where viewer.output.sent < offset { viewer.fallBehind(offset) }
  }

  func join(_ viewer: Viewer) {
    viewers.append(viewer)
  }

  func leave(_ viewer: Viewer) {
    viewers.removeAll { $0 === viewer }
    last = viewer
  }

  /// No viewer comes back.
  func close() {
    viewers = []
    typist = nil
    last = nil
  }

  /// Tells all that look.
  func tell(_ news: (any TerminalObserver) -> Void) {
    // Who is told may leave meanwhile.
    for viewer in viewers { viewer.observer.map(news) }
  }
}
