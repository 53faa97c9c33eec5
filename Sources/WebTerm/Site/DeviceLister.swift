// Which devices somebody may see, as a list that is compressed away from the loop.

import EventLoop

/// Makes the lists of those who may not see everything, and keeps the latest of them.
final class DeviceLister {
  /// So many different lists are kept: visitors fall into a few groups.
  private static let most = 16

  private let helper: HelperThread
  private var kept: [[Int]: DeviceListing.Packed] = [:]
  /// Counts catalogs: a list of former targets is nobody's when it comes.
  private var generation = 0

  init(helper: HelperThread) {
    self.helper = helper
  }

  /// Other targets count: what was listed before is of no use.
  ///
  /// - Parameter former: The targets of before, as the caller's only reference: they are freed on the helper's thread.
  func forget(_ former: consuming Catalog) {
    kept = [:]
    generation += 1
    helper.letGo(of: former)
  }

  /// Lists the targets at some places.
  ///
  /// - Parameters:
  ///   - places: Which of the catalog's targets.
  ///   - catalog: The present one.
  ///   - done: Told the list, at once where it is there already; nil where it cannot be made.
  func list(
    _ places: [Int], of catalog: Catalog, done: @escaping (DeviceListing.Packed?) -> Void
  ) {
    let listing = catalog.listing
    if places.count == catalog.targets.all.count { return done(listing.whole) }
    if let list = kept[places] { return done(list) }
    let asked = generation
    do throws(SystemError) {
      try helper.run({ listing.packed(places) }) { [weak self] list in
        if let self, asked == generation { keep(list, for: places) }
        done(list)
      }
    } catch {
      done(nil)
    }
  }

  private func keep(_ list: DeviceListing.Packed, for places: [Int]) {
    if kept.count >= Self.most { kept = [:] }
    kept[places] = list
  }
}
