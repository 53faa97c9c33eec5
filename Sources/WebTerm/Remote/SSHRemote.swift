// An ssh whose own words reach the visitor beside the host's, and say how it ended.

import EventLoop

/// ssh on a pty, with what it says for itself on a pipe.
///
///     ssh ──pty──▶ what the host says ──┐
///     ssh ──pipe─▶ SSHWords ────────────┴──▶ terminal
///
/// ssh's words come first: it says something (a notice, that a password was wrong) and then asks. Words about the end wait for
/// the end.
final class SSHRemote: Remote, RemoteObserver, ClientWordsObserver, TurnEndHandler {
  /// ssh's exit code where there was no session, or none any more (ssh(1)).
  private static let noSession = 255

  var observer: (any RemoteObserver)?
  private let ssh: PtyClient
  private let pipe: ClientWords
  private let reactor: Reactor
  private var words: SSHWords
  /// Words that are still to be read.
  private var pending: ArraySlice<UInt8> = []
  /// How it ended, to be told when all words were read.
  private var end: RemoteEnd?
  private var isReading = false
  private var isTurnEndAsked = false

  /// - Parameters:
  ///   - ssh: Not started; its standard error is the pipe.
  ///   - pipe: What ssh says for itself.
  ///   - files: Those of this machine that ssh may name.
  ///   - reactor: The loop.
  init(_ ssh: PtyClient, _ pipe: ClientWords, hiding files: [String], reactor: Reactor) {
    self.ssh = ssh
    self.pipe = pipe
    self.reactor = reactor
    words = SSHWords(hiding: files)
  }

  func start(_ size: TerminalSize) throws(RemoteFailure) {
    ssh.observer = self
    pipe.observer = self
    try ssh.start(size)
    setInterest(reading: true, writing: false)
  }

  // MARK: Bytes

  func read(into span: inout OutputRawSpan) {
    if end == nil { hear() }
    guard !pending.isEmpty else {
      if end == nil { ssh.read(into: &span) }
      return
    }
    while span.freeCapacity > 0, let byte = pending.popFirst() { span.append(byte) }
    if !pending.isEmpty || end != nil { askTurnEnd() }
  }

  private func hear() {
    let said = pipe.take()
    pending += said.isEmpty ? words.flush() : words.take(said)
  }

  func write(_ bytes: RawSpan) -> Int { ssh.write(bytes) }

  func setInterest(reading: Bool, writing: Bool) {
    isReading = reading
    guard end == nil else {
      if reading { askTurnEnd() }
      return
    }
    ssh.setInterest(reading: reading, writing: writing)
    pipe.setInterest(reading)
    if reading, !pending.isEmpty { askTurnEnd() }
  }

  func resize(_ size: TerminalSize) { ssh.resize(size) }

  func hangUp() {
    observer = nil
    pipe.close()
    ssh.hangUp()
  }

  // MARK: ssh's news

  func remoteIsReadable() { observer?.remoteIsReadable() }

  func remoteIsWritable() { observer?.remoteIsWritable() }

  func clientHasWords() { observer?.remoteIsReadable() }

  func remoteEnded(_ end: RemoteEnd) {
    pending += words.take(pipe.take()) + words.finish()
    pipe.close()
    self.end = end
    if end == .exited(code: Self.noSession) {
      if let warning = words.warning {
        pending += Array(warning.explanation.utf8)
        self.end = .hostKeyChanged(found: warning.fingerprint)
      } else if let reason = words.reason {
        self.end = .exited(code: Self.noSession, reason: reason)
      }
    }
    askTurnEnd()
  }

  private func askTurnEnd() {
    guard !isTurnEndAsked else { return }
    isTurnEndAsked = true
    reactor.atTurnEnd(self)
  }

  func turnEnds() {
    isTurnEndAsked = false
    guard pending.isEmpty else {
      if isReading { observer?.remoteIsReadable() }
      return
    }
    guard let end else { return }
    let told = observer
    observer = nil
    told?.remoteEnded(end)
  }
}
