// One page's place in a terminal: what a channel speaks to.

import EventLoop

/// A viewer of a terminal: what it was sent, what it typed, and who it is. Its channel may be gone
/// for a while.
///
///     channel ──type, acknowledge, resize──▶ viewer ──▶ terminal
///     channel ◀──next, lend───────────────── viewer ◀── log
final class Viewer {
  /// What comes next on the way to the page.
  enum Next {
    /// A binary message of so many bytes, which ``lend(_:)`` lends.
    case message(length: Int)
    /// From here on the terminal has another size.
    case size(TerminalSize)
    case nothing
    /// Everything was sent, and the remote has ended.
    case end(RemoteEnd)
  }

  /// What becomes of its input.
  enum Typed: Equatable {
    case taken
    /// It does not type: what it typed is dropped.
    case watches
    /// The room was taken back while it was on its way: it is dropped.
    case dropped
    /// There never was room for it.
    case beyondRoom
  }

  /// Its number in its terminal, from 1, never given twice.
  let number: Int
  let terminal: Terminal
  var person: Person
  /// When it came, in Unix seconds.
  let since: Int
  /// Its channel, which lets go of it when its connection closes, at the latest; nil while it is
  /// away.
  private(set) var observer: (any TerminalObserver)?
  /// Since when it is away.
  private(set) var awaySince: MonotonicInstant?
  var output: ViewerOutput
  var input: ViewerInput
  /// Its window's size.
  private(set) var size: TerminalSize
  /// Whether its page is in sight.
  private(set) var sees = true
  /// Whether nothing is sent to it for now, since it will be skipped: what is before this offset
  /// will not be sent.
  var skipping: Int?
  /// Whether output has left the log that it was not sent: it is moved on before it is sent
  /// anything else.
  private(set) var isBehind = false

  init(
    _ number: Int, of terminal: Terminal, _ person: Person, _ observer: any TerminalObserver,
    size: TerminalSize, output: consuming ViewerOutput
  ) {
    self.number = number
    self.terminal = terminal
    self.person = person
    self.observer = observer
    self.size = size
    self.output = output
    input = ViewerInput(from: terminal.relay.received)
    since = UnixTime.now
  }

  private var relay: Relay { terminal.relay }

  // MARK: Here and away

  /// Whether its channel is there.
  var isHere: Bool { observer != nil }

  /// Its channel is there again, and wants other output than it had.
  func comeBack(
    _ observer: any TerminalObserver, size: TerminalSize, output: consuming ViewerOutput
  ) {
    self.observer = observer
    self.size = size
    self.output = output
    // What the former channel said of that is not true of this one; the page says so where it is.
    sees = true
    awaySince = nil
    skipping = nil
    isBehind = false
  }

  /// Its channel is gone.
  func goAway(now: MonotonicInstant) {
    observer = nil
    awaySince = now
    output.letGo()
  }

  // MARK: To the page

  /// Output before this offset is not needed for it any more.
  var needed: Int { max(skipping ?? 0, output.acknowledged) }

  /// Bytes that its present message still lacks: they must follow before anything else is said.
  var lacking: Int { output.lacking }

  /// Begins the next message, where there is something to send.
  func next() -> Next {
    guard skipping == nil else { return .nothing }
    if !output.painting.isOver { return .message(length: output.beginPainting()) }
    if isBehind {
      // Not before it has taken what it was sent: it would only fall behind again.
      if output.isAllAcknowledged { relay.moveOn(self) }
      return .nothing
    }
    if let size = output.takeSize() { return .size(size) }
    let unsent = relay.sendable(to: self)
    if unsent > 0 { return .message(length: output.beginFrame(unsent)) }
    guard output.sent == relay.produced, let end = relay.end else { return .nothing }
    return .end(end)
  }

  /// Lends what its message lacks; what `write` reports as written is sent then.
  func lend(_ write: (RawSpan, RawSpan) -> Int) {
    relay.send(to: self, write)
  }

  /// Output before `offset` is about to leave the log.
  func fallBehind(_ offset: Int) {
    guard !isBehind, skipping == nil else { return }
    observer?.terminalWillSkip()
    isBehind = output.sent < offset
  }

  /// Everything before `offset` that was not sent never will be: `painting` makes the screen as it
  /// is there.
  func moveOn(to offset: Int, painting: consuming Painting, now: MonotonicInstant) {
    output.skip(to: offset, painting: painting, now: now)
    observer?.terminalHasSkipped()
  }

  /// It is sent what comes, as ever.
  func isMovedOn() {
    skipping = nil
    isBehind = false
  }

  /// What was begun of skipping it is given up: where the log has lost something of it meanwhile,
  /// it is behind.
  func stopSkipping(logStart: Int) {
    guard skipping != nil else { return }
    skipping = nil
    isBehind = output.sent < logStart
  }

  // MARK: From the page

  /// Its screen has processed everything before `offset`.
  ///
  /// - Returns: False where that was never sent to it.
  func acknowledge(_ offset: Int) -> Bool { relay.acknowledge(offset, by: self) }

  /// Types.
  func type(_ piece: Span<UInt8>) -> Typed { terminal.type(piece, by: self) }

  /// How many bytes more it may send now.
  var room: Int { terminal.viewers.room(of: self) }

  /// It is being told the room as it is now.
  func roomIsTold() { input.roomIsTold(room) }

  /// Sends a break; false where the line knows none.
  func sendBreak() -> Bool { terminal.sendBreak(by: self) }

  /// Its window has another size; the typist's is the terminal's.
  func resize(_ size: TerminalSize) {
    if size != self.size {
      self.size = size
      terminal.viewers.changed()
    }
    // Who has come to type may have a window of another size than the terminal for long.
    if role == .type, size != terminal.size { terminal.resize(size, by: self) }
  }

  /// Its page came into sight, or went out of it.
  func see(_ sees: Bool) {
    // A page that goes in and out of sight too fast is taken for not in sight.
    let sees = sees && terminal.viewers.admits(.sight, of: person)
    guard sees != self.sees else { return }
    self.sees = sees
    terminal.viewers.changed()
  }

  /// Says a line to everybody here; false where it says too many.
  func note(_ text: String) -> Bool {
    guard terminal.viewers.admits(.note, of: person) else { return false }
    terminal.viewers.tell(Note(who: person.who, text: text, at: UnixTime.now), of: self)
    return true
  }

  /// What it may do.
  var role: Role { terminal.viewers.keyboard.role(of: number) }

  /// What becomes of a message of its page.
  func verdict(on message: MessageKind) -> Verdict {
    MessageTable.verdict(
      on: message, of: person.standing, role, isConsole: terminal.isConsole,
      isFree: terminal.viewers.keyboard.typist == nil)
  }

  /// Ends the terminal.
  func close() { terminal.terminate(.closedByVisitor) }

  /// Its channel is gone.
  func leave() { terminal.viewers.leave(self) }

  /// Its page leaves for good.
  func leaveForGood() { terminal.viewers.leave(self, forGood: true) }

  /// Its page was told the end.
  func endWasTold() { terminal.viewers.endWasTold(to: self) }
}
