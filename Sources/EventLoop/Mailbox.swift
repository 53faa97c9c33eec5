// The only way into the loop from another thread.

import Synchronization

/// Messages from other threads to the loop's thread (eventfd(2)).
///
/// ``Sender`` may go anywhere; the mailbox itself stays with the reactor.
public final class Mailbox<Message: Sendable>: ReadinessHandler, TurnEndHandler {
  /// The end that other threads hold.
  public final class Sender: Sendable {
    private let messages = Mutex<[Message]>([])
    fileprivate let bell: Bell

    fileprivate init() throws(SystemError) {
      bell = try Bell()
    }

    /// Leaves a message and wakes the loop. Callable from any thread; never waits for the loop.
    public func post(_ message: Message) {
      messages.withLock { $0.append(message) }
      bell.ring()
    }

    fileprivate func takeAll() -> [Message] {
      bell.hear()
      return messages.withLock { messages in
        defer { messages = [] }
        return messages
      }
    }
  }

  /// Give this to the other threads.
  public let sender: Sender
  private let reactor: Reactor
  public var turnEndMark = TurnEndMark()
  private let receive: (Message) -> Void
  private var registration: Reactor.Registration?
  /// Messages that have come and were not told yet.
  private var untold: ArraySlice<Message> = []

  /// - Parameters:
  ///   - reactor: The loop that is to hear.
  ///   - receive: Called on the loop's thread, once per message, in the order of posting.
  /// - Throws: What eventfd(2) or epoll_ctl(2) says.
  public init(
    reactor: Reactor, receive: @escaping (Message) -> Void
  ) throws(SystemError) {
    self.reactor = reactor
    self.receive = receive
    sender = try Sender()
    registration = try reactor.add(sender.bell.descriptor, for: .readable, handler: self)
  }

  public func ready(_ readiness: Readiness) {
    let isTelling = !untold.isEmpty
    untold += sender.takeAll()
    // Where there is a rest already, it is told at the turn's end, in order.
    if !isTelling { tell() }
  }

  public func turnEnds() {
    tell()
  }

  private func tell() {
    for _ in 0..<MailboxShare.perTurn {
      guard registration != nil, let message = untold.popFirst() else { break }
      receive(message)
    }
    if untold.isEmpty {
      untold = []
    } else if registration != nil {
      reactor.atTurnEnd(self)
    }
  }

  /// Hears nothing more; what is posted from now on is dropped.
  public func close() {
    guard let registration = registration.take() else { return }
    reactor.remove(registration, descriptor: sender.bell.descriptor)
    untold = []
  }
}

/// How much of a mailbox is told at a time.
enum MailboxShare {
  /// Messages at once; the rest follows at the turn's end and in the next turns.
  static let perTurn = 32
}
