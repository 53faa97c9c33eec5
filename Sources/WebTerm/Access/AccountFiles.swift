// The two files that say who may log in and who belongs together, in the form that Apache gave them.

import EventLoop

/// What is wrong with a line of such a file.
struct LineProblem: Error, Equatable {
  /// Counted from 1.
  let line: Int
  let expected: String
}

/// What a password file says of a password (crypt(5)).
struct PasswordHash: Equatable, Sendable {
  let text: String

  static func == (a: Self, b: Self) -> Bool { a.text.hasSameBytes(as: b.text) }
}

/// Names and password hashes, a line each: `name:hash` (htpasswd(1)).
struct PasswordFile: Equatable, Sendable {
  /// What crypt(3) calls the methods that are taken: bcrypt, SHA-256, SHA-512, yescrypt, scrypt.
  /// Weaker ones are refused, and so are Apache's own, which crypt does not know.
  private static let methods = ["$2a$", "$2b$", "$2y$", "$5$", "$6$", "$y$", "$gy$", "$7$"]

  private(set) var hashes: [AccountName: PasswordHash] = [:]
  private(set) var problems: [LineProblem] = []
  /// All hashes in an order of their own, for ``decoy(for:)``.
  private var decoys: [PasswordHash] = []

  init(_ content: [UInt8]) {
    for (number, line) in entries(of: content) {
      guard let (name, rest) = entry(line) else {
        problems.append(LineProblem(line: number, expected: "name:hash"))
        continue
      }
      let hash = String(decoding: rest, as: UTF8.self)
      guard Self.methods.contains(where: { hash.utf8.starts(with: $0.utf8) }) else {
        problems.append(
          LineProblem(
            line: number, expected: "a bcrypt, SHA-256, SHA-512 or yescrypt hash (htpasswd -B)"))
        continue
      }
      hashes[name] = PasswordHash(text: hash)
    }
    decoys = Array(hashes.values)
  }
}

extension PasswordFile {
  /// A hash to compare a password with where there is no such name: somebody else's, so that it takes as long as a name
  /// that exists. Which one depends on the name alone; what comes of it counts for nothing.
  func decoy(for name: [UInt8]) -> PasswordHash? {
    guard !decoys.isEmpty else { return nil }
    return decoys[Int(UInt(bitPattern: name.hashValue) % UInt(decoys.count))]
  }
}

/// Groups and their members, a line each: `group: name name`.
struct GroupFile: Equatable, Sendable {
  private(set) var members: [AccountName: Set<AccountName>] = [:]
  private(set) var problems: [LineProblem] = []

  init(_ content: [UInt8]) {
    for (number, line) in entries(of: content) {
      guard let (group, rest) = entry(line) else {
        problems.append(LineProblem(line: number, expected: "group: name name …"))
        continue
      }
      let texts = rest.split(whereSeparator: isBlank)
      let names = texts.compactMap { AccountName($0) }
      guard names.count == texts.count else {
        problems.append(
          LineProblem(line: number, expected: "names in UTF-8, of characters that show"))
        continue
      }
      members[group, default: []].formUnion(names)
    }
  }
}

/// The lines that say something, with their numbers, without blanks at both ends.
private func entries(of content: [UInt8]) -> [(Int, ArraySlice<UInt8>)] {
  content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
    .map { number, line in
      // Files that were made elsewhere end their lines with a carriage return, too.
      let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
      let text = line.drop(while: isBlank)
      guard let last = text.lastIndex(where: { !isBlank($0) }) else { return (number + 1, []) }
      return (number + 1, text[...last])
    }.filter { !$1.isEmpty && $1.first != UInt8(ascii: "#") }
}

/// What stands before the colon of a line, and what behind it; nil where there is no name.
private func entry(_ line: ArraySlice<UInt8>) -> (name: AccountName, rest: ArraySlice<UInt8>)? {
  guard let colon = line.firstIndex(of: UInt8(ascii: ":")),
    !line[..<colon].contains(where: isBlank),
    let name = AccountName(line[..<colon])
  else { return nil }
  return (name, line[(colon + 1)...])
}

private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

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
