// A host's keys as the server saw them first, kept in a file that ssh reads.

import EventLoop
import Synchronization

/// The pinned keys of one port of a target.
///
/// All ports of a target share one file in the form of known_hosts. Behind a gateway each port is a
/// host of its own, so that each has its own name in it, the way ssh itself would write it.
struct HostKeyPin: Equatable, Sendable {
  /// The known_hosts file.
  let file: String
  /// The host's name in it.
  let alias: String
  private let folder: String
  /// The account that ssh runs as, where it is another one, which must be able to read the file.
  private let reader: ClientAccount?

  init(state: String?, target: String, port: UInt16, reader: ClientAccount? = nil) {
    self.reader = reader
    folder = "\(state ?? "/nonexistent")/known_hosts.d"
    file = "\(folder)/\(target)"
    alias = KnownHosts.alias(of: target, port: port)
  }

  /// Whether a file speaks of the host, of which ssh then judges strictly; its names are from
  /// ``KnownHosts/names(in:)``.
  func isKnown(among names: Set<String>) -> Bool {
    names.contains(alias) || names.contains(KnownHosts.anyHost)
  }

  /// What came of a draft.
  enum Outcome: Sendable {
    /// Its key is the pinned one now, or was already.
    case pinned
    /// There is no key in it.
    case nothing
    /// Another key of the host is pinned: another visitor was faster, and was shown that one.
    case another
    case failed(SystemError)
  }

  /// Makes an empty file for the key that ssh will be shown, which waits for the disk.
  ///
  /// - Throws: What the system says of the file.
  func makeDraft() throws(SystemError) -> KeyDraft {
    try makeDirectory(folder, mode: reader == nil ? 0o700 : 0o755)
    return try KeyDraft(in: folder, for: reader)
  }

  /// Stores the key that ssh has written, which waits for the disk, and gives the draft up.
  func store(from draft: KeyDraft) -> Outcome {
    let ours = KnownHosts.lines(in: draft.content).filter { $0.hasPrefix("\(alias) ") }
    let keys = KnownHosts.keys(in: Array(ours.joined(separator: "\n").utf8))
    guard let key = keys.first else { return .nothing }
    defer { draft.remove() }
    do throws(SystemError) {
      let isPinned = try Self.writing.withLock { (_: inout Void) throws(SystemError) in
        try add(key)
      }
      return isPinned ? .pinned : .another
    } catch {
      return .failed(error)
    }
  }

  /// Several threads store keys, and what one of them reads another may just be changing.
  private static let writing = Mutex(())

  /// Returns whether that is the host's key in the file then.
  private func add(_ key: String) throws(SystemError) -> Bool {
    let old = FileStamp(of: file) == nil ? [] : try readFile(file)
    let lines = KnownHosts.lines(in: old)
    let line = "\(alias) \(key)"
    guard !isKnown(among: KnownHosts.names(in: old)) else { return lines.contains(line) }
    try writeFile(
      file, Array("\((lines + [line]).joined(separator: "\n"))\n".utf8),
      mode: reader == nil ? 0o600 : 0o644)
    return true
  }
}
