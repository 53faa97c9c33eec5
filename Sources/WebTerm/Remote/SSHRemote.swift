// An ssh whose own messages reach the visitor beside the host's, and say how it ended.

import EventLoop

/// ssh on a pty, with what it says for itself on a pipe.
///
///     ssh ──pty──▶ what the host says ──┐
///     ssh ──pipe─▶ SSHMessages ─────────┴──▶ terminal
///
/// Until the session ssh's messages come first: it says something (a notice, that a password was
/// wrong) and then asks. So the pipe is asked before each read of the pty. In a session ssh says
/// nothing until the end: the pipe is asked where it has told.
final class SSHRemote: Remote, RemoteObserver, TurnEndHandler, TimerHandler {
  /// ssh's exit code where there was no session, or none any more (ssh(1)).
  private static let noSession = 255
  /// How long it may take ssh to end after it has said that it does. What says the same and goes on
  /// is the host's, and waits no longer.
  private static let farewell: Duration = .milliseconds(250)

  var observer: (any RemoteObserver)?
  private let ssh: any TerminalClient
  private let pipe: StandardError
  private let reactor: Reactor
  private var messages: SSHMessages
  /// Words that are still to be read.
  private var pending: ArraySlice<UInt8> = []
  /// A question that was read behind an answer's line, as long as a message before it is held back.
  private var question: [UInt8] = []
  /// How it ended, to be told when all messages were read.
  private var end: RemoteEnd?
  private var wanted = (reading: false, writing: false)
  var turnEndMark = TurnEndMark()
  /// Whether the pipe has told that there is something in it.
  private var mayBeMessages = false
  /// Whether ssh was seen to hand the keyboard to the host: a host has no other way to the pipe by
  /// then than its own standard error.
  private var isInSession = false
  /// Whether an answer was typed whose line ssh has not ended on the screen yet.
  private var owesLine = false
  /// Runs while messages are held back.
  private var timer: Reactor.Timer?

  /// - Parameters:
  ///   - ssh: Not started; its standard error is the pipe.
  ///   - pipe: What ssh says for itself.
  ///   - messages: Reads it.
  ///   - reactor: The loop.
  init(_ ssh: any TerminalClient, _ pipe: StandardError, _ messages: SSHMessages, reactor: Reactor)
  {
    self.ssh = ssh
    self.pipe = pipe
    self.reactor = reactor
    self.messages = messages
  }

  func start(_ size: TerminalSize) throws(RemoteFailure) {
    ssh.observer = self
    pipe.told = { [weak self] in self?.clientHasSpoken() }
    try ssh.start(size)
    setInterest(reading: true, writing: false)
  }

  // MARK: Bytes

  func read(into span: inout OutputRawSpan) {
    if end == nil {
      if owesLine, !isInSession { readLine(into: &span) }
      hear()
    }
    guard !pending.isEmpty else {
      if end == nil, timer == nil, span.freeCapacity > 0 { ssh.read(into: &span) }
      return
    }
    while span.freeCapacity > 0, let byte = pending.popFirst() { span.append(byte) }
    if !pending.isEmpty || end != nil { reactor.atTurnEnd(self) }
  }

  /// Reads what is on the pty up to the end of the answer's line: ssh ends that before it sends the
  /// answer, and only then has something to say of it. What comes behind it is the next question,
  /// which waits for that.
  private func readLine(into span: inout OutputRawSpan) {
    guard pending.isEmpty, timer == nil else { return }
    let before = span.byteCount
    ssh.read(into: &span)
    let said = span.bytes.extracting(last: span.byteCount - before).withUnsafeBytes(Array.init)
    guard let lineEnd = said.firstIndex(of: UInt8(ascii: "\n")) else { return }
    owesLine = false
    let question = said[(lineEnd + 1)...]
    span.removeLast(question.count)
    self.question += question
    hear()
  }

  private func askQuestion() {
    guard timer == nil else { return }
    pending += question
    question = []
  }

  private func hear() {
    guard mayBeMessages || !isInSession else { return }
    // In this order: what came before the session is in the pipe by then.
    isInSession = isInSession || ssh.isRaw
    mayBeMessages = false
    let said = pipe.take()
    if !said.isEmpty { pending += messages.take(said, isAll: pipe.isDry) }
    updateTimer()
    askQuestion()
  }

  /// Words that ssh says at its end are held back until it has ended; the pty is not read
  /// meanwhile, so that they come in the order in which they are said where it has not.
  private func updateTimer() {
    guard messages.isHolding, !pipe.isOver else { return stopTimer() }
    guard timer == nil else { return }
    reactor.set(&timer, to: reactor.now + Self.farewell, handler: self)
    updateInterest()
  }

  private func stopTimer() {
    guard timer != nil else { return }
    reactor.remove(&timer)
    updateInterest()
  }

  func timerFired(now: MonotonicInstant) {
    pending += messages.release()
    stopTimer()
    askQuestion()
    if wanted.reading { reactor.atTurnEnd(self) }
  }

  func write(_ bytes: RawSpan) -> Int {
    if !isInSession, !owesLine {
      owesLine = bytes.withUnsafeBytes { $0.contains(10) || $0.contains(13) }
    }
    return ssh.write(bytes)
  }

  func setInterest(reading: Bool, writing: Bool) {
    wanted = (reading, writing)
    guard end == nil else {
      if reading { reactor.atTurnEnd(self) }
      return
    }
    updateInterest()
    if reading, !pending.isEmpty { reactor.atTurnEnd(self) }
  }

  private func updateInterest() {
    guard end == nil else { return }
    ssh.setInterest(reading: wanted.reading && timer == nil, writing: wanted.writing)
    pipe.setInterest(wanted.reading)
  }

  func resize(_ size: TerminalSize) { ssh.resize(size) }

  var isUnreached: Bool {
    if case .exited(Self.noSession, _)? = end { messages.isUnreached } else { false }
  }

  var isUp: Bool { end == nil && (isInSession || ssh.isRaw) }

  func hangUp() {
    observer = nil
    stopTimer()
    pipe.close()
    ssh.hangUp()
  }

  // MARK: ssh's news

  func remoteIsReadable() { observer?.remoteIsReadable() }

  func remoteIsWritable() { observer?.remoteIsWritable() }

  private func clientHasSpoken() {
    mayBeMessages = true
    observer?.remoteIsReadable()
  }

  func remoteEnded(_ end: RemoteEnd) {
    pending += messages.take(pipe.take(), isAll: true)
    pipe.close()
    stopTimer()
    pending += messages.finish() + question
    question = []
    self.end = end
    if end == .exited(code: Self.noSession) {
      if let warning = messages.warning {
        pending += Array(warning.explanation.utf8)
        self.end = .hostKeyChanged(found: warning.fingerprint)
      } else if let reason = messages.reason {
        self.end = .exited(code: Self.noSession, reason: reason)
      }
    }
    reactor.atTurnEnd(self)
  }

  func turnEnds() {
    guard pending.isEmpty else {
      if wanted.reading { observer?.remoteIsReadable() }
      return
    }
    guard let end else { return }
    let told = observer
    observer = nil
    told?.remoteEnded(end)
  }
}
