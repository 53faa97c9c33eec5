// Who may come to what an inventory of others names, and as what.

/// An entry of `inventory.visitors`: a text with labels, and what those may do whom it names.
struct VisitorTemplate: Equatable, Sendable {
  let who: LabelTemplate
  let may: Role

  /// Reads `visitors`.
  ///
  /// - Returns: Nil where there is none, which is everybody.
  static func all(_ section: inout Section) -> [Self]? {
    let problems = section.problems
    let expected = "an array with at least one text or { who, may }"
    return section.elements("visitors", expected, mayBeEmpty: false)?.compactMap { value, path in
      if case .string = value { return Self(value, .type, at: path, problems) }
      var entry: Self?
      Section.read(value, at: path, problems) { section in
        let who = section.take("who")
        let may = section.choice("may", of: Role.self) ?? .type
        entry = Self(who ?? .null, may, at: section.path(to: "who"), problems)
      }
      return entry
    }
  }

  private init?(_ value: JSONTree, _ may: Role, at path: String, _ problems: ProblemList) {
    guard case .string(let text) = value, let who = LabelTemplate(text) else {
      problems.report(path, "a text in which {{…}} names a label", value)
      return nil
    }
    (self.who, self.may) = (who, may)
  }
}
