// Rules that were made for one client serve the next one like it.

import EventLoop
import Glibc
import Synchronization

/// Landlock rule sets by what they allow. To make one takes forty system calls.
///
/// A rule names the file that lies at a path now. So each set is made anew after a while, for files
/// of the system that are replaced (resolv.conf is, by some), and at once where a file that belongs
/// to the command itself is another one.
final class FenceCache: Sendable {
  private struct Key: Hashable, Sendable {
    let executable: String
    let files: [String]
  }

  /// What was made.
  struct Fence: ~Copyable, Sendable {
    /// The kernel's rules; nil where it has none.
    let rules: Descriptor?
  }

  private final class Entry: Sendable {
    let fence: Fence
    let stamps: [FileStamp?]
    let until: MonotonicInstant

    init(_ fence: consuming Fence, _ stamps: [FileStamp?], until: MonotonicInstant) {
      self.fence = fence
      self.stamps = stamps
      self.until = until
    }
  }

  private static let timeToLive: Duration = .seconds(10)
  /// Past it all are forgotten: a configuration has few targets.
  private static let most = 64

  private let entries = Mutex<[Key: Entry]>([:])

  /// Keeps nothing, and no descriptor: none is needed now.
  func forget() {
    entries.withLock { $0 = [:] }
  }

  /// Lends the fence for a program and the files that it reads.
  ///
  /// - Parameters:
  ///   - program: What is to be executed.
  ///   - files: What its command names.
  ///   - now: The time.
  ///   - make: Makes the fence where it is not there.
  ///   - body: Is given it.
  /// - Returns: What `body` returned.
  /// - Throws: What `make` throws.
  func withFence<R>(
    for program: ClientProgram, _ files: [String], now: MonotonicInstant,
    make: () throws(SystemError) -> Fence, _ body: (borrowing Fence) -> R
  ) throws(SystemError) -> R {
    let key = Key(
      executable: program.executable, files: files + [program.script].compactMap(\.self))
    let stamps = ([key.executable] + key.files).map { FileStamp(of: $0) }
    if let entry = entries.withLock({ $0[key] }), entry.until > now, entry.stamps == stamps {
      return body(entry.fence)
    }
    let entry = Entry(try make(), stamps, until: now + Self.timeToLive)
    entries.withLock {
      if $0.count >= Self.most { $0 = [:] }
      $0[key] = entry
    }
    return body(entry.fence)
  }
}
