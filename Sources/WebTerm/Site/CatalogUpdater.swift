// Keeps the site's targets as the configuration and the files beside it have them.

import EventLoop

/// Reads the files with targets again when they change, and puts other targets in place. Everything
/// that may wait for a disk is done on a helper's thread.
final class CatalogUpdater {
  private struct Reading: Sendable {
    let catalog: Catalog
    let interests: InventoryWatch.Interests
  }

  private let site: Site
  private let rights: Rights
  private let news: NewsHub
  private let lister: DeviceLister
  private let chronicle: Chronicle
  private let helper: HelperThread
  private let reactor: Reactor
  private var watch: InventoryWatch?
  /// Counts configurations: what was read for a former one counts no more.
  private var generation = 0
  /// Whether the files are being read; what changes meanwhile is read after that, once.
  private var isReading = false
  private var hasChanged = false
  /// Told of the lines that stand, when other targets are in place.
  var linesStand: (([Destination]) -> Void)?

  /// - Parameters:
  ///   - site: Where targets are put in place.
  ///   - rights: Judges by them.
  ///   - news: Tells directories of others.
  ///   - lister: Lists them.
  ///   - chronicle: Hears what is wrong with the files.
  ///   - helper: Reads.
  ///   - reactor: The loop.
  init(
    _ site: Site, rights: Rights, news: NewsHub, lister: DeviceLister, chronicle: Chronicle,
    helper: HelperThread, reactor: Reactor
  ) {
    self.site = site
    self.rights = rights
    self.news = news
    self.lister = lister
    self.chronicle = chronicle
    self.helper = helper
    self.reactor = reactor
  }

  /// Watches the files of the present configuration from now on, and reads what has changed since
  /// it was loaded.
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
        watch = try InventoryWatch(reactor: reactor) { [unowned self] in readAgain() }
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
      chronicle.log.write(.error, "files with targets are not watched", [("why", "\(error)")])
    }
  }

  private func take(_ reading: Reading, _ generation: Int) {
    isReading = false
    if generation == self.generation {
      watch?.take(reading.interests)
      put(reading.catalog)
    }
    if hasChanged || generation != self.generation, watch != nil {
      hasChanged = false
      readAgain()
    }
  }

  /// Puts other targets in place. Live terminals go on.
  func put(_ catalog: Catalog) {
    let former = site.replace(catalog)
    let (countBefore, count) = (former.targets.all.count, catalog.targets.all.count)
    rights.targets = catalog.targets
    news.tellOfTargets()
    linesStand?(catalog.standing)
    // Nothing here refers to the former ones any more.
    lister.forget(consume former)
    if countBefore != count {
      chronicle.log.write(
        .notice, "targets", [("former", "\(countBefore)"), ("now", "\(count)")])
    }
    tellOfProblems()
  }

  /// Says what is wrong with files of targets.
  func tellOfProblems() {
    for problem in site.catalog.inventory.problems {
      switch problem.weight {
      case .error:
        chronicle.log.write(.error, "targets not taken", [("why", "\(problem)")])
      case .doubt:
        chronicle.log.write(.warning, "odd among the targets", [("why", "\(problem)")])
      }
    }
  }

  /// Reads no more.
  func close() {
    generation += 1
    watch.take()?.close()
  }
}
