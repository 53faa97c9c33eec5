// The file into which one ssh writes the key of a host that it does not know yet.

import EventLoop
import Glibc

/// A known_hosts file of one connection: empty at first, and the only file that its client may
/// write.
///
/// ssh closes what else it was given, and takes a file by its name only: a file without one cannot
/// be handed to it.
final class KeyDraft: Sendable {
  /// Where the client finds it.
  let path: String
  private let file: Descriptor

  /// Makes the file, which waits for the disk.
  ///
  /// - Parameters:
  ///   - folder: Where it is made.
  ///   - owner: The account that the client runs as, where that is not this process's own.
  /// - Throws: What the system says.
  init(in folder: String, for owner: ClientAccount?) throws(SystemError) {
    path = "\(folder)/.new-\(UInt64.random(in: .min ... .max))"
    let number = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard number >= 0 else { throw SystemError("open", path, code: errno) }
    file = Descriptor(owning: number)
    if let owner, fchown(number, owner.user, owner.group) != 0 {
      let reason = errno
      unlink(path)
      throw SystemError("fchown", path, code: reason)
    }
  }

  /// What is in it now.
  var content: [UInt8] {
    let number = file.number
    return [UInt8](unsafeUninitializedCapacity: ClientCommand.longestDraft) { buffer, count in
      count = max(0, pread(number, buffer.baseAddress, buffer.count, 0))
    }
  }

  /// Gives its name up, at the latest when the last reference goes.
  func remove() {
    unlink(path)
  }

  deinit {
    remove()
  }
}
