// All files with targets, as they were read last.

import EventLoop

/// What the files say. A file that is wrong counts as it was before; one that is gone counts no
/// more.
///
/// Reading waits for a disk: it is for a start-up and for a helper's thread.
struct Inventory: Sendable {
  /// A file's path, byte by byte: two spellings of one text are two files.
  private struct Path: Hashable {
    let text: String

    static func == (a: Self, b: Self) -> Bool { a.text.hasSameBytes(as: b.text) }

    func hash(into hasher: inout Hasher) { text.utf8.forEach { hasher.combine($0) } }
  }

  private struct File {
    let stamp: FileStamp?
    var targets: [Target]
  }

  private var policy: InventoryPolicy?
  private var files: [Path: File] = [:]
  /// The files' targets, by the order of patterns and names.
  private(set) var targets: [Target] = []
  /// What is wrong with files that have changed, which names are new among those that other entries
  /// have, and what of `directory` leads nowhere since then.
  private(set) var problems: [ConfigurationProblem] = []
  private var clashes: [NameClash: Set<String>] = [:]
  /// Patterns that lead nowhere.
  private var gaps: [ConfigurationProblem] = []

  /// Reads what has changed, or everything where another policy holds.
  ///
  /// - Parameters:
  ///   - policy: Where the files are, and what they mean.
  ///   - taken: Targets that are configured already: no other may have their names.
  /// - Returns: What holds from now on.
  func readAgain(_ policy: InventoryPolicy, besides taken: [Target]) -> Inventory {
    var now = Inventory()
    now.policy = policy
    var owners = NameOwners(of: taken)
    var parts: [[Target]] = []
    for pattern in policy.settings.patterns {
      let found = pattern.find()
      if let gap = found.gap { now.gaps.append(gap) }
      // A folder that cannot be looked into says nothing of its files: what they said before holds.
      if found.gap?.weight == .error {
        for (path, file) in files.sorted(by: { $0.key.text < $1.key.text })
        where pattern.matches(path.text) && now.files[path] == nil {
          now.files[path] = file
          parts.append(owners.take(file.targets, of: path.text))
        }
      }
      for path in found.files.map(Path.init) where now.files[path] == nil {
        let stamp = FileStamp(of: path.text)
        let file: File
        if let former = files[path], former.stamp == stamp, stamp != nil, policy == self.policy {
          file = former
        } else {
          file = now.read(path.text, stamp, files[path], policy)
        }
        now.files[path] = file
        parts.append(owners.take(file.targets, of: path.text))
      }
    }
    // Where there is one file only, its list is the whole list.
    now.targets = parts.count == 1 ? parts[0] : Array(parts.joined())
    now.clashes = owners.clashes.mapValues(Set.init)
    now.problems += owners.order.compactMap { clash in
      let names = owners.clashes[clash] ?? []
      let isNew = !(now.clashes[clash] ?? []).isSubset(of: clashes[clash] ?? [])
      return isNew ? clash.problem(names) : nil
    }
    now.problems += now.gaps.filter { !gaps.contains($0) }
    return now
  }

  private mutating func read(
    _ path: String, _ stamp: FileStamp?, _ former: File?, _ policy: InventoryPolicy
  ) -> File {
    do {
      let content = try InventoryFile.read(try readFile(path), path, policy)
      problems += content.problems
      // Where nothing was read of it before, what is right of it is better than nothing.
      let isTaken = content.isTrusted || former == nil
      return File(stamp: stamp, targets: isTaken ? content.targets : former?.targets ?? [])
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
