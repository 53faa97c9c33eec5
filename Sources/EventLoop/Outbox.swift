// Bytes on their way into a socket: some owned, some lent for the length of one system call.

import Glibc

/// What is to be written next: first the bytes it owns, in order, then bytes that are lent.
///
/// Short things (frame headers, text messages, response heads) are appended and owned here. Long
/// things (a piece of a terminal's log, a file) stay where they are and are lent to `write`.
public struct Outbox: ~Copyable {
  /// Up to this many bytes are copied into one piece for the kernel.
  private static let small = 256

  private var owned = ByteQueue()

  /// An empty one. It holds no memory until something is appended.
  public init() {}

  /// Owned bytes that are not written yet.
  public var count: Int { owned.count }

  /// Bytes of memory that owned bytes take.
  public var capacity: Int { owned.capacity }

  /// Whether no owned byte waits.
  public var isEmpty: Bool { owned.isEmpty }

  /// Owns a copy of `more` and writes it after what is owned already.
  public mutating func append(_ more: [UInt8]) {
    owned.append(more)
  }

  /// Owns a copy of `more` and writes it after what is owned already.
  public mutating func append(_ more: RawSpan) {
    owned.append(more)
  }

  /// Forgets the owned bytes.
  public mutating func clear() {
    owned.clear()
  }

  /// What one `write` did.
  public struct Progress: Equatable {
    /// How many of the lent bytes were written.
    public let lent: Int
    /// Whether everything was written, owned and lent.
    public let isComplete: Bool
  }

  /// Writes owned bytes, then the two lent pieces, with one system call (write(2) for what is
  /// short, else writev(2)).
  ///
  /// - Parameters:
  ///   - descriptor: The socket, non-blocking.
  ///   - first: Lent bytes that follow the owned ones.
  ///   - second: Lent bytes that follow `first`.
  /// - Returns: How far it came.
  /// - Throws: What the system says, except `EAGAIN` and `EINTR`.
  public mutating func write(
    to descriptor: borrowing Descriptor, lending first: RawSpan, _ second: RawSpan
  ) throws(SystemError) -> Progress {
    let total = count + first.byteCount + second.byteCount
    guard total > 0 else { return Progress(lent: 0, isComplete: true) }
    let written =
      total <= Self.small
      ? join(total, into: descriptor.number, first, second)
      : gather(into: descriptor.number, first, second)
    guard written >= 0 else {
      guard written == -Int(EAGAIN) else { throw SystemError("write", code: CInt(-written)) }
      return Progress(lent: 0, isComplete: false)
    }
    let ownWritten = min(written, count)
    owned.drop(ownWritten)
    return Progress(lent: written - ownWritten, isComplete: written == total)
  }

  /// Writes little in one piece, which costs the kernel less than three. Returns what
  /// ``gather(into:_:_:)`` does.
  private func join(
    _ total: Int, into descriptor: CInt, _ first: RawSpan, _ second: RawSpan
  ) -> Int {
    withUnsafeTemporaryAllocation(byteCount: total, alignment: 1) { piece in
      // The piece is as long as the three together.
      let afterOwned = UnsafeMutableRawBufferPointer(rebasing: piece[count...])
      owned.withBytes { $0.withUnsafeBytes { piece.copyMemory(from: $0) } }
      first.withUnsafeBytes { afterOwned.copyMemory(from: $0) }
      let afterFirst = UnsafeMutableRawBufferPointer(rebasing: afterOwned[first.byteCount...])
      second.withUnsafeBytes { afterFirst.copyMemory(from: $0) }
      let written = retrying { Glibc.write(descriptor, piece.baseAddress, total) }
      return written >= 0 ? written : -Int(errno)
    }
  }

  /// The number of bytes written, or the negative error number.
  private func gather(into descriptor: CInt, _ first: RawSpan, _ second: RawSpan) -> Int {
    // The three pointers live exactly as long as the call that reads through them.
    owned.withBytes { owned in
      owned.withUnsafeBytes { owned in
        first.withUnsafeBytes { first in
          second.withUnsafeBytes { second in
            var pieces: [3 of iovec] = [iovec(owned), iovec(first), iovec(second)]
            var span = pieces.mutableSpan
            return span.withUnsafeMutableBufferPointer { pieces in
              let written = retrying { writev(descriptor, pieces.baseAddress, 3) }
              return written >= 0 ? written : -Int(errno)
            }
          }
        }
      }
    }
  }
}

extension iovec {
  /// A piece for writev(2), which only reads through it.
  fileprivate init(_ bytes: UnsafeRawBufferPointer) {
    self.init(
      iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count)
  }
}
