// All targets, found by name.

/// The targets as they are now, in order: the first one is what an address without a target's name means.
struct TargetTable: Sendable {
  let all: [Target]
  private let places: [String: Int]

  init(_ targets: [Target]) {
    all = targets
    places = Dictionary(
      targets.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  subscript(name: String) -> Target? { places[name].map { all[$0] } }
}
