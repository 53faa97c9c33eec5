// Which devices a login may see, as a list that is compressed away from the loop.

import EventLoop

/// Makes the lists of those who may not see everything, each once for all who see the same, and
/// keeps them.
final class DeviceLister {
  /// So many bytes of lists are kept; those that were not asked for the longest go first.
  private static let mostBytes = 64 << 20

  private struct Kept {
    let list: DeviceListing.Packed
    var lastAsked: Int
  }

  /// A list of one catalog.
  private struct Order: Hashable {
    let generation: Int
    let view: Audiences.View
  }

  private let helper: HelperThread
  private var kept: [Audiences.View: Kept] = [:]
  /// Who waits for lists that are being made.
  private var waiting: [Order: [(DeviceListing.Packed?) -> Void]] = [:]
  /// Counts catalogs: a list of former targets that comes late is for those requests only that
  /// asked for it.
  private var generation = 0
  /// Counts questions.
  private var asked = 0
  /// How many lists were made.
  private(set) var made = 0

  init(helper: HelperThread) {
    self.helper = helper
  }

  /// Other targets count: what was listed before is of no use.
  ///
  /// - Parameter former: The targets of before, as the caller's only reference: they are freed on
  ///   the helper's thread.
  func forget(_ former: consuming Catalog) {
    let lists = kept.values.map(\.list)
    kept = [:]
    generation += 1
    helper.letGo(of: former)
    helper.letGo(of: lists)
  }

  /// Lists the targets of a view.
  ///
  /// - Parameters:
  ///   - view: Which audiences' targets.
  ///   - catalog: The present one.
  ///   - done: Told the list, at once where it is there already; nil where it cannot be made.
  func list(
    _ view: Audiences.View, of catalog: Catalog,
    done: @escaping (DeviceListing.Packed?) -> Void
  ) {
    if catalog.audiences.isWhole(view) { return done(catalog.listing.whole) }
    asked += 1
    if kept[view] != nil {
      kept[view]?.lastAsked = asked
      return done(kept[view]?.list)
    }
    let order = Order(generation: generation, view: view)
    guard waiting[order] == nil else {
      waiting[order]?.append(done)
      return
    }
    waiting[order] = [done]
    let (listing, audiences) = (catalog.listing, catalog.audiences)
    do throws(SystemError) {
      try helper.run({ listing.packed(audiences.indices(view)) }) { [weak self] list in
        self?.take(list, order)
      }
    } catch {
      waiting[order] = nil
      done(nil)
    }
  }

  private func take(_ list: DeviceListing.Packed, _ order: Order) {
    made += 1
    if order.generation == generation { keep(list, for: order.view) }
    for done in waiting.removeValue(forKey: order) ?? [] { done(list) }
  }

  private func keep(_ list: DeviceListing.Packed, for view: Audiences.View) {
    kept[view] = Kept(list: list, lastAsked: asked)
    var bytes = kept.values.reduce(0) { $0 + $1.list.size }
    while bytes > Self.mostBytes, kept.count > 1,
      let oldest = kept.min(by: { $0.value.lastAsked < $1.value.lastAsked })
    {
      bytes -= oldest.value.list.size
      kept[oldest.key] = nil
    }
  }
}
