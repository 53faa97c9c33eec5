// The first ssh to a host: its keys are fetched and stored before ssh starts.

import EventLoop

/// Fetches a host's key, pins it, then is the ssh that it was given.
///
/// ssh itself could take a new key on trust (`accept-new`), but where its file cannot be written it would
/// go on without a word and never pin anything.
final class PinningRemote: Remote, RemoteObserver, TimerHandler {
  private enum State {
    case fetching(printed: [UInt8])
    /// What was found is on its way to the disk.
    case storing
    case connected
    case ended
  }

  /// How long fetching and disk may take together: ssh itself gives up before.
  private static let patience: Duration = .seconds(20)

  /// More than any host's keys, in bytes.
  private static let longestAnswer = 65536

  /// A client that fetches a host's key.
  struct Fetch {
    let client: PtyClient
    /// Where it leaves the key; nil where it prints it.
    var file: AnonymousFile?
  }

  var observer: (any RemoteObserver)?
  private var fetch: Fetch
  private var others: ArraySlice<Fetch>
  private let ssh: any Remote
  private let pin: HostKeyPin
  private let reactor: Reactor
  private let helper: HelperThread
  private var timer: Reactor.Timer?
  private var state = State.fetching(printed: [])
  private var size: TerminalSize?
  private var interest = (reading: true, writing: false)

  /// - Parameters:
  ///   - fetch: Fetches the key.
  ///   - others: Do so, one after the other, where a host is there and has shown none.
  ///   - ssh: What it is afterwards.
  ///   - pin: Where the keys belong.
  ///   - reactor: The loop.
  ///   - helper: Writes files.
  init(
    fetch: Fetch, others: [Fetch], ssh: any Remote, pin: HostKeyPin, reactor: Reactor,
    helper: HelperThread
  ) {
    self.fetch = fetch
    self.others = others[...]
    self.ssh = ssh
    self.pin = pin
    self.reactor = reactor
    self.helper = helper
  }

  func start(_ size: TerminalSize) throws(RemoteFailure) {
    self.size = size
    fetch.client.observer = self
    try fetch.client.start(size)
    let timer = reactor.makeTimer(handler: self)
    reactor.set(timer, to: reactor.now + Self.patience)
    self.timer = timer
  }

  func timerFired(now: MonotonicInstant) {
    // What has come while the loop was away is heard first.
    let deadline = reactor.presence.fair(now)
    if let timer, deadline > now { return reactor.set(timer, to: deadline) }
    fail("The host's key could not be fetched and stored in time.")
  }

  private func stopWaiting() {
    if let timer = timer.take() { reactor.remove(timer) }
  }

  // MARK: The key

  func remoteIsReadable() {
    guard case .fetching(var printed) = state else { return }
    printed.append(
      contentsOf: [UInt8](unsafeUninitializedCapacity: 8192) { buffer, count in
        var span = OutputRawSpan(buffer: UnsafeMutableRawBufferPointer(buffer), initializedCount: 0)
        fetch.client.read(into: &span)
        count = span.finalize(for: UnsafeMutableRawBufferPointer(buffer))
      })
    state = .fetching(printed: printed)
    if printed.count > Self.longestAnswer { fail("The host's answer to the key scan is too long.") }
  }

  func remoteIsWritable() {}

  func remoteEnded(_ end: RemoteEnd) {
    guard case .fetching(let printed) = state else { return }
    if case .failed(let message) = end { return fail(message) }
    let (pin, answer) = (pin, fetch.file?.content ?? printed)
    // ssh-keyscan prints how the host has greeted it, with a key or without.
    if KnownHosts.keys(in: answer).isEmpty, let other = others.popFirst(), let size,
      String(decoding: printed, as: UTF8.self).contains(" SSH-2.")
    {
      return fetchAgain(other, size)
    }
    state = .storing
    do throws(SystemError) {
      try helper.run({ () -> SystemError? in
        do throws(SystemError) {
          try pin.store(answer)
          return nil
        } catch {
          return error
        }
      }) { [weak self] problem in self?.stored(problem) }
    } catch {
      stored(error)
    }
  }

  private func fetchAgain(_ other: Fetch, _ size: TerminalSize) {
    fetch = other
    state = .fetching(printed: [])
    other.client.observer = self
    do throws(RemoteFailure) {
      try other.client.start(size)
    } catch {
      fail(error.message)
    }
  }

  private func stored(_ problem: SystemError?) {
    guard case .storing = state, let size else { return }
    if let problem { return fail("The host's key could not be stored: \(problem.reason).") }
    // Without any key ssh goes on, to say in its own words why the host does not answer.
    stopWaiting()
    ssh.observer = observer
    do throws(RemoteFailure) {
      try ssh.start(size)
    } catch {
      return fail(error.message)
    }
    state = .connected
    ssh.setInterest(reading: interest.reading, writing: interest.writing)
  }

  private func fail(_ message: String) {
    state = .ended
    stopWaiting()
    fetch.client.hangUp()
    let told = observer
    observer = nil
    told?.remoteEnded(.failed(message))
  }

  // MARK: The conversation

  func read(into span: inout OutputRawSpan) {
    guard case .connected = state else { return }
    ssh.read(into: &span)
  }

  func write(_ bytes: RawSpan) -> Int {
    guard case .connected = state else { return 0 }
    return ssh.write(bytes)
  }

  func setInterest(reading: Bool, writing: Bool) {
    interest = (reading, writing)
    guard case .connected = state else { return }
    ssh.setInterest(reading: reading, writing: writing)
  }

  func resize(_ size: TerminalSize) {
    self.size = size
    guard case .connected = state else { return }
    ssh.resize(size)
  }

  func hangUp() {
    observer = nil
    stopWaiting()
    fetch.client.hangUp()
    ssh.hangUp()
    state = .ended
  }
}
