// Keeps the files of accounts as the disk has them, without making the loop wait.

import EventLoop

/// The password and group files as they were read last. They are looked at when a request needs
/// them; a thread of their own reads them, which nothing else waits for.
final class AccountStore: TimerHandler {
  /// How long those who ask wait for a disk. After that the former files count until the disk has
  /// answered.
  private static let timeout: Duration = .seconds(1)

  private(set) var files: AccountFiles
  /// Told when there are others.
  var changed: (() -> Void)?
  /// Told of what is wrong with them.
  var report: ((AccountProblem) -> Void)?
  private let reactor: Reactor
  private let helper: HelperThread
  private var timer: Reactor.Timer?
  /// Counts configurations: files of a former one that are read late are not taken.
  private var generation = 0
  private var isReading = false
  private var isLate = false
  /// Who waits until the files were read again.
  private var waiting: [() -> Void] = []

  /// - Parameters:
  ///   - files: Those of the configuration.
  ///   - reactor: The loop.
  ///   - helper: Reads.
  init(_ files: AccountFiles, reactor: Reactor, helper: HelperThread) {
    self.files = files
    self.reactor = reactor
    self.helper = helper
  }

  /// Takes the files of another configuration.
  func take(_ files: AccountFiles) {
    self.files = files
    generation += 1
    changed?()
  }

  /// Calls `done` when the files that were read are those on the disk: at once, unless one has
  /// changed; after a second at the latest.
  func settle(_ done: @escaping () -> Void) {
    guard files.isStale, !isLate else { return done() }
    waiting.append(done)
    guard !isReading else { return }
    let stale = files
    let generation = generation
    isReading = true
    do throws(SystemError) {
      try helper.run({ stale.readAgain() }) { [weak self] in
        self?.settled($0.files, $0.problems, of: generation)
      }
    } catch {
      // Without the thread what was read before counts on.
      return settled(stale, [AccountProblem(file: "-", what: "\(error)")], of: generation)
    }
    reactor.set(&timer, to: reactor.now + Self.timeout, handler: self)
  }

  private func settled(_ files: AccountFiles, _ problems: [AccountProblem], of generation: Int) {
    (isReading, isLate) = (false, false)
    if let timer { reactor.set(timer, to: nil) }
    if generation == self.generation {
      self.files = files
      changed?()
    }
    if let report { problems.forEach(report) }
    release()
  }

  func timerFired(now: MonotonicInstant) {
    guard isReading else { return }
    isLate = true
    report?(AccountProblem(file: "-", what: "the disk does not answer"))
    release()
  }

  private func release() {
    let waiting = waiting
    self.waiting = []
    for done in waiting { done() }
  }
}
