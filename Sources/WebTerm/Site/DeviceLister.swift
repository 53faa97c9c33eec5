// Which devices somebody may see, as a list that is compressed away from the loop.

import EventLoop

/// Makes the lists of those who may not see everything, each once, and keeps them.
final class DeviceLister {
  /// So many bytes of lists are kept; past that those go that were made first.
  static let mostBytes = 67_108_864

  private let helper: HelperThread
  private var kept: [[Int]: DeviceListing.Packed] = [:]
  /// The lists that are kept, in the order in which they were made.
  private var order: [[Int]] = []
  private var bytes = 0
  /// Those that are being made, and who waits for each.
  private var making: [[Int]: Waiters] = [:]
  /// Counts catalogs: a list of former targets is nobody's when it comes.
  private var generation = 0

  init(helper: HelperThread) {
    self.helper = helper
  }

  /// Other targets count: what was listed before is of no use.
  ///
  /// - Parameter former: The targets of before, as the caller's only reference: they are freed on the helper's thread.
  func forget(_ former: consuming Catalog) {
    (kept, order, bytes) = ([:], [], 0)
    generation += 1
    // Who waits for a former list is told that one when it comes.
    making = [:]
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
    if let waiters = making[places] { return waiters.waiting.append(done) }
    let (waiters, asked) = (Waiters(), generation)
    waiters.waiting.append(done)
    making[places] = waiters
    do throws(SystemError) {
      try helper.run({ listing.packed(places) }) { [weak self] list in
        self?.made(list, for: places, asked)
        waiters.tell(list)
      }
    } catch {
      making[places] = nil
      waiters.tell(nil)
    }
  }

  private func made(_ list: DeviceListing.Packed, for places: [Int], _ asked: Int) {
    guard asked == generation else { return }
    making[places] = nil
    keep(list, for: places)
  }

  /// Those who wait for one list.
  private final class Waiters {
    var waiting: [(DeviceListing.Packed?) -> Void] = []

    func tell(_ list: DeviceListing.Packed?) {
      for each in waiting { each(list) }
      waiting = []
    }
  }

  private func keep(_ list: DeviceListing.Packed, for places: [Int]) {
    kept[places] = list
    order.append(places)
    bytes += list.size
    while bytes > Self.mostBytes, order.count > 1 {
      bytes -= kept.removeValue(forKey: order.removeFirst())?.size ?? 0
    }
  }
}

extension DeviceListing.Packed {
  /// What it takes of memory, about, in bytes.
  fileprivate var size: Int { json.count + gzipped.count }
}
