// All files with targets, as they were read last.

import EventLoop
import Glibc

/// What the files say. A file that is wrong counts as it was before; one that is gone counts no more.
///
/// Reading waits for a disk: it is for a start-up and for a helper's thread.
struct Inventory: Sendable {
  private struct File {
    let stamp: FileStamp?
    var targets: [Target]
  }

  private var terms: InventoryTerms?
  private var files: [String: File] = [:]
  /// The files' targets, by the order of patterns and names.
  private(set) var targets: [Target] = []
  /// What is wrong with files that have changed, and which names are new among those that somebody else has.
  private(set) var problems: [ConfigurationProblem] = []
  private var conflicts: [ConfigurationProblem] = []

  /// Reads what has changed, or everything where other terms hold.
  ///
  /// - Parameters:
  ///   - terms: Where the files are, and what they mean.
  ///   - taken: Targets that are configured already: nobody else may have their names.
  /// - Returns: What holds from now on.
  func readAgain(_ terms: InventoryTerms, besides taken: [Target]) -> Inventory {
    var now = Inventory()
    now.terms = terms
    var owners = Dictionary(
      taken.map { ($0.name, "the configuration") }, uniquingKeysWith: { first, _ in first })
    for path in terms.settings.patterns.flatMap(\.files) where now.files[path] == nil {
      let stamp = FileStamp(of: path)
      let former = files[path]
      if let former, former.stamp == stamp, stamp != nil, terms == self.terms {
        now.files[path] = former
      } else {
        now.files[path] = now.read(path, stamp, former, terms)
      }
      for target in now.files[path]?.targets ?? [] {
        if let owner = owners[target.name] {
          now.conflicts.append(
            ConfigurationProblem(
              file: path, path: "", expected: "names of its own",
              found: "\"\(target.name)\", which \(owner) has"))
          continue
        }
        owners[target.name] = path
        now.targets.append(target)
      }
    }
    now.problems += now.conflicts.filter { !conflicts.contains($0) }
    return now
  }

  private mutating func read(
    _ path: String, _ stamp: FileStamp?, _ former: File?, _ terms: InventoryTerms
  ) -> File {
    do {
      let content = try InventoryFile.read(try readFile(path), path, terms)
      problems += content.doubts
      return File(stamp: stamp, targets: content.targets)
    } catch let problem as ConfigurationProblem {
      problems.append(problem)
    } catch {
      problems.append(
        ConfigurationProblem(
          file: path, path: "", expected: "a file that can be read", found: "\(error)"))
    }
    return File(stamp: stamp, targets: former?.targets ?? [])
  }
}

extension FilePattern {
  /// The files that are there, by name.
  fileprivate var files: [String] {
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(path, 0, nil, &found) == 0 else { return [] }
    return (0..<Int(found.gl_pathc)).compactMap { found.gl_pathv[$0].map { String(cString: $0) } }
  }
}
