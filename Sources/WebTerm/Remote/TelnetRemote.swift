// A telnet host, or a serial line behind a TCP port, on a socket of the reactor's own.

import EventLoop
import Glibc

/// A conversation with a host over TCP.
///
///     host ──socket──▶ TelnetSession ──▶ terminal
///     host ◀─socket─── outgoing ◀─ typed ◀─ terminal
final class TelnetRemote: Remote, ReadinessHandler, TimerHandler, TurnEndHandler {
  /// Where it leads and what may be told there.
  struct Place {
    let host: String
    let port: UInt16
    let settings: TelnetSettings
    let facts: TelnetSession.Facts
    /// How long a connection may take.
    let patience: Duration
  }

  private enum State {
    case idle
    case lookingUp
    case connecting(HostConnector)
    case connected
    case over
  }

  /// How long a host may take to say its first word of telnet.
  private static let firstWord: Duration = .milliseconds(300)
  /// What waits here to be sent at most, in bytes: ^C is not to stand behind more.
  private static let most = 4096
  /// So much of it is encoded at a time: a break, or an answer, waits for no more.
  private static let piece = 256
  /// Answers beyond that stop the reading, in bytes.
  private static let mostAnswers = 16384

  var observer: (any RemoteObserver)?
  private let place: Place
  private let reactor: Reactor
  private let helper: HelperThread
  private var state = State.idle
  private var session: TelnetSession
  private var socket: Descriptor?
  private var registration: Reactor.Registration?
  private var interest: Readiness = []
  /// Whether the kernel holds urgent data of the host's.
  private var isUrgent = false
  private var wanted = (reading: true, writing: false)
  /// What was typed and is not encoded yet.
  private var typed = ByteQueue()
  /// What is on its way: nothing may come between its bytes.
  private var outgoing = ByteQueue()
  /// The screen's size that the session does not know yet.
  private var newSize: TerminalSize?
  /// What is shown of what was typed.
  private var echo: ArraySlice<UInt8> = []
  private var timer: Reactor.Timer?
  /// What ends the break that is on.
  private var breakEnd: [UInt8]?
  private var end: RemoteEnd?
  /// Nobody takes anything any more: what is written goes nowhere, and to wait for room would keep the loop awake.
  private var isHungUp = false

  /// - Parameters:
  ///   - place: Where it leads.
  ///   - reactor: The loop.
  ///   - helper: Looks names up.
  init(_ place: Place, reactor: Reactor, helper: HelperThread) {
    self.place = place
    self.reactor = reactor
    self.helper = helper
    session = TelnetSession(place.settings, place.facts)
  }

  func start(_ size: TerminalSize) throws(RemoteFailure) {
    session.resize(columns: size.columns, rows: size.rows)
    state = .lookingUp
    let (host, port) = (place.host, place.port)
    do throws(SystemError) {
      try helper.run({ lookUp(host, port: port) }) { [weak self] in self?.lookedUp($0) }
    } catch {
      throw RemoteFailure(message: "The host could not be looked up: \(error.reason).")
    }
  }

  private func lookedUp(_ addresses: [SocketAddress]) {
    guard case .lookingUp = state else { return }
    let connector = HostConnector(addresses, patience: place.patience, reactor: reactor) {
      [weak self] outcome in
      switch consume outcome {
      case .connected(let socket): self?.connected(socket)
      case .failed(let words): self?.finish(.closed(reason: words))
      }
    }
    state = .connecting(connector)
    connector.start()
  }

  private func connected(_ socket: consuming Descriptor) {
    socket.tuneForHost(sendBuffer: CInt(Self.most))
    self.socket = consume socket
    state = .connected
    let timer = reactor.makeTimer(handler: self)
    if !session.isDecided { reactor.set(timer, to: reactor.now + Self.firstWord) }
    self.timer = timer
    updateInterest()
    tellRoom()
  }

  func timerFired(now: MonotonicInstant) {
    // A host that a break could be sent to has spoken before.
    if let words = breakEnd.take() {
      session.answers += words
      send()
    }
    session.giveUpWaiting()
    tellRoom()
  }

  // MARK: Bytes

  func read(into span: inout OutputRawSpan) {
    if !echo.isEmpty {
      while span.freeCapacity > 0, let byte = echo.popFirst() { span.append(byte) }
      updateInterest()
    }
    guard echo.isEmpty, span.freeCapacity > 0, end == nil, mayHear else { return }
    receive(into: &span)
    send()
  }

  /// Reads into the free part of the span, and closes the gaps that telnet's own words leave: what is shown never takes more
  /// room than what came.
  private func receive(into span: inout OutputRawSpan) {
    let wasDecided = session.isDecided
    span.withUnsafeMutableBytes { bytes, filled in
      let free = UnsafeMutableRawBufferPointer(rebasing: bytes[filled...])
      let count = readOnce(free)
      guard count > 0 else { return }
      // The first `count` bytes were just written; what is moved never goes beyond what was looked at.
      let input = UnsafeBufferPointer(rebasing: free.bindMemory(to: UInt8.self)[..<count]).span
      var (position, shown) = (0, 0)
      while let range = session.next(input, &position) {
        let data = UnsafeRawBufferPointer(rebasing: free[range])
        UnsafeMutableRawBufferPointer(rebasing: free[shown...]).copyMemory(from: data)
        shown += range.count
      }
      filled += shown
    }
    if !isUrgent { session.endSynch() }
    if !wasDecided, session.isDecided { tellRoom() }
  }

  private func readOnce(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
    do throws(SystemError) {
      switch try socket?.read(into: buffer) {
      case .bytes(let count): return count
      case .end: hostEnded("The host closed the connection.")
      case .wouldBlock, nil: break
      }
    } catch {
      hostEnded(
        error.code == ETIMEDOUT
          ? "The host does not answer any more." : "The host broke the connection off.")
    }
    return 0
  }

