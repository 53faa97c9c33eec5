// One open file descriptor and the reads and writes on it. Who waits for it is the Reactor's.

import Glibc

/// An open file descriptor with exactly one owner. It closes when the owner lets go.
public struct Descriptor: ~Copyable, Sendable {
  /// What the kernel calls it. Valid for as long as this value lives.
  public let number: CInt

  /// Takes over `number`, which nothing else may close from now on.
  public init(owning number: CInt) {
    self.number = number
  }

  deinit {
    close(number)
  }

  /// What one read brought.
  public enum ReadResult: Equatable {
    /// At least one byte.
    case bytes(Int)
    /// Nothing now; readiness will tell.
    case wouldBlock
    /// The other side has ended its direction.
    case end
  }

  /// Reads once into the free part of `span` (read(2)), which must not be empty: the system's
  /// answer to that would be the one that it gives at the end.
  ///
  /// - Throws: What the system says, except `EAGAIN` (`wouldBlock`) and `EINTR` (tried again).
  public borrowing func read(into span: inout OutputRawSpan) throws(SystemError) -> ReadResult {
    precondition(span.freeCapacity > 0, "a read with nothing to fill")
    let descriptor = number
    // A failed read is carried out of the closure as a negative count: it may not throw here.
    let count = span.withUnsafeMutableBytes { bytes, filled in
      let free = UnsafeMutableRawBufferPointer(rebasing: bytes[filled...])
      let count = retrying { Glibc.read(descriptor, free.baseAddress, free.count) }
      guard count >= 0 else { return -Int(errno) }
      filled += count
      return count
    }
    return try Self.result(of: count, "read")
  }

  /// Reads once into `buffer` (read(2)), which must not be empty.
  ///
  /// - Throws: What the system says, except `EAGAIN` (`wouldBlock`) and `EINTR` (tried again).
  public borrowing func read(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(SystemError) -> ReadResult {
    precondition(buffer.count > 0, "a read with nothing to fill")
    let descriptor = number
    let count = retrying { Glibc.read(descriptor, buffer.baseAddress, buffer.count) }
    return try Self.result(of: count >= 0 ? count : -Int(errno), "read")
  }

  /// Writes once (write(2)).
  ///
  /// - Returns: How many bytes the system took; 0 where it takes none now.
  /// - Throws: What the system says, except `EAGAIN` and `EINTR`.
  public borrowing func write(_ bytes: RawSpan) throws(SystemError) -> Int {
    let descriptor = number
    let count = bytes.withUnsafeBytes { buffer in
      let count = retrying { Glibc.write(descriptor, buffer.baseAddress, buffer.count) }
      return count >= 0 ? count : -Int(errno)
    }
    if count >= 0 { return count }
    if count == -Int(EAGAIN) { return 0 }
    throw SystemError("write", code: CInt(-count))
  }

  private static func result(
    of count: Int, _ call: StaticString
  ) throws(SystemError) -> ReadResult {
    switch count {
    case 0: return .end
    case 1...: return .bytes(count)
    case -Int(EAGAIN): return .wouldBlock
    default: throw SystemError(call, code: CInt(-count))
    }
  }
}

/// Repeats a system call for as long as a signal interrupts it.
func retrying(_ call: () -> Int) -> Int {
  while true {
    let result = call()
    if result >= 0 || errno != EINTR { return result }
  }
}
