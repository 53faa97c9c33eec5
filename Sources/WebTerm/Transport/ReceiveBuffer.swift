// The memory into which every socket is read.

import EventLoop

/// One buffer for all connections of a loop: what a read brings is used up before the next read.
final class ReceiveBuffer {
  /// In bytes; a read brings no more.
  static let size = 65536

  private let storage = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: ReceiveBuffer.size)

  init() {
    storage.initialize(repeating: 0)
  }

  deinit {
    storage.deallocate()
  }

  /// Reads once from `socket`.
  ///
  /// - Throws: What read(2) says.
  func read(from socket: borrowing Descriptor) throws(SystemError) -> Descriptor.ReadResult {
    try socket.read(into: UnsafeMutableRawBufferPointer(storage))
  }

  /// Lends bytes `range` of what was read last.
  func lend<R>(_ range: Range<Int>, _ body: (inout MutableSpan<UInt8>) -> R) -> R {
    // The storage is initialized as a whole, and `rebasing` checks the range.
    var span = UnsafeMutableBufferPointer(rebasing: storage[range]).mutableSpan
    return body(&span)
  }
}
