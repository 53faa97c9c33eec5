// What a host has marked as urgent (tcp(7)), and what that means to telnet (RFC 854, "The TELNET
// Synch").

import EventLoop

/// The position of an urgent byte among a host's bytes, from when it is known until it is read.
///
/// A telnet host marks a data mark so, and what it has said before is thrown away. What is marked
/// otherwise is no such mark: nothing is thrown away for it; and behind the mark nothing is, in
/// any case.
struct TelnetUrgent {
  private var isPending = false

  /// The loop has told what the socket is ready for; the urgent byte is asked for where there is a
  /// new one.
  mutating func note(
    _ readiness: Readiness, _ session: inout TelnetSession, byte: @autoclosure () -> UInt8?
  ) {
    let wasPending = isPending
    isPending = readiness.contains(.urgent)
    guard isPending else { return session.endSynch() }
    guard !wasPending else { return }
    switch byte() {
    case TelnetCommand.dataMark, TelnetCommand.escape: session.beginSynch()
    default: break
    }
  }

  /// The socket is going to be read, perhaps from that byte on. No read goes past it at once.
  mutating func willRead(_ session: inout TelnetSession, isThere: @autoclosure () -> Bool) {
    guard isPending, isThere() else { return }
    isPending = false
    session.endSynch()
  }
}
