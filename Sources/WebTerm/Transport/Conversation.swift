// What is spoken on a connection: HTTP first, a terminal channel after an upgrade.

import EventLoop

/// A protocol spoken on a connection. It is given bytes and asked for bytes; it owns no descriptor.
protocol Conversation: AnyObject {
  /// Whether it can take bytes now. While it cannot, the connection is not read.
  var wantsInput: Bool { get }

  /// Whether it would lose nothing if the connection ended now.
  var isIdle: Bool { get }

  /// When ``tick(now:)`` is due next; nil for never.
  var nextDeadline: MonotonicInstant? { get }

  /// Takes what has arrived, once a turn: no more of it than is done in a millisecond, however it
  /// was put together.
  ///
  /// - Parameter bytes: The buffer; it may be changed, and is of no use after the call.
  /// - Returns: How many bytes were taken. The rest is offered again in a later turn, when
  ///   ``wantsInput`` is true, to the conversation that the connection has then. Something is taken
  ///   of every offer.
  func received(_ bytes: inout MutableSpan<UInt8>) -> Int

  /// Puts into `outbox` what is to be written before what ``lend(_:)`` lends.
  ///
  /// - Returns: Whether there is something to lend.
  func fill(_ outbox: inout Outbox) -> Bool

  /// Lends long bytes to `write`, which it calls once, and which returns how many of them were
  /// written.
  func lend(_ write: (RawSpan, RawSpan) -> Int)

  /// Everything that was filled and lent is with the kernel.
  func flushed()

  /// The deadline has come.
  func tick(now: MonotonicInstant)

  /// The connection is gone. Nothing more is asked or told.
  func connectionClosed()
}

extension Conversation {
  /// Writes what an outbox owns, and then what this lends, with one system call.
  ///
  /// - Returns: Whether all of it was written.
  /// - Throws: What the system says.
  func write(_ outbox: inout Outbox, to socket: borrowing Descriptor) throws(SystemError) -> Bool {
    var failure: SystemError?
    var isComplete = true
    lend { first, second in
      do throws(SystemError) {
        let progress = try outbox.write(to: socket, lending: first, second)
        isComplete = progress.isComplete
        return progress.lent
      } catch {
        failure = error
        return 0
      }
    }
    if let failure { throw failure }
    return isComplete
  }
}
