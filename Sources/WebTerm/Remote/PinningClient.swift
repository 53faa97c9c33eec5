// The first ssh to a host: nothing that is typed reaches it before the host's key is stored.

import EventLoop

/// A client on a terminal of its own.
protocol TerminalClient: Remote {
  /// Whether the program has switched its terminal to take every key as it comes, as one does that
  /// hands them on.
  var isRaw: Bool { get }
}

/// An ssh that takes a key which it does not know (`accept-new`), behind a gate that opens when the
/// key is pinned.
///
///     ssh ──key──▶ KeyDraft ──▶ HostKeyPin       then, and only then:       ssh ◀──pty──▶ visitor
///
/// ssh writes the key when the host has proven that it has it, and before anybody logs in. Where it
/// cannot write, it would go on without a word: so the draft is read before the first byte of the
/// terminal is shown or taken.
final class PinningClient: TerminalClient, RemoteObserver, TimerHandler, TurnEndHandler {
  private enum State: Equatable {
    /// ssh has said nothing on its terminal.
    case waiting
    /// What ssh has written is on its way to the disk.
    case storing
    /// ssh has said something on its terminal and written no key. A script around it may, before
    /// the host answers.
    case doubting
    case open
    /// It ended before there was a key; told when what it said is read.
    case ended(RemoteEnd)
    case over
  }

  /// How long a disk, or a client that speaks before it has a key, may take. ssh itself gives up
  /// before.
  static let timeout: Duration = .seconds(20)
  /// How often a client that speaks before it has a key is looked at.
  private static let pause: Duration = .milliseconds(250)
  /// More than is said before a host's key is known, in bytes.
  private static let longestSaying = 8192

  var observer: (any RemoteObserver)?
  private let ssh: any TerminalClient
  private var draft: KeyDraft?
  private let pin: HostKeyPin
  private let reactor: Reactor
  private let helper: HelperThread
  private let timeout: Duration
  private var state = State.waiting
  private var wanted = (reading: true, writing: false)
  /// What came before the gate was open.
  private var said: ArraySlice<UInt8> = []
  var turnEndMark = TurnEndMark()
  private var timer: Reactor.Timer?
  /// Until when there must be a key; nil before ssh speaks.
  private var deadline: MonotonicInstant?

  /// - Parameters:
  ///   - ssh: Not started; it writes the key that it is shown to the draft.
  ///   - draft: Where the key comes.
  ///   - pin: Where it belongs.
  ///   - reactor: The loop.
  ///   - helper: Reads and writes files.
  ///   - timeout: How long ssh may speak without a key, or the disk take.
  init(
    _ ssh: any TerminalClient, _ draft: KeyDraft, _ pin: HostKeyPin, reactor: Reactor,
    helper: HelperThread, timeout: Duration = PinningClient.timeout
  ) {
    self.timeout = timeout
    self.ssh = ssh
    self.draft = draft
    self.pin = pin
    self.reactor = reactor
    self.helper = helper
  }

  func start(_ size: TerminalSize) throws(RemoteFailure) {
    ssh.observer = self
    try ssh.start(size)
    ssh.setInterest(reading: true, writing: false)
  }

  // MARK: The gate

  func remoteIsReadable() {
    switch state {
    case .waiting: store()
    case .open: observer?.remoteIsReadable()
    // The end shows when all is read.
    case .doubting: listen()
    case .storing, .ended, .over: break
    }
  }

  private func store() {
    guard let draft else { return }
    state = .storing
    ssh.setInterest(reading: false, writing: false)
    let deadline = deadline ?? reactor.now + timeout
    self.deadline = deadline
    reactor.set(&timer, to: deadline, handler: self)
    do throws(SystemError) {
      try helper.run({ [pin, draft] in pin.store(from: draft) }) { [weak self] in self?.stored($0) }
    } catch {
      fail("The host's key could not be stored: \(error.reason).")
    }
  }

