// One page's place in a terminal: what a channel speaks to.

import EventLoop

/// A viewer of a terminal. What it was sent is its own; what it types, and the size of the screen,
/// is the terminal's.
///
///     channel ──type, acknowledge, resize──▶ viewer ──▶ terminal
///     channel ◀──next, lend───────────────── viewer ◀── log
final class Viewer {
  /// What comes next on the way to the page.
  enum Next {
    /// A binary message of so many bytes, which ``lend(_:)`` lends.
    case message(length: Int)
    case nothing
    /// Everything was sent, and the remote has ended.
    case end(RemoteEnd)
  }

  /// Its number in its terminal, from 1, never given twice.
  let number: Int
  let terminal: Terminal
  /// Who is told of news. It lets go of its viewer when its connection closes, at the latest.
  let observer: any TerminalObserver
  var output: ViewerOutput
  /// Whether nothing is sent to it for now, since it will be skipped: what is before this offset
  /// will not be sent.
  var skipping: Int?

  init(
    _ number: Int, of terminal: Terminal, _ observer: any TerminalObserver,
    output: consuming ViewerOutput
  ) {
    self.number = number
    self.terminal = terminal
    self.observer = observer
    self.output = output
  }

  private var relay: Relay { terminal.relay }

  // MARK: To the page

  /// Bytes that its present message still lacks: they must follow before anything else is said.
  var lacking: Int { output.lacking }

  /// Begins the next message, where there is something to send.
  func next() -> Next {
    guard skipping == nil else { return .nothing }
    if !output.painting.isOver { return .message(length: output.beginPainting()) }
    let unsent = relay.produced - output.sent
    if unsent > 0 { return .message(length: output.beginFrame(unsent)) }
    return relay.end.map { .end($0) } ?? .nothing
  }

  /// Lends what its message lacks; what `write` reports as written is sent then.
  func lend(_ write: (RawSpan, RawSpan) -> Int) {
    relay.send(to: self, write)
  }

  // MARK: From the page

  /// Its screen has processed everything before `offset`.
  ///
  /// - Returns: False where that was never sent to it.
  func acknowledge(_ offset: Int) -> Bool { relay.acknowledge(offset, by: self) }

  /// Types.
  ///
  /// - Returns: False where it is longer than the room.
  func type(_ piece: Span<UInt8>) -> Bool { terminal.type(piece) }

  /// Input bytes that have come.
  var typed: Int { relay.received }

  /// How many bytes more it may send now.
  var room: Int { relay.room }

  /// It is being told the room as it is now.
  func roomIsTold() { relay.roomIsTold() }

  /// Sends a break; false where the line knows none.
  func sendBreak() -> Bool { terminal.sendBreak() }

  /// Its screen has another size.
  func resize(_ size: TerminalSize) { terminal.resize(size) }

  /// Ends the terminal.
  func close() { terminal.terminate(.closedByVisitor) }

  /// Its channel is gone.
  func leave() { terminal.detach(self) }

  /// Its page was told the end.
  func endWasTold() { terminal.endWasTold() }
}
