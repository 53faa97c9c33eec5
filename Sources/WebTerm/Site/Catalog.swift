// All that can be reached: the configuration's targets and those of the files beside it.

/// The targets of a configuration and of the files that it names.
struct Catalog: Sendable {
  let inventory: Inventory
  let targets: TargetTable
  let listing: DeviceListing

  /// Reads the files that have changed, which may wait for a disk.
  init(_ configuration: Configuration, former: Inventory = Inventory()) {
    inventory = former.readAgain(configuration.inventoryTerms, besides: configuration.targets)
    targets = TargetTable(configuration.targets + inventory.targets)
    listing = DeviceListing(targets.all)
  }
}
