// Somebody who types keys into a line and times their echoes.

import EventLoop

/// Types one key after another and records how long each echo takes.
///
/// Without a pace the next key follows the echo at once. With one, keys are due at fixed times, and
/// an echo is timed from when its key was due: a server that stands still is not excused for the
/// keys that could not be typed meanwhile.
final class Typist: LineListener, TimerHandler {
  typealias Instant = MonotonicInstant

  private let line: any Line
  private let reactor: Reactor
  private let pace: Duration?
  private var timer: Reactor.Timer?
  private var isReady = false
  /// When each key that was typed and not echoed was due; the oldest first.
  private var due: [Instant] = []
  /// Whether a key was typed whose echo has not come.
  var isOwed: Bool { !due.isEmpty }
  private var nextDue: Instant?
  private var isStopped = false
  /// Told once, when the line echoes.
  var whenReady: (() -> Void)?
  private(set) var failure: String?
  var echoes = Histogram()

  init(_ line: any Line, pace: Duration?, reactor: Reactor) {
    self.line = line
    self.pace = pace
    self.reactor = reactor
    line.listener = self
  }

  /// Opens the line.
  ///
  /// - Throws: What the line says.
  func open() throws {
    try line.open()
  }

  /// Begins to type.
  ///
  /// - Parameter delay: Before the first key.
  func start(after delay: Duration) {
    isStopped = false
    guard let pace else { return typeKey(due: .now) }
    let timer = self.timer ?? reactor.makeTimer(handler: self)
    self.timer = timer
    nextDue = .now + delay + pace
    reactor.set(timer, to: nextDue)
  }

  /// Types no more.
  func pause() {
    isStopped = true
    if let timer { reactor.set(timer, to: nil) }
  }

  func close() {
    pause()
    if let timer = timer.take() { reactor.remove(timer) }
    line.close()
  }

  private func typeKey(due instant: Instant) {
    due.append(instant)
    line.type([UInt8(ascii: "k")])
  }

  func timerFired(now: Instant) {
    guard let pace, let timer, !isStopped, let current = nextDue else { return }
    typeKey(due: current)
    nextDue = current + pace
    reactor.set(timer, to: nextDue)
  }

  func line(_ line: any Line, received bytes: RawSpan) {
    guard isReady else {
      isReady = true
      whenReady?()
      return
    }
    let now = Instant.now
    for _ in 0..<min(bytes.byteCount, due.count) {
      echoes.record(due.removeFirst().duration(to: now))
    }
    if pace == nil, !isStopped, due.isEmpty { typeKey(due: now) }
  }

  func lineEnded(_ line: any Line, _ reason: String) {
    failure = reason
    whenReady?()
  }
}
