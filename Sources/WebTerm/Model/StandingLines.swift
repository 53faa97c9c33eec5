// Which lines the server opens by itself and keeps open.

extension Target {
  /// The lines of it that stand, in order of their ports.
  var standingLines: [Destination] {
    Method.allCases.flatMap { method -> [Destination] in
      guard let rules = rules[method], rules.isStanding,
        let user = rules.users.lazy.compactMap(\.example).first
      else { return [] }
      return rules.ports.ranges.filter { $0.count == 1 }.map {
        Destination(target: self, method: method, user: user, port: $0.lowerBound)
      }
    }
  }
}

extension TargetTable {
  /// More lines than that do not stand.
  static let mostStanding = 4096

  /// All lines that stand.
  var standingLines: [Destination] { all.flatMap(\.standingLines) }
}
