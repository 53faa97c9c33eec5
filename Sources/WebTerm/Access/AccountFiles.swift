// The two files that say who may log in and who belongs together, in the form that Apache gave them.

import EventLoop

/// What is wrong with a line of such a file.
struct LineProblem: Error, Equatable {
  /// Counted from 1.
  let line: Int
  let expected: String
}

/// Names and password hashes, a line each: `name:hash` (htpasswd(1)).
struct PasswordFile: Equatable {
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

/// Groups and their members, a line each: `group: name name`.
struct GroupFile: Equatable {
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

/// A small file's content, read anew when the file has changed.
///
/// A file that cannot be read leaves the content as it was.
final class WatchedFile<Content> {
  private let path: String
  private let parse: ([UInt8]) -> Content
  private var stamp: FileStamp?
  private(set) var content: Content
  /// Told once each time the file cannot be read.
  var report: ((SystemError) -> Void)?

  /// - Throws: What the system says of the file.
  init(_ path: String, parse: @escaping ([UInt8]) -> Content) throws(SystemError) {
    self.path = path
    self.parse = parse
    stamp = FileStamp(of: path)
    content = parse(try readFile(path))
  }

  /// The content as it is now: one stat(2) where nothing has changed.
  var current: Content {
    let now = FileStamp(of: path)
    guard now != stamp else { return content }
    stamp = now
    do throws(SystemError) {
      content = parse(try readFile(path))
    } catch {
      report?(error)
    }
    return content
  }
}
