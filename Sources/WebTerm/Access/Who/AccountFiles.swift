// The two files that say who may log in and who belongs together, in the form that Apache gave
// them.

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
  /// With how long the last part of their hashes is.
  private static let methods: [(prefix: String, digits: Int)] = [
    (prefix: "$2a$", digits: 53), ("$2b$", 53), ("$2y$", 53), ("$5$", 43), ("$6$", 86),
    ("$y$", 43), ("$gy$", 43), ("$7$", 43),
  ]

  private(set) var hashes: [AccountName: PasswordHash] = [:]
  private(set) var problems: [LineProblem] = []
  /// All hashes in an order of their own, for ``decoy(for:)``.
  private var decoys: [PasswordHash] = []

  init(_ content: [UInt8]) {
    var lines: [AccountName: Int] = [:]
    for (number, line) in entries(of: content) {
      guard let (name, rest) = entry(line) else {
        problems.append(LineProblem(line: number, expected: "name:hash"))
        continue
      }
      let hash = String(decoding: rest, as: UTF8.self)
      guard Self.isWhole(hash) else {
        problems.append(
          LineProblem(
            line: number, expected: "a bcrypt, SHA-256, SHA-512 or yescrypt hash (htpasswd -B)"))
        continue
      }
      if let first = lines[name] {
        problems.append(
          LineProblem(line: number, expected: "each name once (line \(first) has it)"))
        continue
      }
      lines[name] = number
      hashes[name] = PasswordHash(text: hash)
    }
    decoys = Array(hashes.values)
  }

  /// Whether it is of a method that is taken, and not cut off: a file may be read while it is
  /// written.
  private static func isWhole(_ hash: String) -> Bool {
    guard let method = methods.first(where: { hash.utf8.starts(with: $0.prefix.utf8) }) else {
      return false
    }
    let parts = hash.utf8.split(separator: UInt8(ascii: "$"))
    return parts.last?.count == method.digits && parts.count >= 3
      && hash.utf8.allSatisfy { (0x21...0x7e).contains($0) }
  }
}

extension PasswordFile {
  /// A hash to compare a password with where there is no such name: another person's, so that it
  /// takes as long as a name that exists. Which one depends on the name alone; what comes of it
  /// counts for nothing.
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

/// What is wrong with a file of accounts that was read again.
struct AccountProblem: Error, Equatable {
  let file: String
  /// Counted from 1; nil where the file as a whole is meant.
  var line: Int?
  let what: String
}

/// The files that say who may log in, and who belongs together.
struct AccountFiles: Sendable {
  private let passwordPath: String?
  private let groupPath: String?
  private(set) var passwords: ReadFile<PasswordFile>?
  private(set) var groups: ReadFile<GroupFile>?

  /// Reads those that are configured, which may wait for a disk. What is wrong with their lines,
  /// the configuration's loader has told.
  ///
  /// - Throws: What the system says of a file that cannot be read.
  init(_ settings: LoginSettings) throws(SystemError) {
    passwordPath = if case .htpasswd(let file) = settings.mode { file } else { nil }
    groupPath = settings.groups
    passwords = passwordPath.map { ReadFile($0) { PasswordFile($0 ?? []) } }
    groups = groupPath.map { ReadFile($0) { GroupFile($0 ?? []) } }
    if let problem = passwords?.problem ?? groups?.problem { throw problem }
  }

  /// Whether one of them is another one by now.
  var isStale: Bool { passwords?.isStale == true || groups?.isStale == true }

  /// The files as they are now, which may wait for a disk.
  ///
  /// - Returns: The files, and what is wrong with them. One that cannot be read, is not right in
  ///   every line, or says nothing any more is no order: its content stays as it was.
  func readAgain() -> (files: Self, problems: [AccountProblem]) {
    var files = self
    var problems: [AccountProblem] = []
    files.passwords = Self.readAgain(passwords, passwordPath, &problems)
    files.groups = Self.readAgain(groups, groupPath, &problems)
    return (files, problems)
  }

  private static func readAgain<Content: AccountContent>(
    _ file: ReadFile<Content>?, _ path: String?, _ problems: inout [AccountProblem]
  ) -> ReadFile<Content>? {
    guard let file, let path else { return nil }
    let now = file.readAgain()
    var found = now.content.problems.map {
      AccountProblem(file: path, line: $0.line, what: "expected \($0.expected)")
    }
    if let problem = now.problem {
      found = [AccountProblem(file: path, what: "\(problem)")]
    } else if now.content.isEmpty, !file.content.isEmpty, found.isEmpty {
      found = [AccountProblem(file: path, what: "it has no line that says anything any more")]
    }
    problems += found
    return found.isEmpty ? now : now.keeping(file.content)
  }
}

/// What such a file says.
private protocol AccountContent: Sendable {
  var problems: [LineProblem] { get }
  var isEmpty: Bool { get }
}

extension PasswordFile: AccountContent {
  fileprivate var isEmpty: Bool { hashes.isEmpty }
}

extension GroupFile: AccountContent {
  fileprivate var isEmpty: Bool { members.isEmpty }
}
