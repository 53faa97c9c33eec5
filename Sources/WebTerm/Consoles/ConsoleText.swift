// What a terminal's host says, as lines of text: read as it comes.

import EventLoop

/// Told what a console has said.
protocol ConsoleTextObserver: AnyObject {
  /// Bytes have come.
  func console(_ text: ConsoleText, hasSaid bytes: Int)
  /// A line is finished, or is not and nothing more has come for a second.
  func console(_ text: ConsoleText, hasSaid line: [UInt8])
}

/// A reader of a terminal that is always at the end: it makes lines of what comes, and holds
/// nothing back.
final class ConsoleText: OutputListener, TimerHandler {
  private unowned let observer: any ConsoleTextObserver
  private let reactor: Reactor
  private var text = LineText()
  /// Translates what the host speaks; nil for UTF-8.
  private let charset: HostText?
  /// A character that is not whole.
  private var rest: [UInt8] = []
  private var timer: Reactor.Timer?
  private var lastOutput: MonotonicInstant
  /// Whose it is.
  unowned let terminal: Terminal

  /// - Parameters:
  ///   - terminal: What is said there.
  ///   - observer: Is told.
  ///   - reactor: The loop.
  init(of terminal: Terminal, _ observer: any ConsoleTextObserver, reactor: Reactor) {
    self.terminal = terminal
    self.observer = observer
    self.reactor = reactor
    let label = terminal.destination.target.charset
    charset = label.asciiLowercased == "utf-8" ? nil : HostText(label)
    lastOutput = reactor.now
  }

  func terminalSaid(_ bytes: RawSpan) {
    lastOutput = reactor.now
    observer.console(self, hasSaid: bytes.byteCount)
    bytes.withUnsafeBytes { take($0.bindMemory(to: UInt8.self)) }
    guard text.isUnfinished else { return reactor.remove(&timer) }
    if timer == nil { setTimer() }
  }

  private func take(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let charset else {
      return text.take(bytes) { observer.console(self, hasSaid: $0) }
    }
    rest += bytes
    let (translated, count) = rest.withUnsafeBufferPointer { charset.translate($0) }
    rest.removeFirst(count)
    translated.withUnsafeBufferPointer { bytes in
      text.take(bytes) { observer.console(self, hasSaid: $0) }
    }
  }

  private func setTimer() {
    reactor.set(&timer, to: lastOutput + .seconds(LineText.silence), handler: self)
  }

  func timerFired(now: MonotonicInstant) {
    // It is not moved with every byte.
    guard now >= lastOutput + .seconds(LineText.silence) else { return setTimer() }
    reactor.remove(&timer)
    flush()
  }

  /// What is there of a line is all that comes for now.
  func flush() {
    if let line = text.flushUnfinished() { observer.console(self, hasSaid: line) }
  }

  /// Nothing more comes.
  func close() {
    flush()
    reactor.remove(&timer)
  }
}
