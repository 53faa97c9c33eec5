// After an interrupt: the screen of now instead of what is on its way.

import EventLoop

/// Whether an interrupt is answered by catching up, and how.
///
/// A client program may hold much that the host said before it heard of ^C: ssh's window alone is a
/// megabyte, which a slow link carries for many seconds. It cannot be seen, but this can: the
/// window has kept a readable remote unread. Then the remote is read on at full speed until it
/// pauses, and what came meanwhile is skipped.
final class CatchUp: TimerHandler {
  typealias Instant = MonotonicInstant

  /// How long ago the window may have held output back.
  private static let memory: Duration = .milliseconds(300)
  /// So long without output, and everything that was on its way has come.
  private static let pause: Duration = .milliseconds(50)
  private static let longest: Duration = .seconds(1)
  /// More keys at once, in bytes, were pasted: what looks like an interrupt among them is none.
  private static let mostTyped = 16
  /// What interrupts: ^C, ^\ and ^Z.
  private static let interrupts: [UInt8] = [0x03, 0x1c, 0x1a]

  private unowned let relay: Relay
  private let output: TerminalOutput
  private let moving: MovingOn
  private let reactor: Reactor
  private var timer: Reactor.Timer?
  private var heldBackAt: Instant?
  private var isHeldBack = false
  /// While output is skipped: of which viewer, how far, when it ends at the latest, and when output
  /// came last.
  private var skip: (viewer: Viewer, limit: SkipLimit, end: Instant, lastOutput: Instant)?

  init(_ relay: Relay, output: TerminalOutput, moving: MovingOn, reactor: Reactor) {
    self.relay = relay
    self.output = output
    self.moving = moving
    self.reactor = reactor
  }

  /// Whether output is being skipped.
  var isOn: Bool { skip != nil }

  /// Whether the window keeps the remote unread.
  func note(isHeldBack: Bool) {
    if self.isHeldBack || isHeldBack { heldBackAt = reactor.now }
    self.isHeldBack = isHeldBack
  }

  /// Keys are typed: an interrupt among them begins it, where much is on its way.
  func keys(_ keys: Span<UInt8>, of viewer: Viewer) {
    guard !moving.holdsReading, isAsked(by: keys), output.mayPaint else { return }
    viewer.observer?.terminalWillSkip()
    let limit = SkipLimit(of: output, from: viewer.output.sent)
    // A log that is full of what was not acknowledged could not be read on.
    viewer.skipping = limit.offset
    skip = (viewer, limit, end: reactor.now + Self.longest, lastOutput: reactor.now)
    let timer = self.timer ?? reactor.makeTimer(handler: self)
    self.timer = timer
    setTimer(timer)
    relay.historyGrew()
  }

  private func isAsked(by keys: Span<UInt8>) -> Bool {
    guard keys.count <= Self.mostTyped, !isOn, let heldBackAt,
      isHeldBack || reactor.now - heldBackAt < Self.memory
    else { return false }
    return keys.indices.contains { Self.interrupts.contains(keys[$0]) }
  }

  /// Reads on: what comes is drawn, and not sent.
  func skim(_ remote: any Remote) {
    guard var skip = skip.take() else { return }
    if output.read(from: remote, atMost: .max) > 0 {
      skip.limit.goOn(output)
      skip.lastOutput = reactor.now
    }
    skip.viewer.skipping = skip.limit.offset
    self.skip = skip
    relay.historyGrew()
  }

  /// Everything that was on its way has come.
  func finish() {
    guard let skip else { return }
    stop()
    moving.move(skip.viewer, to: skip.limit.offset)
  }

  /// It is over, whatever is still on its way.
  func stop() {
    skip = nil
    isHeldBack = false
    heldBackAt = nil
    if let timer = timer.take() { reactor.remove(timer) }
  }

  private func setTimer(_ timer: Reactor.Timer) {
    guard let skip else { return }
    reactor.set(timer, to: min(skip.end, skip.lastOutput + Self.pause))
  }

  func timerFired(now: Instant) {
    guard let timer, let skip else { return }
    guard now >= skip.end || now >= skip.lastOutput + Self.pause else { return setTimer(timer) }
    finish()
  }
}
