// A telnet host, or a serial line behind a TCP port, on a socket of the reactor's own.

import EventLoop
import Glibc

/// A conversation with a host over TCP.
///
///     host ──socket──▶ TelnetSession ──▶ terminal
///     host ◀─socket─── outgoing ◀─ typed ◀─ terminal
final class TelnetRemote: Remote, WatchOwner, TimerHandler, TurnEndHandler {
  private enum State {
    case idle
    case connecting(HostConnector)
    case connected
    case over
  }

  /// How long what may be the beginning of a command waits for the rest of it before it is shown.
  private static let longestHold: Duration = .milliseconds(300)
  /// How long a host that asks without end may take no answers, and is not heard meanwhile: behind
  /// what it says may be its end.
  private static let longestDeafness: Duration = .seconds(10)
  /// How long a host that has closed its own direction may take nothing of what was typed.
  private static let lastWords: Duration = .seconds(5)
  /// How long a host may take to say its first word of telnet.
  private static let firstWord: Duration = .milliseconds(300)
  /// What is read at once where something is held back, in bytes.
  private static let piece = 4096
  /// Answers beyond that stop the reading, in bytes.
  private static let mostAnswers = 16384

  var observer: (any RemoteObserver)?
  private let place: Place
  private let reactor: Reactor
  private let resolver: NameResolver
  private var state = State.idle
  private var session: TelnetSession
  private var socket: Descriptor?
  private let watch: DescriptorWatch
  private var urgent = TelnetUrgent()
  private var wanted = (reading: true, writing: false)
  private var sending = TelnetSending()
  /// What is shown before anything that is still to be read: what was typed, and what was held
  /// back.
  private var shownNext: ArraySlice<UInt8> = []
  private var timer: Reactor.Timer?
  private var deadlines = TelnetDeadlines()
  /// What ends the break that is on.
  private var breakEnd: [UInt8] = []
  /// How it has ended; told as soon as nothing waits to be sent any more.
  private var end: RemoteEnd?
  /// Answers beyond their bound are dropped, so that the end is read: the host says nothing more,
  /// or takes none of them.
  private var areAnswersUseless = false
  /// The host takes nothing any more: what is written goes nowhere, and to wait for room would keep
  /// the loop awake.
  private var isHungUp = false

  /// - Parameters:
  ///   - place: Where it leads.
  ///   - reactor: The loop.
  ///   - resolver: Looks names up.
  init(_ place: Place, reactor: Reactor, resolver: NameResolver) {
    self.place = place
    self.reactor = reactor
    self.resolver = resolver
    watch = DescriptorWatch(reactor: reactor)
    session = TelnetSession(place.settings, place.facts)
  }

  func start(_ size: TerminalSize) throws(RemoteFailure) {
    session.resize(columns: size.columns, rows: size.rows)
    let connector = HostConnector(
      place.host, port: place.port, patience: place.patience, resolver: resolver, reactor: reactor
    ) {
      [weak self] outcome in
      switch consume outcome {
      case .connected(let socket): self?.connected(socket)
      case .failed(let words): self?.finish(.closed(reason: words))
      case .lacking(let words): self?.finish(.failed(words))
      }
    }
    state = .connecting(connector)
    connector.start()
  }

  private func connected(_ socket: consuming Descriptor) {
    socket.tuneForHost(sendBuffer: CInt(TelnetSending.most))
    self.socket = consume socket
    state = .connected
    timer = reactor.makeTimer(handler: self)
    if !session.isDecided { deadlines.firstWord = reactor.now + Self.firstWord }
    setTimer()
    updateInterest()
    observer?.remoteIsUp()
    tellRoom()
  }

  private func setTimer() {
    guard let timer, let next = deadlines.next else { return }
    reactor.set(timer, to: next)
  }

  func timerFired(now: MonotonicInstant) {
    if deadlines.take(\.breakEnd, now: now) {
      session.answers += breakEnd
      send()
    }
    if deadlines.take(\.hold, now: now) { showNext(session.releaseHeld()) }
    if deadlines.take(\.firstWord, now: now) {
      session.giveUpWaiting()
      tellRoom()
    }
    if deadlines.take(\.answers, now: now) {
      areAnswersUseless = true
      updateInterest()
    }
    if deadlines.take(\.lastWords, now: now) {
      isHungUp = true
      return finishIfSent()
    }
    setTimer()
  }

  // MARK: Bytes

