// Who may be named as a target's visitors.

/// What a configuration allows to be said of visitors: who may open a target can be said only of those who log in.
struct VisitorRule: Equatable, Sendable {
  /// Whether there is a login.
  let hasLogins: Bool
  /// Whether it is known who belongs together.
  let hasGroups: Bool

  /// Reports what is wrong with a target's `visitors`.
  func check(_ target: Target, at path: String, _ problems: ProblemList) {
    guard let visitors = target.visitors else { return }
    let path = "\(path).visitors"
    if visitors.isEmpty {
      problems.doubt(path, "at least one visitor, since it is open to nobody", .array([]))
    }
    if !hasLogins {
      problems.report(path, "no visitors while auth.mode is \"none\"", .array([]))
    }
    guard !hasGroups else { return }
    for (place, entry) in visitors.enumerated() where entry.isGroup {
      problems.report(
        "\(path)[\(place)]", "a name (neither auth.groups nor auth.groupsHeader is set)",
        .string(entry.text))
    }
  }
}
