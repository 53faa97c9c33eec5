// A file that has no name: a client may write it, and nothing else of the machine's.

import CLinux
import EventLoop
import Glibc

/// A file in memory, for a client's standard input (memfd_create(2)). It is the one way in which a client can hand over more
/// than words: the fence knows no path for it.
final class AnonymousFile: Sendable {
  /// What a client finds it by.
  static let path = "/proc/self/fd/0"
  /// The most that it may hold, in bytes.
  static let longest = 65536

  let descriptor: Descriptor

  /// - Throws: What the system says.
  init() throws(SystemError) {
    let number = linux_anonymous_file()
    guard number >= 0 else { throw SystemError("memfd_create", code: errno) }
    descriptor = Descriptor(owning: number)
  }

  /// What is in it now.
  var content: [UInt8] {
    let number = descriptor.number
    return [UInt8](unsafeUninitializedCapacity: Self.longest) { buffer, count in
      count = max(0, pread(number, buffer.baseAddress, buffer.count, 0))
    }
  }
}
