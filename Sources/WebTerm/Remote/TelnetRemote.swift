// A telnet host, or a serial line behind a TCP port, on a socket of the reactor's own.

import EventLoop
import Glibc

/// A conversation with a host over TCP.
///
///     host ──socket──▶ TelnetSession ──▶ terminal
///     host ◀─socket─── outgoing ◀─ typed ◀─ terminal
final class TelnetRemote: Remote, WatchOwner, TimerHandler, TurnEndHandler {
  var observer: (any RemoteObserver)?
  private let host: TelnetHost
  private let reactor: Reactor
  var turnEndMark = TurnEndMark()
  private let resolver: NameResolver
  /// There until the host has answered.
  private var connector: HostConnector?
  private var session: TelnetSession
  private var socket: TelnetSocket
  private var urgent = TelnetUrgent()
  private var wanted = (reading: true, writing: false)
  private var sending = TelnetSending()
  private var showing = TelnetShowing()
  private var timer: Reactor.Timer?
  private var deadlines = TelnetDeadlines()
  /// What ends the break that is on.
  private var breakEnd: [UInt8] = []
  /// How it has ended; told as soon as nothing waits to be sent any more.
  private var end: RemoteEnd?

  /// - Parameters:
  ///   - host: Where it leads.
  ///   - reactor: The loop.
  ///   - resolver: Looks names up.
  init(_ host: TelnetHost, reactor: Reactor, resolver: NameResolver) {
    self.host = host
    self.reactor = reactor
    self.resolver = resolver
    socket = TelnetSocket(reactor: reactor)
    session = TelnetSession(host.settings, host.facts)
  }

  func start(_ size: TerminalSize) throws(RemoteFailure) {
    session.resize(columns: size.columns, rows: size.rows)
    connector = HostConnector(
      host.name, port: host.port, timeout: host.timeout, resolver: resolver, reactor: reactor
    ) { [weak self] outcome in
      switch consume outcome {
      case .connected(let socket): self?.connected(socket)
      case .failed(let reason): self?.finish(.closed(reason: reason))
      case .lacking(let message): self?.finish(.failed(message))
      }
    }
    connector?.start()
  }

  private func connected(_ socket: consuming Descriptor) {
    connector = nil
    self.socket.open(socket, sendBuffer: TelnetSending.most)
    if !session.isDecided { begin(\.firstWord, for: TelnetDeadlines.firstWordTimeout) }
    updateInterest()
    observer?.remoteIsUp()
    tellRoom()
  }

  /// Begins to wait, where that has not begun before.
  private func begin(
    _ deadline: WritableKeyPath<TelnetDeadlines, MonotonicInstant?>, for time: Duration
  ) {
    guard deadlines[keyPath: deadline] == nil else { return }
    deadlines[keyPath: deadline] = reactor.now + time
    setTimer()
  }

  private func setTimer() {
    guard socket.isOpen, let next = deadlines.next else { return }
    reactor.set(&timer, to: next, handler: self)
  }

  func timerFired(now: MonotonicInstant) {
    if deadlines.take(\.breakEnd, now: now) {
      session.answers += breakEnd
      send()
    }
    if deadlines.take(\.hold, now: now) {
      showing.add(session.releaseHeld())
      reactor.atTurnEnd(self)
    }
    if deadlines.take(\.firstWord, now: now) {
      session.giveUpWaiting()
      tellRoom()
    }
    if deadlines.take(\.answers, now: now) {
      sending.areAnswersUseless = true
      updateInterest()
    }
    if deadlines.take(\.lastWords, now: now) {
      sending.isHungUp = true
      return finishIfSent()
    }
    setTimer()
  }

  // MARK: Bytes

  func read(into span: inout OutputRawSpan) {
    if !showing.isEmpty {
      showing.move(into: &span)
      updateInterest()
    }
    let mayRead = end == nil && sending.mayHear(session)
    guard mayRead, showing.isEmpty, span.freeCapacity > 0 else { return }
    let wasDecided = session.isDecided
    urgent.willRead(&session, isThere: socket.isAtUrgentByte)
    readOnce(into: &span)
    if !session.isHolding { deadlines.hold = nil }
    if session.isHolding { begin(\.hold, for: TelnetDeadlines.longestHold) }
    if !showing.isEmpty { reactor.atTurnEnd(self) }
    if !wasDecided, session.isDecided { tellRoom() }
    sending.dropUseless(&session)
    send()
  }

