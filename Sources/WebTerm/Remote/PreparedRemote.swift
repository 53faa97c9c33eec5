// A remote that can begin only when something is known that must be waited for.

import EventLoop

/// Stands for another remote until that can be made, and is that remote from then on.
final class PreparedRemote: Remote, TimerHandler {
  private enum State {
    case idle
    /// Until the timer, no longer.
    case preparing(Reactor.Timer)
    case ready(any Remote)
    case over
  }

  /// How long the preparation may take.
  private static let timeout: Duration = .seconds(20)

  var observer: (any RemoteObserver)? {
    didSet {
      if case .ready(let remote) = state { remote.observer = observer }
    }
  }
  private let reactor: Reactor
  private var prepare:
    ((@escaping (Result<any Remote, RemoteFailure>) -> Void) throws(SystemError) -> Void)?
  private var state = State.idle
  private var size: TerminalSize?
  private var interest = (reading: true, writing: false)

  /// - Parameters:
  ///   - reactor: The loop.
  ///   - prepare: Calls what it is given, later, with the remote, which is not started, or with why
  ///     there is none.
  init(
    reactor: Reactor,
    prepare:
      @escaping (@escaping (Result<any Remote, RemoteFailure>) -> Void) throws(SystemError) -> Void
  ) {
    self.reactor = reactor
    self.prepare = prepare
  }

  func start(_ size: TerminalSize) throws(RemoteFailure) {
    self.size = size
    let timer = reactor.makeTimer(handler: self)
    reactor.set(timer, to: reactor.now + Self.timeout)
    state = .preparing(timer)
    do throws(SystemError) {
      try prepare.take()?({ [weak self] in self?.prepared($0) })
    } catch {
      leavePreparation()
      throw RemoteFailure(message: "The terminal could not be prepared: \(error.reason).")
    }
  }

  private func prepared(_ result: Result<any Remote, RemoteFailure>) {
    guard case .preparing = state, let size else { return }
    leavePreparation()
    let remote: any Remote
    switch result {
    case .success(let made): remote = made
    case .failure(let failure): return fail(failure.message)
    }
    remote.observer = observer
    do throws(RemoteFailure) {
      try remote.start(size)
    } catch {
      remote.hangUp()
      return fail(error.message)
    }
    state = .ready(remote)
    remote.setInterest(reading: interest.reading, writing: interest.writing)
  }

  private func leavePreparation() {
    if case .preparing(let timer) = state { reactor.remove(timer) }
    state = .over
  }

  private func fail(_ message: String) {
    let told = observer
    observer = nil
    told?.remoteEnded(.failed(message))
  }

  func timerFired(now: MonotonicInstant) {
    // What has come while the loop was away is heard first.
    let deadline = reactor.presence.fair(now)
    if case .preparing(let timer) = state, deadline > now {
      return reactor.set(timer, to: deadline)
    }
    leavePreparation()
    fail("The server could not read its own files in time.")
  }

  // MARK: The remote that was prepared

  private var remote: (any Remote)? { if case .ready(let remote) = state { remote } else { nil } }

  func read(into span: inout OutputRawSpan) { remote?.read(into: &span) }

  func write(_ bytes: RawSpan) -> Int { remote?.write(bytes) ?? 0 }

  func setInterest(reading: Bool, writing: Bool) {
    interest = (reading, writing)
    remote?.setInterest(reading: reading, writing: writing)
  }

  func resize(_ size: TerminalSize) {
    self.size = size
    remote?.resize(size)
  }

  var isUnreached: Bool { remote?.isUnreached ?? false }

  var isUp: Bool { remote?.isUp ?? false }

  func hangUp() {
    observer = nil
    remote?.hangUp()
    leavePreparation()
  }
}
