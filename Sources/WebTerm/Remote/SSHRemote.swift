// An ssh whose refusal of a host's key is told in plain words, to the visitor and to the administrator.

import EventLoop

/// Listens to what ssh says before the host can say anything, and explains it where that is that the host's
/// key has changed.
///
/// Nothing of the host's can come first: ssh checks the key before it shows a byte of it. So whatever
/// begins with ssh's own warning and ends with its exit code for "no session" is ssh's.
final class HostKeyWatch: Remote, RemoteObserver, TurnEndHandler {
  private enum State {
    /// What ssh has said so far, for as long as it may be the warning.
    case listening(words: [UInt8])
    /// The session is on; nothing is listened to any more.
    case quiet
    /// ssh has ended; so much of our explanation is still to be read.
    case explaining(rest: ArraySlice<UInt8>, end: RemoteEnd)
    case over
  }

  /// ssh's warning fits, in bytes.
  private static let longestWarning = 4096
  /// ssh's exit code where there was no session (ssh(1)).
  private static let noSession = 255

  var observer: (any RemoteObserver)?
  private let ssh: PtyClient
  private let reactor: Reactor
  private var state = State.listening(words: [])
  private var isTurnEndAsked = false

  init(_ ssh: PtyClient, reactor: Reactor) {
    self.ssh = ssh
    self.reactor = reactor
  }

  func start(_ size: TerminalSize) throws(RemoteFailure) {
    ssh.observer = self
    try ssh.start(size)
  }

  // MARK: Bytes

  func read(into span: inout OutputRawSpan) {
    switch state {
    case .quiet:
      ssh.read(into: &span)
    case .listening(let words):
      let before = span.byteCount
      ssh.read(into: &span)
      listen(words, span.bytes.extracting(droppingFirst: before))
    case .explaining(var rest, let end):
      while span.freeCapacity > 0, let byte = rest.popFirst() { span.append(byte) }
      state = .explaining(rest: rest, end: end)
      askTurnEnd()
    case .over:
      break
    }
  }

  private func listen(_ words: [UInt8], _ more: RawSpan) {
    guard !more.isEmpty else { return }
    let words = words + more.withUnsafeBytes { Array($0) }
    let mayBeWarning = words.count <= Self.longestWarning && words[0] == UInt8(ascii: "@")
    state = mayBeWarning ? .listening(words: words) : .quiet
  }

  func write(_ bytes: RawSpan) -> Int { ssh.write(bytes) }

  func setInterest(reading: Bool, writing: Bool) {
    if case .explaining = state {
      if reading { askTurnEnd() }
    } else {
      ssh.setInterest(reading: reading, writing: writing)
    }
  }

  func resize(_ size: TerminalSize) { ssh.resize(size) }

  func hangUp() {
    observer = nil
    state = .over
    ssh.hangUp()
  }

  // MARK: ssh's news

  func remoteIsReadable() { observer?.remoteIsReadable() }

  func remoteIsWritable() { observer?.remoteIsWritable() }

  func remoteEnded(_ end: RemoteEnd) {
    guard case .listening(let words) = state, end == .exited(code: Self.noSession),
      let warning = HostKeyWarning(words)
    else {
      state = .over
      observer?.remoteEnded(end)
      return
    }
    state = .explaining(
      rest: Array(warning.explanation.utf8)[...], end: .hostKeyChanged(found: warning.fingerprint))
    observer?.remoteIsReadable()
  }

  private func askTurnEnd() {
    guard !isTurnEndAsked else { return }
    isTurnEndAsked = true
    reactor.atTurnEnd(self)
  }

  func turnEnds() {
    isTurnEndAsked = false
    guard case .explaining(let rest, let end) = state else { return }
    guard rest.isEmpty else {
      observer?.remoteIsReadable()
      return
    }
    state = .over
    observer?.remoteEnded(end)
  }
}

/// What ssh prints where a host's key is not the known one.
struct HostKeyWarning: Equatable {
  /// The key that the host showed, as `SHA256:…`.
  let fingerprint: String

  /// Nil where the words are none of that kind.
  init?(_ words: [UInt8]) {
    let text = String(decoding: words, as: UTF8.self)
    guard text.contains("REMOTE HOST IDENTIFICATION HAS CHANGED"),
      let start = text.firstRange(of: "SHA256:")
    else { return nil }
    let digits = text[start.upperBound...].prefix { character in
      character.isASCII && (character.isLetter || character.isNumber || "+/".contains(character))
    }
    fingerprint = "SHA256:\(digits)"
  }

  /// For the visitor, who cannot do anything about it.
  var explanation: String {
    """
    \r
    This host showed another key than the one that is known here (\(fingerprint)).\r
    Either it was set up anew, or somebody stands between this server and the host.\r
    You were not logged in and nothing that you typed was sent to it.\r
    Tell your administrator, who alone can accept the new key.\r

    """
  }
}
