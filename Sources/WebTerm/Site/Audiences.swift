// Which targets are open to the same people.

/// The targets by their visitors: there are many targets, and few different answers to who may open
/// them.
struct Audiences: Sendable {
  /// What several logins see alike: the numbers of audiences that they belong to, in order.
  typealias View = [Int]

  /// The audience of each target.
  private let numbers: [Int32]
  /// How many targets each audience has.
  private let counts: [Int]
  /// The audience of everybody, if a target has it.
  private var forAll: Int?
  /// The audiences that an entry of `visitors` lets in.
  private var invited: [Invitation: [Int]] = [:]

  init(_ targets: [Target]) {
    var known: [Set<Invitation>?: Int] = [:]
    var counts: [Int] = []
    // Targets that follow each other mostly have the same.
    var last: (visitors: [Admittance]?, isShared: Bool, number: Int)?
    numbers = targets.map { target in
      let (visitors, isShared) = (target.visitors, target.isShared)
      if let last, last.visitors == visitors, last.isShared == isShared {
        counts[last.number] += 1
        return Int32(last.number)
      }
      // Who may only watch finds nothing at a target without shared lines.
      let audience = visitors.map { Set($0.filter { $0.may == .type || isShared }.map(\.who)) }
      let number = known[audience] ?? counts.count
      if number == counts.count {
        known[audience] = number
        counts.append(0)
      }
      counts[number] += 1
      last = (visitors, isShared, number)
      return Int32(number)
    }
    self.counts = counts
    for (visitors, number) in known {
      guard let visitors else {
        forAll = number
        continue
      }
      for invitation in visitors { invited[invitation, default: []].append(number) }
    }
  }

  /// What a login sees that these entries let in.
  func view(of invitations: [Invitation]) -> View {
    var view = Set(forAll.map { [$0] } ?? [])
    for invitation in invitations { view.formUnion(invited[invitation] ?? []) }
    return view.sorted()
  }

  /// How many targets there are in a view.
  func count(_ view: View) -> Int { view.reduce(0) { $0 + counts[$1] } }

  /// Whether a view has all targets.
  func isWhole(_ view: View) -> Bool { view.count == counts.count }

  /// The numbers of a view's targets. Takes its time where there are many.
  func indices(_ view: View) -> [Int] {
    var isSeen = [Bool](repeating: false, count: counts.count)
    for number in view { isSeen[number] = true }
    return numbers.indices.filter { isSeen[Int(numbers[$0])] }
  }
}
