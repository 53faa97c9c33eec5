// What must be known of files before a client can be started, and what of it is known already.

import EventLoop

/// Files that are looked at for every client. What was read is kept for as long as the file stays
/// the same; what must be read is read on a helper's thread, so that a slow disk makes one terminal
/// wait and no other.
final class ClientFiles {
  /// What one client needs.
  struct Request: Sendable {
    /// The programs that it runs, by path.
    var programs: [String]
    /// The known_hosts file in which its host may be pinned.
    var pins: String?
  }

  /// What is known.
  struct Facts: Sendable {
    fileprivate(set) var programs: [String: ReadFile<ClientProgram>] = [:]
    /// Names of hosts by known_hosts file.
    fileprivate(set) var pins: [String: ReadFile<Set<String>>] = [:]
    fileprivate var accounts: ReadFile<Set<UInt32>>?

    /// The program at a path that was asked for; one that is gone is what its path says.
    func program(_ path: String) -> ClientProgram {
      guard let known = programs[path], !known.isStale else {
        return ClientProgram(path: path, head: nil)
      }
      return known.content
    }

    /// Whether the file of accounts names that one.
    func knows(account: UInt32) -> Bool { accounts?.content.contains(account) ?? false }

    /// What a known_hosts file speaks of; one that is gone of nothing.
    func names(in file: String) -> Set<String> {
      guard let known = pins[file], !known.isStale else { return [] }
      return known.content
    }

    /// Whether nothing must be read for what is asked for. Of a program that is gone there is
    /// nothing to read: its start will tell.
    fileprivate func answer(_ request: Request) -> Bool {
      request.programs.allSatisfy { programs[$0]?.isReplaced == false }
        && accounts?.isReplaced == false
        && (request.pins.map { pins[$0]?.isReplaced == false } ?? true)
    }

    /// Reads what is not, which may wait for a disk.
    fileprivate func completed(for request: Request) -> Self {
      var facts = self
      for path in request.programs where programs[path]?.isReplaced != false {
        facts.programs[path] = ReadFile(path, atMost: ClientProgram.longestFirstLine) {
          ClientProgram(path: path, head: $0)
        }
      }
      if accounts?.isReplaced != false {
        facts.accounts = ReadFile("/etc/passwd") { Self.accounts(in: $0 ?? []) }
      }
      if let file = request.pins, pins[file]?.isReplaced != false {
        facts.pins[file] = ReadFile(file) { KnownHosts.names(in: $0 ?? []) }
      }
      return facts
    }

    private static func accounts(in content: [UInt8]) -> Set<UInt32> {
      let lines = String(decoding: content, as: UTF8.self).split(separator: "\n")
      return Set(
        lines.compactMap { line in
          let fields = line.split(separator: ":", omittingEmptySubsequences: false)
          return fields.count > 2 ? UInt32(fields[2]) : nil
        })
    }
  }

  private let helper: HelperThread
  private var facts = Facts()

  /// - Parameter helper: Reads files.
  init(helper: HelperThread) {
    self.helper = helper
  }

  /// Reads what is asked for at once, and waits for the disk: for a start-up.
  func readNow(_ request: Request) {
    facts = facts.completed(for: request)
  }

  /// What is asked for, where nothing must be read for it.
  func facts(for request: Request) -> Facts? {
    facts.answer(request) ? facts : nil
  }

  /// Reads what is asked for.
  ///
  /// - Throws: What pthread_create(3) says.
  func read(_ request: Request, then done: @escaping (Facts) -> Void) throws(SystemError) {
    let known = facts
    try helper.run({ known.completed(for: request) }) { [weak self] facts in
      self?.take(facts, request)
      done(facts)
    }
  }

  /// Others may have been read meanwhile: only what was asked for is taken over.
  private func take(_ read: Facts, _ request: Request) {
    for path in request.programs { facts.programs[path] = read.programs[path] }
    if let file = request.pins { facts.pins[file] = read.pins[file] }
    facts.accounts = read.accounts
  }
}
