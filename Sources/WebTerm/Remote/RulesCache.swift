// Rules that were made for one client serve the next one like it.

import EventLoop
import Glibc
import Synchronization

/// Landlock rule sets by what they allow. To make one takes forty system calls.
///
/// A rule names the file that lies at a path now. So each set is made anew after a while, for files
/// of the system that are replaced (resolv.conf is, by some), and at once where a file that belongs
/// to the command itself is another one.
final class RulesCache: Sendable {
  private struct Key: Hashable, Sendable {
    let executable: String
    let files: [String]
  }

  /// What was made.
  struct Rules: ~Copyable, Sendable {
    /// The kernel's rule set; nil where it knows none.
    let set: Descriptor?
  }

  private final class Entry: Sendable {
    let rules: Rules
    let stamps: [FileStamp?]
    let until: MonotonicInstant

    init(_ rules: consuming Rules, _ stamps: [FileStamp?], until: MonotonicInstant) {
      self.rules = rules
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

  /// Lends the rules for a program and the files that it reads.
  ///
  /// - Parameters:
  ///   - program: What is to be executed.
  ///   - files: What its command names.
  ///   - now: The time.
  ///   - make: Makes the rules where they are not there.
  ///   - body: Is given them.
  /// - Returns: What `body` returned.
  /// - Throws: What `make` throws.
  func withRules<R>(
    for program: ClientProgram, _ files: [String], now: MonotonicInstant,
    make: () throws(SystemError) -> Rules, _ body: (borrowing Rules) -> R
  ) throws(SystemError) -> R {
    let key = Key(
      executable: program.executable, files: files + [program.script].compactMap(\.self))
    let stamps = ([key.executable] + key.files).map { FileStamp(of: $0) }
    if let entry = entries.withLock({ $0[key] }), entry.until > now, entry.stamps == stamps {
      return body(entry.rules)
    }
    let entry = Entry(try make(), stamps, until: now + Self.timeToLive)
    entries.withLock {
      if $0.count >= Self.most { $0 = [:] }
      $0[key] = entry
    }
    return body(entry.rules)
  }
}