  private func stored(_ outcome: HostKeyPin.Outcome) {
    guard state == .storing else { return }
    switch outcome {
    case .pinned: openGate()
    case .nothing: listen()
    case .another:
      fail(
        "The host showed another visitor, who came at the same time, another key."
          + " Nothing that you typed was sent to it.")
    case .failed(let problem): fail("The host's key could not be stored: \(problem.reason).")
    }
  }

  private func openGate() {
    state = .open
    draft = nil
    reactor.remove(&timer)
    ssh.setInterest(reading: wanted.reading, writing: wanted.writing)
    if !said.isEmpty { reactor.atTurnEnd(self) }
  }

  /// Reads what ssh says though there is no key: it may be that it has ended.
  private func listen() {
    let before = said.count
    said += [UInt8](unsafeUninitializedCapacity: Self.longestSaying) { buffer, count in
      var span = OutputRawSpan(buffer: UnsafeMutableRawBufferPointer(buffer), initializedCount: 0)
      ssh.read(into: &span)
      count = span.finalize(for: UnsafeMutableRawBufferPointer(buffer))
    }
    guard said.count <= Self.longestSaying else { return fail(Self.missing) }
    if said.isEmpty {
      (state, deadline) = (.waiting, nil)
      reactor.remove(&timer)
      ssh.setInterest(reading: true, writing: false)
    } else if said.count > before || state != .doubting {
      // Its key, if it has one, is in the draft by now.
      state = .doubting
      ssh.setInterest(reading: true, writing: false)
      reactor.set(&timer, to: min(deadline ?? reactor.now, reactor.now + Self.pause), handler: self)
    }
  }

  private static let missing = "The host's key could not be stored: ssh has not handed it over."

  func timerFired(now: MonotonicInstant) {
    switch state {
    case .doubting where now < deadline ?? now: store()
    case .doubting: fail(Self.missing)
    case .storing:
      // What has come while the loop was away is heard first.
      let fair = reactor.presence.fair(now)
      if fair > now { return reactor.set(&timer, to: fair, handler: self) }
      fail("The host's key could not be stored in time.")
    case .waiting, .open, .ended, .over: break
    }
  }

  // MARK: The end

  func remoteEnded(_ end: RemoteEnd) {
    guard !said.isEmpty else { return tell(end) }
    state = .ended(end)
    reactor.remove(&timer)
    reactor.atTurnEnd(self)
  }

  private func fail(_ message: String) {
    ssh.hangUp()
    tell(.failed(message))
  }

  private func tell(_ end: RemoteEnd) {
    leave()
    let told = observer
    observer = nil
    told?.remoteEnded(end)
  }

  private func leave() {
    state = .over
    said = []
    reactor.remove(&timer)
    if let draft = draft.take() { helper.letGo(of: draft) }
  }

  func hangUp() {
    observer = nil
    leave()
    ssh.hangUp()
  }

  func turnEnds() {
    if !said.isEmpty {
      if wanted.reading { observer?.remoteIsReadable() }
    } else if case .ended(let end) = state {
      tell(end)
    }
  }

  // MARK: The conversation

  var isRaw: Bool { state == .open && ssh.isRaw }

  func remoteIsWritable() { observer?.remoteIsWritable() }

  func read(into span: inout OutputRawSpan) {
    switch state {
    case .open where said.isEmpty: ssh.read(into: &span)
    case .open, .ended:
      while span.freeCapacity > 0, let byte = said.popFirst() { span.append(byte) }
      if !said.isEmpty || state != .open { reactor.atTurnEnd(self) }
    case .waiting, .storing, .doubting, .over: break
    }
  }

  func write(_ bytes: RawSpan) -> Int { state == .open ? ssh.write(bytes) : 0 }

  func setInterest(reading: Bool, writing: Bool) {
    wanted = (reading, writing)
    if state == .open { ssh.setInterest(reading: reading, writing: writing) }
    if reading, !said.isEmpty { reactor.atTurnEnd(self) }
  }

  func resize(_ size: TerminalSize) { ssh.resize(size) }
}
