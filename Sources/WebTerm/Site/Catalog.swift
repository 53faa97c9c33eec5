// All that can be reached: the configuration's targets and those of the files beside it.

/// The targets of a configuration and of the files that it names.
struct Catalog: Sendable {
  let inventory: Inventory
  let targets: TargetTable
  let listing: DeviceListing
  let audiences: Audiences
  /// Whether there are lines of which all are told that may use them.
  let hasSharedLines: Bool
  /// Lines that the server keeps open.
  let standing: [Destination]

  /// Reads the files that have changed, which may wait for a disk.
  init(_ configuration: Configuration, former: Inventory = Inventory()) {
    inventory = former.readAgain(configuration.inventoryPolicy, besides: configuration.targets)
    // Where there is one source only, its list is the whole list.
    let all =
      configuration.targets.isEmpty
      ? inventory.targets : configuration.targets + inventory.targets
    targets = TargetTable(all)
    audiences = Audiences(all)
    hasSharedLines = all.contains { $0.isShared }
    standing = targets.standingLines
    listing = DeviceListing(targets.all, colors: configuration.colors)
  }
}
