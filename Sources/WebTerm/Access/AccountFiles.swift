// The two files that say who may log in and who belongs together, in the form that Apache gave them.

import EventLoop

/// What is wrong with a line of such a file.
struct LineProblem: Error, Equatable {
  /// Counted from 1.
  let line: Int
  let expected: String
}

/// Names and password hashes, a line each: `name:hash` (htpasswd(1)).
struct PasswordFile: Equatable, Sendable {
  /// What crypt(3) calls the methods that are taken: bcrypt, SHA-256, SHA-512, yescrypt, scrypt.
  /// Weaker ones are refused, and so are Apache's own, which crypt does not know.
  private static let methods = ["$2a$", "$2b$", "$2y$", "$5$", "$6$", "$y$", "$gy$", "$7$"]

  private(set) var hashes: [String: String] = [:]
  private(set) var problems: [LineProblem] = []

  init(_ content: [UInt8]) {
    for (number, line) in entries(of: content) {
      let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, isName(parts[0]) else {
        problems.append(LineProblem(line: number, expected: "name:hash"))
        continue
      }
      guard Self.methods.contains(where: { parts[1].hasPrefix($0) }) else {
        problems.append(
          LineProblem(
            line: number, expected: "a bcrypt, SHA-256, SHA-512 or yescrypt hash (htpasswd -B)"))
        continue
      }
      hashes[String(parts[0])] = String(parts[1])
    }
  }
}

extension PasswordFile {
  /// A hash to compare a password with where there is no such name: somebody else's, so that it takes as long as a name
  /// that exists. Which one depends on the name alone; what comes of it counts for nothing.
  func decoy(for name: String) -> String? {
    let names = hashes.keys.sorted()
    guard !names.isEmpty else { return nil }
    return hashes[names[Int(UInt(bitPattern: name.hashValue) % UInt(names.count))]]
  }
}

/// Groups and their members, a line each: `group: name name`.
struct GroupFile: Equatable, Sendable {
  private(set) var members: [String: Set<String>] = [:]
  private(set) var problems: [LineProblem] = []

  init(_ content: [UInt8]) {
    for (number, line) in entries(of: content) {
      let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, isName(parts[0]) else {
        problems.append(LineProblem(line: number, expected: "group: name name …"))
        continue
      }
      let names = parts[1].split { $0 == " " || $0 == "\t" }.map(String.init)
      members[String(parts[0]), default: []].formUnion(names)
    }
  }
}

/// The lines that say something, with their numbers.
private func entries(of content: [UInt8]) -> [(Int, String)] {
  String(decoding: content, as: UTF8.self).split(
    separator: "\n", omittingEmptySubsequences: false
  ).enumerated().map { ($0 + 1, $1.trimmingBlanks()) }.filter {
    !$1.isEmpty && !$1.hasPrefix("#")
  }
}

private func isName(_ text: Substring) -> Bool {
  (1...128).contains(text.utf8.count) && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f }
}

/// The files that say who may log in, and who belongs together.
struct AccountFiles: Sendable {
  private(set) var passwords: ReadFile<PasswordFile>?
  private(set) var groups: ReadFile<GroupFile>?

  /// Reads those that are configured, which may wait for a disk.
  ///
  /// - Throws: What the system says of a file that cannot be read.
  init(_ settings: LoginSettings) throws(SystemError) {
    if case .htpasswd(let file) = settings.mode {
      passwords = ReadFile(file) { PasswordFile($0 ?? []) }
    }
    groups = settings.groups.map { ReadFile($0) { GroupFile($0 ?? []) } }
    if let problem = passwords?.problem ?? groups?.problem { throw problem }
  }

  /// Whether one of them is another one by now.
  var isStale: Bool { passwords?.isStale == true || groups?.isStale == true }

  /// The files as they are now, which may wait for a disk, and what could not be read: of that the content stays as it was.
  func readAgain() -> (files: Self, problems: [SystemError]) {
    var files = self
    files.passwords = Self.readAgain(passwords)
    files.groups = Self.readAgain(groups)
    return (files, [files.passwords?.problem, files.groups?.problem].compactMap(\.self))
  }

  private static func readAgain<Content>(_ file: ReadFile<Content>?) -> ReadFile<Content>? {
    guard let file else { return nil }
    let now = file.readAgain()
    return now.problem == nil ? now : now.keeping(file.content)
  }
}
