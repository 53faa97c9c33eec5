// Hears of changes to files with targets.

import EventLoop
import Glibc

/// Watches the folders of an inventory, and of those that are not there the nearest one above.
///
/// Only what could be one of the files counts: an editor's temporary file does not. Changes that
/// come together are told once.
final class InventoryWatch: TimerHandler {
  /// What of a folder is of interest: names or patterns of them, by the watch's number.
  typealias Interests = [CInt: [String]]

  private let reactor: Reactor
  private let changed: () -> Void
  private var watch: DirectoryWatch?
  private var timer: Reactor.Timer?
  private var pause = ChangePause()
  /// What the watches are for; nil where they are being set.
  private var interests: Interests?

  /// - Parameters:
  ///   - reactor: The loop that is to hear.
  ///   - changed: Called when files may have changed.
  /// - Throws: What inotify_init1(2) says.
  init(reactor: Reactor, changed: @escaping () -> Void) throws(SystemError) {
    self.reactor = reactor
    self.changed = changed
    watch = try DirectoryWatch(reactor: reactor) { [unowned self] in heard($0) }
    timer = reactor.makeTimer(handler: self)
  }

  var watcher: DirectoryWatch.Watcher? { watch?.watcher }

  /// Watches the folders of these patterns. For a helper's thread.
  ///
  /// - Returns: What counts.
  static func arm(_ watcher: DirectoryWatch.Watcher, _ patterns: [FilePattern]) -> Interests {
    var interests: Interests = [:]
    for pattern in patterns {
      var (folder, name) = (pattern.folder, pattern.name)
      while true {
        if let number = watcher.watch(folder) {
          // The folder's own name is what tells that it came, or went.
          interests[number, default: []] += [name, "..data"]
          break
        }
        guard folder != "/", let slash = folder.lastIndex(of: "/") else { break }
        name = String(folder[folder.index(after: slash)...])
        folder = slash == folder.startIndex ? "/" : String(folder[..<slash])
      }
    }
    return interests
  }

  /// Takes what ``arm(_:_:)`` has set, and gives up what is of no interest any more.
  func take(_ interests: Interests) {
    for number in (self.interests ?? [:]).keys where interests[number] == nil {
      watcher?.forget(number)
    }
    self.interests = interests
  }

  private func heard(_ event: DirectoryWatch.Event) {
    guard isOfInterest(event), let timer else { return }
    reactor.set(timer, to: pause.heard(now: reactor.now))
  }

  private func isOfInterest(_ event: DirectoryWatch.Event) -> Bool {
    guard let number = event.watch, !event.name.isEmpty, let names = interests?[number] else {
      return true
    }
    return names.contains { fnmatch($0, event.name, FNM_PERIOD) == 0 }
  }

  func timerFired(now: MonotonicInstant) {
    pause.end()
    changed()
  }

  /// Hears no more.
  func close() {
    reactor.remove(&timer)
    watch.take()?.close()
  }
}

/// How long changes are waited for that belong together: a moment after the last one, and never
/// long after the first.
struct ChangePause {
  private static let moment: Duration = .milliseconds(100)
  private static let longest: Duration = .seconds(1)

  private var first: MonotonicInstant?

  /// There was a change.
  ///
  /// - Returns: When they are to be looked at.
  mutating func heard(now: MonotonicInstant) -> MonotonicInstant {
    let first = first ?? now
    self.first = first
    return min(now + Self.moment, first + Self.longest)
  }

  /// They are looked at.
  mutating func end() { first = nil }
}