  func read(into span: inout OutputRawSpan) {
    if !shownNext.isEmpty {
      while span.freeCapacity > 0, let byte = shownNext.popFirst() { span.append(byte) }
      updateInterest()
    }
    guard shownNext.isEmpty, span.freeCapacity > 0, end == nil, mayHear else { return }
    let wasDecided = session.isDecided
    urgent.willRead(&session, isThere: socket?.isAtUrgentByte() == true)
    if session.isHolding { receiveBehindHeld(into: &span) } else { receive(into: &span) }
    if session.isHolding, deadlines.hold == nil {
      deadlines.hold = reactor.now + Self.longestHold
      setTimer()
    }
    if !wasDecided, session.isDecided { tellRoom() }
    dropUselessAnswers()
    send()
  }

  /// Reads into the free part of the span, and closes the gaps that telnet's own words leave: what
  /// is shown never takes more room than what came.
  private func receive(into span: inout OutputRawSpan) {
    span.withUnsafeMutableBytes { bytes, filled in
      let free = UnsafeMutableRawBufferPointer(rebasing: bytes[filled...])
      let count = readOnce(free)
      guard count > 0 else { return }
      // The first `count` bytes were just written; what is moved never goes beyond what was looked
      // at.
      let input = UnsafeBufferPointer(rebasing: free.bindMemory(to: UInt8.self)[..<count]).span
      var (position, shown) = (0, 0)
      while let range = session.next(input, &position) {
        let data = UnsafeRawBufferPointer(rebasing: free[range])
        UnsafeMutableRawBufferPointer(rebasing: free[shown...]).copyMemory(from: data)
        shown += range.count
      }
      filled += shown
    }
  }

  /// The same where bytes of earlier pieces are held back and may come before: more may be shown
  /// than has come.
  private func receiveBehindHeld(into span: inout OutputRawSpan) {
    let most = min(span.freeCapacity, Self.piece)
    let input = [UInt8](unsafeUninitializedCapacity: most) { buffer, count in
      count = readOnce(UnsafeMutableRawBufferPointer(buffer))
    }
    var position = 0
    while let range = session.next(input.span, &position) {
      shownNext += session.takeReleased()
      shownNext += input[range]
    }
    shownNext += session.takeReleased()
    if !session.isHolding { deadlines.hold = nil }
    while span.freeCapacity > 0, let byte = shownNext.popFirst() { span.append(byte) }
    if !shownNext.isEmpty { reactor.atTurnEnd(self) }
  }

  /// To a host that is gone nothing is said; where answers are of no use, nothing but this bounds
  /// them.
  private func dropUselessAnswers() {
    if isHungUp {
      session.answers = []
      sending.forget()
    } else if areAnswersUseless, session.answers.count > Self.mostAnswers {
      session.answers = []
    }
  }

  private func readOnce(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
    do throws(SystemError) {
      switch try socket?.read(into: buffer) {
      case .bytes(let count): return count
      case .end: hostEnded("The host closed the connection.")
      case .wouldBlock, nil: break
      }
    } catch {
      isHungUp = true
      dropUselessAnswers()
      hostEnded(
        error.code == ETIMEDOUT
          ? "The host does not answer any more." : "The host broke the connection off.")
    }
    return 0
  }

  private func hostEnded(_ reason: String) {
    guard end == nil else { return }
    end = .closed(reason: reason)
    shownNext += session.releaseHeld()
    // Told when this turn ends: the reader is in the middle of its own work now.
    reactor.atTurnEnd(self)
  }

  func turnEnds() {
    if !shownNext.isEmpty, wanted.reading { observer?.remoteIsReadable() }
    if end != nil { finishIfSent() }
  }

  /// A host that has closed its own direction may still take what was typed: the end waits for
  /// that, while it takes something.
  private func finishIfSent() {
    // What is still to be shown comes before the end.
    guard let end, shownNext.isEmpty else { return }
    send()
    if !isHungUp, takesKeys { tellRoom() }
    guard sending.hasKeys, !isHungUp else { return finish(end) }
    if deadlines.lastWords == nil {
      deadlines.lastWords = reactor.now + Self.lastWords
      setTimer()
    }
  }

  private func showNext(_ bytes: [UInt8]) {
    guard !bytes.isEmpty else { return }
    shownNext += bytes
    reactor.atTurnEnd(self)
  }

