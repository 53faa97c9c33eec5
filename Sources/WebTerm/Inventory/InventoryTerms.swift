// What it depends on how a file with targets is read.

/// What of a configuration counts for the files beside it.
struct InventoryTerms: Equatable, Sendable {
  let settings: InventorySettings
  let visitors: VisitorRule
  /// The ssh of which the algorithms must be; nil where there is none.
  let ssh: String?
}
