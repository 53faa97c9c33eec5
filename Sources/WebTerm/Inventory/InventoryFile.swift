// One file with targets: ours, or file_sd's.

/// Reads the content of a file.
enum InventoryFile {
  /// What a file says.
  struct Content {
    /// In the order of the file.
    var targets: [Target]
    /// What is odd about it, but no mistake.
    var doubts: [ConfigurationProblem]
  }

  /// What it says, where the whole file is right.
  ///
  /// - Parameters:
  ///   - content: What the file says: targets as the configuration has them, alone or below `targets`; or the entries of file_sd.
  ///   - file: Its path, for mistakes.
  ///   - terms: What file_sd's labels mean, and what may be said of targets.
  /// - Returns: The targets.
  /// - Throws: ``ConfigurationProblem``, the first of them.
  static func read(
    _ content: [UInt8], _ file: String, _ terms: InventoryTerms
  ) throws(ConfigurationProblem) -> Content {
    let problems = ProblemList(file: file)
    let (elements, path) = elements(try JSONTree.parse(content, file: file), problems)
    var targets: [Target] = []
    var capabilities: SSHCapabilities?
    for (index, element) in elements.enumerated() {
      let path = "\(path)[\(index)]"
      let known = targets.count
      Section.read(element, at: path, problems) { section in
        guard section.has("targets") else {
          guard var target = Target(&section) else { return }
          if target.rules[.ssh]?.algorithms != nil, let ssh = terms.ssh {
            capabilities = capabilities ?? (try? SSHCapabilities(of: ssh))
            capabilities?.complete(&target.rules, of: "\(path).ssh", problems)
          }
          targets.append(target)
          return
        }
        guard let rule = terms.settings.rule else {
          return section.report(
            "targets", "a target's keys (inventory is not set, which says what labels mean)",
            section.take("targets"))
        }
        targets += rule.targets(&section)
      }
      for target in targets[known...] { terms.visitors.check(target, at: path, problems) }
    }
    if let problem = problems.problems.first(where: { $0.weight == .error }) { throw problem }
    return Content(targets: targets, doubts: problems.problems)
  }

  private static func elements(
    _ tree: JSONTree, _ problems: ProblemList
  ) -> (elements: [JSONTree], path: String) {
    switch tree {
    case .array(let elements): return (elements, "")
    case .object(let members):
      if case .array(let elements)? = members["targets"], members.count == 1 {
        return (elements, "targets")
      }
      fallthrough
    default:
      problems.report("", "an array of targets, or an object with nothing but targets", tree)
      return ([], "")
    }
  }
}
