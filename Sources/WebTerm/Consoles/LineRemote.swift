// A line of a device, as a remote that comes back: the terminal and its offsets go on.

import EventLoop

/// Told by lines what they are about to do.
protocol LineObserver: AnyObject {
  /// A line wants its turn: ``LineRemote/open()``.
  func lineAsks(_ line: LineRemote)
  /// A line is up or has ended: it is not on its way any more.
  func lineSettled(_ line: LineRemote)
  /// Its status is another one.
  func lineChanged(_ line: LineRemote, _ change: LineChange)
  /// Nothing more happens to it.
  func lineIsOver(_ line: LineRemote)
}

/// A remote around the remotes that lead to one line, one after the other.
///
/// While the line stands, the end of a remote is not the terminal's: the line is opened again after
/// a while, when its turn has come. What is typed while it is down is dropped, since it would
/// answer a question of another time. A line that does not stand is what its one remote is.
final class LineRemote: Remote, RemoteObserver, TimerHandler {
  private enum State {
    case idle
    /// Until it is tried again.
    case waiting
    /// Until it is its turn.
    case queued
    /// There is a remote, and no conversation yet.
    case opening(any Remote)
    case up(any Remote)
    case over
  }

  /// How often a remote that does not tell by itself is asked whether it is up.
  private static let pause: Duration = .milliseconds(200)
  /// What has not ended for so long is up: clients give up before.
  private static let longestOpening: Duration = .seconds(30)

  var observer: (any RemoteObserver)?
  /// Which line it is.
  let line: Owner
  /// Where it leads, from the next opening on.
  var destination: Destination
  private(set) var isStanding: Bool
  private(set) var status: LineStatus
  private let maker: any RemoteMaker
  private unowned let lines: any LineObserver
  private let reactor: Reactor
  private var state = State.idle
  private var backoff = LineBackoff()
  private var wanted = (reading: true, writing: false)
  private var size: TerminalSize?
  private var timer: Reactor.Timer?
  private var openingSince: MonotonicInstant

  /// - Parameters:
  ///   - line: Which one.
  ///   - destination: Where it leads.
  ///   - maker: Makes the remotes.
  ///   - lines: Is told.
  ///   - reactor: The loop.
  init(
    _ line: Owner, _ destination: Destination, maker: any RemoteMaker, lines: any LineObserver,
    reactor: Reactor
  ) {
    self.line = line
    self.destination = destination
    self.maker = maker
    self.lines = lines
    self.reactor = reactor
    isStanding = destination.isStanding
    status = LineStatus(since: UnixTime.now)
    openingSince = reactor.now
  }

  private var remote: (any Remote)? {
    switch state {
    case .opening(let remote), .up(let remote): remote
    case .idle, .waiting, .queued, .over: nil
    }
  }

  // MARK: Opening

  func start(_ size: TerminalSize) throws(RemoteFailure) {
    self.size = size
    if isStanding { ask() } else { try begin() }
  }

  private func ask() {
    reactor.remove(&timer)
    state = .queued
    lines.lineAsks(self)
  }

  /// It is its turn.
  func open() {
    guard case .queued = state else { return }
    do throws(RemoteFailure) {
      try begin()
    } catch {
      remote?.hangUp()
      remoteEnded(.failed(error.message))
    }
  }

  private func begin() throws(RemoteFailure) {
    guard let size else { return }
    let remote = maker.makeRemote(for: destination)
    remote.observer = self
    state = .opening(remote)
    openingSince = reactor.now
    try remote.start(size)
    remote.setInterest(reading: wanted.reading, writing: wanted.writing)
    reactor.set(&timer, to: reactor.now + Self.pause, handler: self)
  }

  func timerFired(now: MonotonicInstant) {
    switch state {
    case .waiting: ask()
    case .opening(let remote):
      if remote.isUp || now - openingSince >= Self.longestOpening { return remoteIsUp() }
      reactor.set(&timer, to: now + Self.pause, handler: self)
    case .idle, .queued, .up, .over: reactor.remove(&timer)
    }
  }

  /// A person has come to the line: where it waits to be tried again, that is now.
  func personCame() {
    guard case .waiting = state else { return }
    backoff.forget()
    status.isResting = false
    ask()
  }

  /// The configuration names it as one that stands, or does not any more.
  func stand(_ stands: Bool) {
    isStanding = stands
    guard !stands, remote == nil else { return }
    end(.closed(reason: status.reason ?? "The line is not kept open any more."))
  }

  // MARK: The remote's news

  func remoteIsUp() {
    guard case .opening(let remote) = state else { return }
    state = .up(remote)
    reactor.remove(&timer)
    backoff.up(at: reactor.now)
    status = LineStatus(isUp: true, since: UnixTime.now, lastOutput: status.lastOutput)
    lines.lineSettled(self)
    lines.lineChanged(self, .up)
  }

  func remoteIsReadable() {
    if case .opening(let remote) = state, remote.isUp { remoteIsUp() }
    observer?.remoteIsReadable()
  }

  func remoteIsWritable() { observer?.remoteIsWritable() }

  func remoteEnded(_ end: RemoteEnd) {
    let former = status
    if former.isUp { (status.isUp, status.since) = (false, UnixTime.now) }
    status.reason = end.words
    if isStanding { wait() }
    lines.lineSettled(self)
    if status != former {
      lines.lineChanged(self, .down(reason: end.words, wasUp: former.isUp))
    }
    guard isStanding else { return self.end(end) }
    // What was typed to the line that was is for none that comes.
    observer?.remoteIsWritable()
  }

  private func wait() {
    state = .waiting
    let next = backoff.ended(at: reactor.now, random: .random(in: 0..<1))
    reactor.set(&timer, to: next, handler: self)
    status.isResting = backoff.isResting
  }

  private func end(_ end: RemoteEnd) {
    reactor.remove(&timer)
    state = .over
    let told = observer
    observer = nil
    told?.remoteEnded(end)
  }

  // MARK: The conversation

  func read(into span: inout OutputRawSpan) {
    guard let remote else { return }
    let before = span.byteCount
    remote.read(into: &span)
    if span.byteCount > before, case .up = state { status.lastOutput = UnixTime.now }
  }

  func write(_ bytes: RawSpan) -> Int { remote?.write(bytes) ?? bytes.byteCount }

  func setInterest(reading: Bool, writing: Bool) {
    wanted = (reading, writing)
    remote?.setInterest(reading: reading, writing: writing)
  }

  func resize(_ size: TerminalSize) {
    self.size = size
    remote?.resize(size)
  }

  func sendBreak() -> Bool { remote?.sendBreak() ?? false }

  var isUp: Bool { status.isUp }

  func hangUp() {
    observer = nil
    reactor.remove(&timer)
    remote?.hangUp()
    state = .over
    lines.lineIsOver(self)
  }
}
