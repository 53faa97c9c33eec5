// Keys on their way to a remote that takes them more slowly than they come.

import EventLoop

/// A bounded queue of input, counted in absolute offsets since the terminal began.
///
/// Who types may send ``room`` bytes. That grows with what the remote takes, so that at most
/// ``capacity`` bytes ever wait here, however slow the remote is.
struct InputQueue {
  /// The most bytes that wait for the remote.
  static let capacity = 65536
  /// Input bytes that have come.
  private(set) var received = 0
  private var waiting = ByteQueue()

  /// Bytes that the remote has not taken yet.
  var count: Int { waiting.count }

  var isEmpty: Bool { count == 0 }

  /// How much more may come now.
  var room: Int { Self.capacity - count }

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
