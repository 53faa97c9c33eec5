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
  /// Counts configurations: what was read for a former one counts no more.
  private var generation = 0
  /// Whether the files are being read; what changes meanwhile is read after that, once.
  private var isReading = false
  private var hasChanged = false

  init(_ site: Site, helper: HelperThread) {
    self.site = site
    self.helper = helper
  }

  /// Watches the files of the present configuration from now on, and reads what has changed since it was loaded.
  func follow() {
    generation += 1
    guard !site.configuration.inventory.patterns.isEmpty else {
      watch.take()?.close()
      return
    }
    readAgain()
  }

  private func readAgain() {
    guard !isReading else {
      hasChanged = true
      return
    }
    do throws(SystemError) {
      if watch == nil {
        watch = try InventoryWatch(reactor: site.reactor) { [unowned self] in readAgain() }
      }
      guard let watcher = watch?.watcher else { return }
      let (generation, configuration) = (generation, site.configuration)
      let former = site.catalog.inventory
      // Watched before it is read: a change in between is heard.
      try helper.run({
        let interests = InventoryWatch.arm(watcher, configuration.inventory.patterns)
        return Reading(catalog: Catalog(configuration, former: former), interests: interests)
      }) { [weak self] in
        self?.take($0, generation)
      }
      isReading = true
    } catch {
      site.log.write(.error, "files with targets are not watched", [("why", "\(error)")])
    }
  }

  private func take(_ reading: Reading, _ generation: Int) {
    isReading = false
    if generation == self.generation {
      watch?.take(reading.interests)
      site.take(reading.catalog)
    }
    if hasChanged || generation != self.generation, watch != nil {
      hasChanged = false
      readAgain()
    }
  }

  /// Reads no more.
  func close() {
    generation += 1
    watch.take()?.close()
  }
}
