// Keeps the site's targets as the files beside the configuration have them.

import EventLoop

/// Reads the files with targets again when they change; everything that may wait for a disk is done on a helper's thread.
final class CatalogKeeper {
  private struct Reading: Sendable {
    let catalog: Catalog
    let interests: InventoryWatch.Interests
  }

  private unowned let site: Site
  private let helper: HelperThread
  private var watch: InventoryWatch?
  /// Counts readings that were asked for: only the last one counts.
  private var generation = 0

  init(_ site: Site, helper: HelperThread) {
    self.site = site
    self.helper = helper
  }

  /// Watches the files of the present configuration from now on, and reads what has changed since it was loaded.
  func follow() {
    let patterns = site.configuration.inventory.patterns
    guard !patterns.isEmpty else {
      watch.take()?.close()
      generation += 1
      return
    }
    do throws(SystemError) {
      if watch == nil {
        watch = try InventoryWatch(reactor: site.reactor) { [unowned self] in follow() }
      }
      guard let watcher = watch?.watcher else { return }
      generation += 1
      let (generation, configuration) = (generation, site.configuration)
      let former = site.catalog.inventory
      // Watched before it is read: a change in between is heard.
      try helper.run({
        let interests = InventoryWatch.arm(watcher, patterns)
        return Reading(catalog: Catalog(configuration, former: former), interests: interests)
      }) { [weak self] in
        self?.take($0, generation)
      }
    } catch {
      site.log.write(.error, "files with targets are not watched", [("why", "\(error)")])
    }
  }

  private func take(_ reading: Reading, _ generation: Int) {
    watch?.take(reading.interests)
    guard generation == self.generation else { return }
    site.take(reading.catalog)
  }

  /// Reads no more.
  func close() {
    generation += 1
    watch.take()?.close()
  }
}
