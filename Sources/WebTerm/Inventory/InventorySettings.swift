// Where further targets are, as an administrator sets it.

import Glibc

/// `directory` and `inventory`.
struct InventorySettings: Equatable, Sendable {
  /// Files, of which the last component may have `*`, `?` and `[…]` (glob(7)).
  var patterns: [FilePattern] = []
  /// What the labels of file_sd's entries mean; nil where such files are not expected.
  var rule: InventoryRule?

  init() {}

  /// Reads both.
  init(_ root: inout Section) {
    let problems = root.problems
    patterns =
      root.strings("directory")?.compactMap { text, path in
        let pattern = FilePattern(text)
        if pattern == nil {
          problems.report(
            path, "an absolute path to files, with * only behind the last slash", .string(text))
        }
        return pattern
      } ?? []
    root.section("inventory") { rule = InventoryRule(&$0) }
  }
}

/// Files of one folder.
struct FilePattern: Equatable, Sendable {
  let folder: String
  /// A file's name, or a pattern of some.
  let name: String

  var path: String { folder == "/" ? "/\(name)" : "\(folder)/\(name)" }

  init?(_ text: String) {
    guard text.hasPrefix("/"), !text.utf8.contains(where: { $0 < 0x20 }),
      let slash = text.lastIndex(of: "/")
    else { return nil }
    folder = slash == text.startIndex ? "/" : String(text[..<slash])
    name = String(text[text.index(after: slash)...])
    guard !name.isEmpty, !folder.contains(where: { "*?[".contains($0) }) else { return nil }
  }
}

extension FilePattern {
  /// Whether a file, by its path, is one of them.
  func matches(_ path: String) -> Bool { fnmatch(self.path, path, FNM_PATHNAME | FNM_PERIOD) == 0 }

  /// The files that are there, by name; where there is none, why.
  func find() -> (files: [String], gap: ConfigurationProblem?) {
    var found = glob_t()
    defer { globfree(&found) }
    if glob(path, 0, nil, &found) == 0 {
      let files = (0..<Int(found.gl_pathc)).compactMap { index in
        found.gl_pathv[index].map { String(cString: $0) }
      }
      return (files, nil)
    }
    var (weight, reason) = (ConfigurationProblem.Weight.doubt, "none")
    if let folder = opendir(folder) {
      closedir(folder)
    } else {
      let code = errno
      // What is not there may come; what may not be looked into stays closed.
      weight = code == ENOENT ? .doubt : .error
      reason = "\(folder): \(String(cString: strerror(code)))"
    }
    return (
      [],
      ConfigurationProblem(
        weight: weight, file: path, path: "directory", expected: "files of that name",
        found: reason)
    )
  }
}

/// What of a configuration counts for the files beside it.
struct InventoryPolicy: Equatable, Sendable {
  let settings: InventorySettings
  let visitors: VisitorRule
  /// The ssh of which the algorithms must be; nil where there is none.
  let ssh: String?
}
