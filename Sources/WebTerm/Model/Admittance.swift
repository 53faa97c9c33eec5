// Who may come to a target, and as what.

/// An entry of `visitors`: whom it lets in, and what they may do.
struct Admittance: Hashable, Sendable {
  let who: Invitation
  let may: Role

  init(who: Invitation, may: Role = .type) {
    self.who = who
    self.may = may
  }

  /// An entry that is a name alone; nil where that cannot be one.
  init?(_ text: String) {
    guard let who = Invitation(text) else { return nil }
    self.init(who: who)
  }

  /// Reads `visitors`.
  ///
  /// - Returns: Nil where there is none, which is everybody; entries that are wrong are reported,
  ///   and are not in it.
  static func all(_ section: inout Section) -> [Admittance]? {
    let problems = section.problems
    let expected = "an array of names, groups and { who, may }"
    return section.elements("visitors", expected)?.compactMap { value, path in
      guard case .object = value else {
        return Invitation(value, at: path, problems, Self.expected).map { Self(who: $0) }
      }
      var entry: Self?
      Section.read(value, at: path, problems) { section in
        let who = section.take("who")
        let may = section.choice("may", of: Role.self)
        guard
          let who = Invitation(
            who ?? .null, at: section.path(to: "who"), problems, Invitation.expected)
        else { return }
        entry = Self(who: who, may: may ?? .type)
      }
      return entry
    }
  }

  private static let expected = "\(Invitation.expected), or { who, may }"
}

extension Invitation {
  /// Reads one; what is none is reported.
  fileprivate init?(
    _ value: JSONTree, at path: String, _ problems: ProblemList, _ expected: String
  ) {
    guard case .string(let text) = value, let invitation = Invitation(text) else {
      problems.report(path, expected, value)
      return nil
    }
    self = invitation
  }

  /// Reads a list of people and groups.
  ///
  /// - Returns: Nil where there is none; entries that are wrong are reported, and are not in it.
  static func all(_ key: String, _ section: inout Section) -> [Invitation]? {
    let problems = section.problems
    return section.elements(key, "an array of names and groups")?.compactMap {
      Invitation($0.value, at: $0.path, problems, Invitation.expected)
    }
  }
}
