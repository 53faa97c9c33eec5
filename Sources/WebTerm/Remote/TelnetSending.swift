// What a telnet remote still has to send.

import EventLoop

/// Answers and keys on their way to a host, in that order. It is lent the socket.
struct TelnetSending {
  /// What waits here to be sent at most, in bytes: ^C is not to stand behind more.
  static let most = 4096
  /// So much of it is encoded at a time: a break, or an answer, waits for no more.
  private static let piece = 256

  /// Answers beyond that stop the reading, in bytes.
  private static let mostAnswers = 16384

  /// Answers beyond their bound are dropped, so that the end is read: the host says nothing more,
  /// or takes none of them.
  var areAnswersUseless = false
  /// The host takes nothing any more: what is written goes nowhere, and to wait for room would keep
  /// the loop awake.
  var isHungUp = false
  /// What was typed and is not encoded yet.
  private(set) var typed = ByteQueue()
  /// What is on its way: nothing may come between its bytes.
  private(set) var outgoing = ByteQueue()
  /// Whether keys are among what is on its way.
  private var carriesKeys = false
  /// The screen's size that the session does not know yet.
  private var newSize: TerminalSize?

  /// Whether something waits that was typed.
  var hasKeys: Bool { carriesKeys || !typed.isEmpty }

  /// Whether nothing waits.
  var isEmpty: Bool { typed.isEmpty && outgoing.isEmpty && newSize == nil }

  /// Puts keys behind those that wait, as many as there is room for; returns them.
  mutating func type(_ keys: RawSpan) -> [UInt8] {
    let count = min(keys.byteCount, Self.most - typed.count)
    let taken = keys.extracting(first: count).withUnsafeBytes(Array.init)
    typed.append(taken)
    return taken
  }

  /// Of many sizes while a window is dragged the last one counts.
  mutating func resize(_ size: TerminalSize) { newSize = size }

  /// Sees to it that what is on its way is not empty, as long as there is something to send.
  ///
  /// - Returns: Whether there is.
  private mutating func refill(_ session: inout TelnetSession) -> Bool {
    guard outgoing.isEmpty else { return true }
    carriesKeys = false
    if let size = newSize.take() { session.resize(columns: size.columns, rows: size.rows) }
    if !session.answers.isEmpty {
      outgoing.append(session.answers)
      session.answers = []
    } else if !typed.isEmpty, !session.isSuspended {
      let keys = typed.withBytes { bytes in
        bytes.extracting(first: min(Self.piece, bytes.byteCount)).withUnsafeBytes(Array.init)
      }
      typed.drop(keys.count)
      outgoing.append(session.keys.encode(keys.span))
      carriesKeys = true
    }
    return !outgoing.isEmpty
  }

  /// Sends answers and what was typed, in that order, as far as the socket takes it.
  ///
  /// - Returns: Whether it took anything.
  mutating func write(to socket: borrowing TelnetSocket, _ session: inout TelnetSession) -> Bool {
    var hasSent = false
    while refill(&session) {
      let count = outgoing.withBytes { socket.write($0) }
      guard count > 0 else { break }
      outgoing.drop(count)
      if outgoing.isEmpty { carriesKeys = false }
      hasSent = true
    }
    return hasSent
  }

  /// Sends keys past the queues where nothing waits and none of them is sent as anything else:
  /// nearly every one that a person types.
  ///
  /// - Returns: How many bytes the socket took.
  func pass(
    _ keys: RawSpan, to socket: borrowing TelnetSocket, _ session: borrowing TelnetSession
  ) -> Int {
    guard isEmpty, session.answers.isEmpty, !session.isSuspended, !session.echoesHere,
      keys.byteCount <= Self.piece, TelnetKeys.areSentAsTyped(keys)
    else { return 0 }
    return socket.write(keys)
  }

  /// Whether the host may be heard: one that asks without end waits until its answers are taken, as
  /// long as it takes some.
  func mayHear(_ session: borrowing TelnetSession) -> Bool {
    isHungUp || areAnswersUseless || outgoing.count + session.answers.count < Self.mostAnswers
  }

  /// Whether more keys may come: it is known how they are sent, and those that wait are few.
  func takesKeys(_ session: borrowing TelnetSession) -> Bool {
    session.isDecided && typed.count < Self.most
  }

  /// What the socket is waited for.
  ///
  /// - Parameters:
  ///   - reading: Whether what the host says is wanted.
  ///   - taking: Whether more keys are waited for. A remote that may take none now does not wait
  ///     for room in the socket.
  ///   - session: What waits to be answered.
  /// - Returns: Nothing where it is not waited for.
  func interest(reading: Bool, taking: Bool, _ session: borrowing TelnetSession) -> Readiness {
    var interest: Readiness = []
    // A host whose answers wait is heard only when it has said its last: that must not wait for
    // them.
    if reading { interest.formUnion(mayHear(session) ? [.readable, .urgent] : [.peerEnded]) }
    if taking || !outgoing.isEmpty, !isHungUp { interest.insert(.writable) }
    return interest
  }

  /// The host takes nothing any more.
  mutating func hangUp(_ session: inout TelnetSession) {
    isHungUp = true
    dropUseless(&session)
  }

  /// To a host that is gone nothing is said; where answers are of no use, nothing but this bounds
  /// them.
  mutating func dropUseless(_ session: inout TelnetSession) {
    if isHungUp {
      session.answers = []
      forget()
    } else if areAnswersUseless, session.answers.count > Self.mostAnswers {
      session.answers = []
    }
  }

  private mutating func forget() {
    typed.drop(typed.count)
    carriesKeys = false
    outgoing.drop(outgoing.count)
    newSize = nil
  }
}
