// The first ssh to a host: its keys are fetched and stored before ssh starts.

import EventLoop

/// Runs a key scan, pins what it finds, then is the ssh that it was given.
///
/// ssh itself could take a new key on trust (`accept-new`), but where its file cannot be written it would
/// go on without a word and never pin anything.
final class PinningRemote: Remote, RemoteObserver, TimerHandler {
  private enum State {
    case scanning(output: [UInt8])
    /// What was found is on its way to the disk.
    case storing
    case connected
    case ended
  }

  /// How long scan and disk may take together: the scan itself gives up before.
  private static let patience: Duration = .seconds(20)

  /// More than any host's keys, in bytes.
  private static let longestScan = 65536

  var observer: (any RemoteObserver)?
  private let scan: PtyClient
  /// Where the scan leaves the keys; nil where it prints them.
  private let file: AnonymousFile?
  private let ssh: any Remote
  private let pin: HostKeyPin
  private let reactor: Reactor
  private let helper: HelperThread
  private var timer: Reactor.Timer?
  private var state = State.scanning(output: [])
  private var size: TerminalSize?
  private var interest = (reading: true, writing: false)

  /// - Parameters:
  ///   - scan: ssh-keyscan, or whatever else fetches keys.
  ///   - file: Where it leaves them; nil where it prints them.
  ///   - ssh: What it is afterwards.
  ///   - pin: Where the keys belong.
  ///   - reactor: The loop.
  ///   - helper: Writes files.
  init(
    scan: PtyClient, file: AnonymousFile? = nil, ssh: any Remote, pin: HostKeyPin, reactor: Reactor,
    helper: HelperThread
  ) {
    self.scan = scan
    self.file = file
    self.ssh = ssh
    self.pin = pin
    self.reactor = reactor
    self.helper = helper
  }

  func start(_ size: TerminalSize) throws(RemoteFailure) {
    self.size = size
    scan.observer = self
    // A key's line must not be cut: nothing is, since a pty folds no lines whatever its size.
    try scan.start(size)
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

  // MARK: The scan

  func remoteIsReadable() {
    guard case .scanning(var output) = state else { return }
    output.append(
      contentsOf: [UInt8](unsafeUninitializedCapacity: 8192) { buffer, count in
        var span = OutputRawSpan(buffer: UnsafeMutableRawBufferPointer(buffer), initializedCount: 0)
        scan.read(into: &span)
        count = span.finalize(for: UnsafeMutableRawBufferPointer(buffer))
      })
    state = .scanning(output: output)
    if output.count > Self.longestScan { fail("The host's answer to the key scan is too long.") }
  }

  func remoteIsWritable() {}

  func remoteEnded(_ end: RemoteEnd) {
    guard case .scanning(let printed) = state else { return }
    if case .failed(let message) = end { return fail(message) }
    state = .storing
    let (pin, output) = (pin, file?.content ?? printed)
    do throws(SystemError) {
      try helper.run({ () -> SystemError? in
        do throws(SystemError) {
          try pin.store(output)
          return nil
        } catch {
          return error
        }
      }) { [weak self] problem in self?.stored(problem) }
    } catch {
      stored(error)
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
    scan.hangUp()
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
    scan.hangUp()
    ssh.hangUp()
    state = .ended
  }
}
