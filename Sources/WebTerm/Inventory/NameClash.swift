// Names that two files give to their targets.

/// A file, and who has names of it already.
struct NameClash: Hashable {
  /// So many names are told; the others are counted.
  private static let mostTold = 3

  let file: String
  /// Another file, the file itself, or the configuration.
  let owner: String

  /// One line for all of them.
  func problem(_ names: [String]) -> ConfigurationProblem {
    let told = names.prefix(Self.mostTold).map { "\"\($0)\"" }.joined(separator: ", ")
    let rest = names.count - Self.mostTold
    return ConfigurationProblem(
      file: file, path: "", expected: "names of its own",
      found: "\(told)\(rest > 0 ? " and \(rest) more" : ""), which \(owner) has")
  }
}

/// Who has which name.
struct NameOwners {
  private var holders = ["the configuration"]
  /// Indices among the holders, by name.
  private var owners: [String: Int] = [:]
  /// Names that are taken already.
  private(set) var clashes: [NameClash: [String]] = [:]
  /// The clashes, as they were found.
  private(set) var order: [NameClash] = []

  /// - Parameter targets: The configuration's: no other may have their names.
  init(of targets: [Target]) {
    for target in targets { owners[target.name] = 0 }
  }

  /// Gives names to the targets of a file.
  ///
  /// - Returns: Those whose names are free.
  mutating func take(_ targets: [Target], of file: String) -> [Target] {
    let number = holders.count
    holders.append(file)
    owners.reserveCapacity(owners.count + targets.count)
    var lost: [Int] = []
    for (index, target) in targets.enumerated() {
      if let owner = owners[target.name] {
        lost.append(index)
        let clash = NameClash(file: file, owner: holders[owner])
        if clashes[clash] == nil { order.append(clash) }
        clashes[clash, default: []].append(target.name)
      } else {
        owners[target.name] = number
      }
    }
    guard !lost.isEmpty else { return targets }
    let without = Set(lost)
    return targets.enumerated().filter { !without.contains($0.offset) }.map(\.element)
  }
}