  func write(_ bytes: RawSpan) -> Int {
    guard case .connected = state, takesKeys else { return 0 }
    let sent = sendAsTyped(bytes)
    guard sent < bytes.byteCount else { return sent }
    let rest = bytes.extracting(droppingFirst: sent)
    let taken = sending.type(rest)
    if session.echoesHere {
      showNext(taken.flatMap { $0 == UInt8(ascii: "\r") ? [$0, UInt8(ascii: "\n")] : [$0] })
    }
    send()
    return sent + taken.count
  }

  /// Sends keys past the queues where nothing waits and none of them is sent as anything else:
  /// nearly every one that a person types.
  ///
  /// - Returns: How many bytes the socket took.
  private func sendAsTyped(_ bytes: RawSpan) -> Int {
    guard sending.isEmpty, session.answers.isEmpty,
      !session.isSuspended, !session.echoesHere, bytes.byteCount <= TelnetSending.piece,
      TelnetSession.areSentAsTyped(bytes)
    else { return 0 }
    return (try? socket?.write(bytes)) ?? 0
  }

  /// Sends answers and what was typed, in that order, as far as the socket takes it.
  private func send() {
    while sending.refill(&session) {
      // What fails here shows as the end when the socket is read.
      let sent = sending.outgoing.withBytes { bytes in (try? socket?.write(bytes)) ?? 0 }
      guard sent > 0 else { break }
      sending.sent(sent)
      deadlines.answers = nil
      if deadlines.lastWords != nil { deadlines.lastWords = reactor.now + Self.lastWords }
    }
    if !mayHear, deadlines.answers == nil {
      deadlines.answers = reactor.now + Self.longestDeafness
      setTimer()
    }
    updateInterest()
  }

  func sendBreak() -> Bool {
    guard case .connected = state, let signal = session.breakSignal else { return false }
    // To a line that takes nothing, one more is none.
    guard session.answers.count < TelnetSending.most else { return true }
    session.answers += signal.words
    if let end = signal.end {
      breakEnd = end.words
      deadlines.breakEnd = reactor.now + .milliseconds(end.after)
      setTimer()
    }
    send()
    return true
  }

  /// Whether more may be read: a host that asks without end waits until its answers are taken, as
  /// long as it takes some.
  private var mayHear: Bool {
    isHungUp || areAnswersUseless
      || sending.outgoing.count + session.answers.count < Self.mostAnswers
  }

  /// Whether keys may come: it is known how they are sent, and neither they nor what is shown of
  /// them waits too long already.
  private var takesKeys: Bool {
    session.isDecided && sending.typed.count < TelnetSending.most
      && shownNext.count < TelnetSending.most
  }

  private func tellRoom() {
    if wanted.writing { observer?.remoteIsWritable() }
  }

  func setInterest(reading: Bool, writing: Bool) {
    wanted = (reading, writing)
    updateInterest()
    if reading, !shownNext.isEmpty { reactor.atTurnEnd(self) }
  }

  private func updateInterest() {
    var interest: Readiness = []
    if wanted.reading, end == nil {
      // A host whose answers wait is heard only when it has said its last: that must not wait for
      // them.
      interest.formUnion(mayHear ? [.readable, .urgent] : [.peerEnded])
    }
    // A remote that may take no keys now does not wait for room in the socket.
    let hasWords = !sending.outgoing.isEmpty || (wanted.writing && takesKeys && end == nil)
    if hasWords, !isHungUp { interest.insert(.writable) }
    switch socket {
    case .some(let socket): watch.set(to: interest, of: socket, for: self)
    case nil: break
    }
  }

  func watchAgain() {
    switch socket {
    case .some(let socket): watch.tryAgain(of: socket)
    case nil: break
    }
  }

  func ready(_ readiness: Readiness) {
    urgent.note(readiness, &session, byte: socket?.urgentByte())
    if readiness.contains(.peerEnded) { areAnswersUseless = true }
    if !readiness.isDisjoint(with: [.hungUp, .failed]) {
      isHungUp = true
      dropUselessAnswers()
      updateInterest()
      if end != nil { return finishIfSent() }
    } else if readiness.contains(.writable) {
      send()
      if takesKeys { tellRoom() }
      if end != nil { return finishIfSent() }
    } else if areAnswersUseless {
      updateInterest()
    }
    if watch.interest.contains(.readable) { observer?.remoteIsReadable() }
  }

  func resize(_ size: TerminalSize) {
    sending.resize(size)
    if case .connected = state { send() }
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
    if case .connecting(let connector) = state { connector.close() }
    state = .over
    reactor.remove(&timer)
    switch socket {
    case .some(let socket): watch.close(socket)
    case nil: break
    }
    socket = nil
  }
}
