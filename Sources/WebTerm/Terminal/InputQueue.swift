// Keys on their way to a remote that takes them more slowly than they come.

import EventLoop

/// A bounded queue of input, counted in absolute offsets since the terminal began.
///
/// The visitor may send up to ``granted``. That offset moves with what the remote has taken, so
/// that at most ``capacity`` bytes ever wait here, however slow the remote is.
struct InputQueue {
  /// The most bytes that wait for the remote.
  static let capacity = 65536
  /// Room that is back is worth a message of its own from this many bytes on.
  private static let worthTelling = capacity / 4

  /// Input bytes that have come.
  private(set) var received = 0
  /// The grant that the visitor was told last.
  private var told = 0
  private var waiting = ByteQueue()

  /// Bytes that the remote has not taken yet.
  var count: Int { waiting.count }

  var isEmpty: Bool { count == 0 }

  /// The offset up to which input may be sent.
  var granted: Int { received - count + Self.capacity }

  /// How much may be sent after what was received.
  var room: Int { granted - received }

  /// Whether so much room has come back since the last telling that it should be told unasked.
  var shouldTellRoom: Bool { granted - told >= Self.worthTelling }

  /// The visitor is being told the room as it is now.
  mutating func roomIsTold() {
    told = granted
  }

  /// Takes input in, all of it.
  ///
  /// - Parameters:
  ///   - piece: No longer than ``room``.
  ///   - write: Takes bytes for the remote and returns how many it took. Not called while older
  ///     input still waits.
  mutating func append(_ piece: Span<UInt8>, write: (RawSpan) -> Int) {
    precondition(piece.count <= room, "input beyond the room")
    received += piece.count
    let taken = isEmpty ? write(piece.bytes) : 0
    guard taken < piece.count else { return }
    waiting.append(piece.extracting(taken..<piece.count).bytes)
  }

  /// The remote takes input again.
  mutating func drain(write: (RawSpan) -> Int) {
    while !isEmpty {
      let taken = waiting.withBytes(write)
      guard taken > 0 else { return }
      waiting.drop(taken)
    }
  }
}
