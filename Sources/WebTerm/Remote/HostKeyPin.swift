// A host's keys as the server saw them first, kept in a file that ssh reads.

import EventLoop
import Synchronization

/// The pinned keys of one port of a target.
///
/// All ports of a target share one file in the form of known_hosts. Behind a gateway each port is a host
/// of its own, so that each has its own name in it, the way ssh itself would write it.
struct HostKeyPin: Equatable, Sendable {
  /// The known_hosts file.
  let file: String
  /// The host's name in it.
  let alias: String
  private let folder: String
  /// Whether ssh runs as another account, which must be able to read the file.
  private let isShared: Bool

  init(state: String?, target: String, port: UInt16, isShared: Bool = false) {
    self.isShared = isShared
    folder = "\(state ?? "/nonexistent")/known_hosts.d"
    file = "\(folder)/\(target)"
    alias = KnownHosts.alias(of: target, port: port)
  }

  /// The names of the hosts that a file has a key for.
  static func aliases(in content: [UInt8]) -> Set<String> {
    Set(
      String(decoding: content, as: UTF8.self).split(separator: "\n").compactMap { line in
        line.split(separator: " ", maxSplits: 1).first.map(String.init)
      })
  }

  /// Stores the keys that were fetched, which waits for the disk.
  ///
  /// Nothing changes where it holds no key, or where another visitor was faster.
  ///
  /// - Throws: What the system says of the file.
  func store(_ fetched: [UInt8]) throws(SystemError) {
    let keys = KnownHosts.keys(in: fetched)
    try Self.writing.withLock { (_: inout Void) throws(SystemError) in try add(keys) }
  }

  /// Several threads store keys, and what one of them reads another may just be changing.
  private static let writing = Mutex(())

  private func add(_ keys: [String]) throws(SystemError) {
    let old = FileStamp(of: file) == nil ? [] : try readFile(file)
    guard !keys.isEmpty, !Self.aliases(in: old).contains(alias) else { return }
    let lines = String(decoding: old, as: UTF8.self).split(separator: "\n").map(String.init)
    let content = lines + keys.map { "\(alias) \($0)" }
    try makeDirectory(folder, mode: isShared ? 0o755 : 0o700)
    try writeFile(
      file, Array("\(content.joined(separator: "\n"))\n".utf8),
      mode: isShared ? 0o644 : 0o600)
  }
}
