// After an interrupt: the screen of now instead of what is on its way.

import EventLoop

/// Somebody who reads on for as long as a catch-up lasts. A relay is the only one; this stands below it.
protocol CatchUpReader: AnyObject {
  /// There is nothing more to be skipped.
  func catchUpEnds()
}

/// Whether an interrupt is answered by catching up, and for how long.
///
/// A client program may hold much that the host said before it heard of ^C: ssh's window alone is a megabyte, which a slow link
/// carries for many seconds. It cannot be seen, but this can: the window has kept a readable remote unread. Then the remote is
/// read on at full speed until it pauses, and what came meanwhile is skipped.
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

  private unowned let reader: any CatchUpReader
  private let reactor: Reactor
  private var timer: Reactor.Timer?
  private var heldBackAt: Instant?
  private var isHeldBack = false
  private var end: Instant?
  private var lastOutput: Instant?
  private var skipLimit: SkipLimit?

  init(_ reader: any CatchUpReader, reactor: Reactor) {
    self.reader = reader
    self.reactor = reactor
  }

  /// Whether output is being skipped.
  var isOn: Bool { end != nil }

  /// Whether the window keeps the remote unread.
  func note(isHeldBack: Bool) {
    if self.isHeldBack || isHeldBack { heldBackAt = reactor.now }
    self.isHeldBack = isHeldBack
  }

  /// Whether these keys should be answered by catching up.
  func isAsked(by keys: Span<UInt8>) -> Bool {
    guard keys.count <= Self.mostTyped, !isOn, let heldBackAt,
      isHeldBack || reactor.now - heldBackAt < Self.memory
    else { return false }
    return keys.indices.contains { Self.interrupts.contains(keys[$0]) }
  }

  /// How far output may be skipped.
  var limit: Int { skipLimit?.offset ?? 0 }

  /// Output is skipped from now on, as far as that limit goes.
  func begin(_ limit: SkipLimit) {
    skipLimit = limit
    end = reactor.now + Self.longest
    lastOutput = reactor.now
    let timer = self.timer ?? reactor.makeTimer(handler: self)
    self.timer = timer
    setTimer(timer)
  }

  /// More has come.
  func came(_ output: TerminalOutput) {
    skipLimit?.goOn(output)
    lastOutput = reactor.now
  }

  /// It is over, whatever is still on its way.
  func stop() {
    end = nil
    isHeldBack = false
    heldBackAt = nil
    if let timer = timer.take() { reactor.remove(timer) }
  }

  private func setTimer(_ timer: Reactor.Timer) {
    guard let end, let lastOutput else { return }
    reactor.set(timer, to: min(end, lastOutput + Self.pause))
  }

  func timerFired(now: Instant) {
    guard let timer, let end, let lastOutput else { return }
    guard now >= end || now >= lastOutput + Self.pause else { return setTimer(timer) }
    stop()
    reader.catchUpEnds()
  }
}