  private func hostEnded(_ reason: String) {
    guard end == nil else { return }
    end = .closed(reason: reason)
    // Told when this turn ends: whoever reads is in the middle of its own work now.
    reactor.atTurnEnd(self)
  }

  func turnEnds() {
    if let end { return finish(end) }
    if !echo.isEmpty, wanted.reading { observer?.remoteIsReadable() }
  }

  func write(_ bytes: RawSpan) -> Int {
    guard case .connected = state, takesKeys else { return 0 }
    let sent = sendAsTyped(bytes)
    guard sent < bytes.byteCount else { return sent }
    let rest = bytes.extracting(droppingFirst: sent)
    let count = min(rest.byteCount, Self.most - typed.count)
    let taken = rest.extracting(first: count).withUnsafeBytes(Array.init)
    typed.append(taken)
    if session.echoesHere {
      echo += taken.flatMap { $0 == UInt8(ascii: "\r") ? [$0, UInt8(ascii: "\n")] : [$0] }
      reactor.atTurnEnd(self)
    }
    send()
    return sent + count
  }

  /// Sends keys past the queues where nothing waits and none of them is sent as anything else: nearly every one that somebody
  /// types.
  ///
  /// - Returns: How many bytes the socket took.
  private func sendAsTyped(_ bytes: RawSpan) -> Int {
    guard typed.isEmpty, outgoing.isEmpty, session.answers.isEmpty, newSize == nil,
      !session.isSuspended, !session.echoesHere, bytes.byteCount <= Self.piece,
      TelnetSession.areSentAsTyped(bytes)
    else { return 0 }
    return (try? socket?.write(bytes)) ?? 0
  }

  /// Sends answers and what was typed, in that order, as far as the socket takes it.
  private func send() {
    while refill() {
      // What fails here shows as the end when the socket is read.
      let sent = outgoing.withBytes { bytes in (try? socket?.write(bytes)) ?? 0 }
      guard sent > 0 else { break }
      outgoing.drop(sent)
    }
    updateInterest()
  }

  /// Whether there is something to send.
  private func refill() -> Bool {
    guard outgoing.isEmpty else { return true }
    // Of many sizes while somebody drags the last one counts.
    if let size = newSize.take() { session.resize(columns: size.columns, rows: size.rows) }
    if !session.answers.isEmpty {
      outgoing.append(session.answers)
      session.answers = []
    } else if !typed.isEmpty, !session.isSuspended {
      let keys = typed.withBytes { bytes in
        bytes.extracting(first: min(Self.piece, bytes.byteCount)).withUnsafeBytes(Array.init)
      }
      typed.drop(keys.count)
      outgoing.append(session.encode(keys.span))
    }
    return !outgoing.isEmpty
  }

  func sendBreak() -> Bool {
    guard case .connected = state, let signal = session.breakSignal else { return false }
    // To a line that takes nothing, one more is none.
    guard session.answers.count < Self.most else { return true }
    session.answers += signal.words
    if let end = signal.end, let timer {
      breakEnd = end.words
      reactor.set(timer, to: reactor.now + .milliseconds(end.after))
    }
    send()
    return true
  }

  /// Whether more may be read: a host that asks without end waits until its answers are taken.
  private var mayHear: Bool { outgoing.count + session.answers.count < Self.mostAnswers }

  /// Whether keys may come: it is known how they are sent, and neither they nor what is shown of them waits too long already.
  private var takesKeys: Bool {
    session.isDecided && typed.count < Self.most && echo.count < Self.most
  }

  private func tellRoom() {
    if wanted.writing { observer?.remoteIsWritable() }
  }

  func setInterest(reading: Bool, writing: Bool) {
    wanted = (reading, writing)
    updateInterest()
    if reading, !echo.isEmpty { reactor.atTurnEnd(self) }
  }

  /// A hang-up is reported whether it was asked for or not: without any interest the socket is not registered.
  private func updateInterest() {
    var interest: Readiness = []
    if wanted.reading, end == nil, mayHear { interest.formUnion([.readable, .urgent]) }
    // Whoever may take no keys now does not wait for room in the socket.
    let hasWords = !outgoing.isEmpty || (wanted.writing && takesKeys)
    if hasWords, !isHungUp { interest.insert(.writable) }
    if end != nil { interest = [] }
    guard interest != self.interest else { return }
    switch socket {
    case .some(let socket):
      self.interest = interest
      switch registration {
      case let current? where interest.isEmpty:
        reactor.remove(current, descriptor: socket)
        registration = nil
      case let current?:
        reactor.setInterest(current, descriptor: socket, to: interest)
      case nil:
        // It fails only where the kernel's memory for epoll is used up: the next change tries again.
        registration = try? reactor.add(socket, for: interest, handler: self)
        if registration == nil { self.interest = [] }
      }
    case nil:
      break
    }
  }

  func ready(_ readiness: Readiness) {
    isUrgent = readiness.contains(.urgent)
    if isUrgent { session.beginSynch() }
    if !readiness.isDisjoint(with: [.hungUp, .failed]) {
      isHungUp = true
      updateInterest()
    } else if readiness.contains(.writable) {
      send()
      if takesKeys { tellRoom() }
    }
    if interest.contains(.readable) { observer?.remoteIsReadable() }
  }

  func resize(_ size: TerminalSize) {
    newSize = size
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
    if let timer = timer.take() { reactor.remove(timer) }
    switch socket {
    case .some(let socket):
      if let current = registration.take() { reactor.remove(current, descriptor: socket) }
    case nil:
      break
    }
    socket = nil
  }
}