  private func readOnce(into span: inout OutputRawSpan) {
    do throws(SystemError) {
      guard try showing.read(into: &span, from: socket, heardBy: &session) else { return }
      hostEnded("The host closed the connection.")
    } catch {
      sending.hangUp(&session)
      hostEnded(
        error.code == ETIMEDOUT
          ? "The host does not answer any more." : "The host broke the connection off.")
    }
  }

  private func hostEnded(_ reason: String) {
    guard end == nil else { return }
    end = .closed(reason: reason)
    showing.add(session.releaseHeld())
    // Told when this turn ends: the reader is in the middle of its own work now.
    reactor.atTurnEnd(self)
  }

  func turnEnds() {
    if !showing.isEmpty, wanted.reading { observer?.remoteIsReadable() }
    if end != nil { finishIfSent() }
  }

  /// A host that has closed its own direction may still take what was typed: the end waits for
  /// that, while it takes something.
  private func finishIfSent() {
    // What is still to be shown comes before the end.
    guard let end, showing.isEmpty else { return }
    send()
    if !sending.isHungUp, takesKeys { tellRoom() }
    guard sending.hasKeys, !sending.isHungUp else { return finish(end) }
    begin(\.lastWords, for: TelnetDeadlines.lastWordsTimeout)
  }

  func write(_ bytes: RawSpan) -> Int {
    guard socket.isOpen, takesKeys else { return 0 }
    let sent = sending.pass(bytes, to: socket, session)
    guard sent < bytes.byteCount else { return sent }
    let taken = sending.type(bytes.extracting(droppingFirst: sent))
    if session.echoesHere {
      showing.add(typed: taken)
      reactor.atTurnEnd(self)
    }
    send()
    return sent + taken.count
  }

  private func send() {
    if sending.write(to: socket, &session) { deadlines.hostHasTaken(now: reactor.now) }
    if !sending.mayHear(session) { begin(\.answers, for: TelnetDeadlines.longestDeafness) }
    updateInterest()
  }

  func sendBreak() -> Bool {
    guard socket.isOpen, let signal = session.breakSignal else { return false }
    // To a line that takes nothing, one more is none.
    guard session.answers.count < TelnetSending.most else { return true }
    session.answers += signal.message
    if let end = signal.end {
      breakEnd = end.message
      deadlines.breakEnd = nil
      begin(\.breakEnd, for: .milliseconds(end.after))
    }
    send()
    return true
  }

  /// Whether keys may come: neither they nor what is shown of them is too much.
  private var takesKeys: Bool { sending.takesKeys(session) && showing.count < TelnetSending.most }

  private func tellRoom() { if wanted.writing { observer?.remoteIsWritable() } }

  func setInterest(reading: Bool, writing: Bool) {
    wanted = (reading, writing)
    updateInterest()
    if reading, !showing.isEmpty { reactor.atTurnEnd(self) }
  }

  private func updateInterest() {
    let goesOn = end == nil
    let interest = sending.interest(
      reading: goesOn && wanted.reading, taking: goesOn && wanted.writing && takesKeys, session)
    socket.setInterest(interest, for: self)
  }

  func watchAgain() { socket.watchAgain() }

  func ready(_ readiness: Readiness) {
    urgent.note(readiness, &session, byte: socket.urgentByte)
    if readiness.contains(.peerEnded) { sending.areAnswersUseless = true }
    if !readiness.isDisjoint(with: [.hungUp, .failed]) {
      sending.hangUp(&session)
      updateInterest()
      if end != nil { return finishIfSent() }
    } else if readiness.contains(.writable) {
      send()
      if takesKeys { tellRoom() }
      if end != nil { return finishIfSent() }
    } else if sending.areAnswersUseless {
      updateInterest()
    }
    if socket.interest.contains(.readable) { observer?.remoteIsReadable() }
  }

  func resize(_ size: TerminalSize) {
    sending.resize(size)
    if socket.isOpen { send() }
  }

  // MARK: The end

  private func finish(_ end: RemoteEnd) {
    close()
    let told = observer
    observer = nil
    told?.remoteEnded(end)
  }

  func hangUp() {
    observer = nil
    close()
  }

  private func close() {
    connector.take()?.close()
    reactor.remove(&timer)
    socket.close()
  }
}
