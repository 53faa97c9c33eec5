// What a telnet remote still has to send.

import EventLoop

/// Answers and keys on their way to a host, in that order. It has no socket.
struct TelnetSending {
  /// What waits here to be sent at most, in bytes: ^C is not to stand behind more.
  static let most = 4096
  /// So much of it is encoded at a time: a break, or an answer, waits for no more.
  static let piece = 256

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
  mutating func refill(_ session: inout TelnetSession) -> Bool {
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
      outgoing.append(session.encode(keys.span))
      carriesKeys = true
    }
    return !outgoing.isEmpty
  }

  /// So many bytes of what is on its way are sent.
  mutating func sent(_ count: Int) {
    outgoing.drop(count)
    if outgoing.isEmpty { carriesKeys = false }
  }

  /// The host takes none of it any more.
  mutating func forget() {
    typed.drop(typed.count)
    carriesKeys = false
    outgoing.drop(outgoing.count)
    newSize = nil
  }
}
