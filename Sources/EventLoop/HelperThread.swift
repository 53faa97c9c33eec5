// A second thread for what would make the loop wait: disks, names, password hashes.

import Synchronization

/// A thread that works off jobs one by one; what came of each is told on the loop's thread, in the order of the jobs.
///
/// It starts with the first job and ends with ``close()``.
public final class HelperThread {
  private struct Job: Sendable {
    let number: Int
    let work: @Sendable () -> any Sendable
  }

  private struct Outcome: Sendable {
    let number: Int
    let value: any Sendable
  }

  private final class Shared: Sendable {
    struct State {
      var jobs: [Job] = []
      var isOver = false
    }

    let state = Mutex(State())
    let bell: Bell
    let answers: Mailbox<Outcome>.Sender

    init(answers: Mailbox<Outcome>.Sender) throws(SystemError) {
      bell = try Bell()
      self.answers = answers
    }

    func add(_ job: Job) {
      state.withLock { $0.jobs.append(job) }
      bell.ring()
    }

    func end() {
      state.withLock { $0 = State(jobs: [], isOver: true) }
      bell.ring()
    }

    func run() {
      while !state.withLock(\.isOver) {
        while let job = state.withLock({ $0.jobs.isEmpty ? nil : $0.jobs.removeFirst() }) {
          answers.post(Outcome(number: job.number, value: job.work()))
        }
        bell.wait()
      }
    }
  }

  private let shared: Shared
  private let mailbox: Mailbox<Outcome>
  private let receivers: Receivers
  private var isRunning = false
  private var count = 0

  /// Who waits for which job's outcome. Apart from the helper, which the mailbox must not keep.
  private final class Receivers {
    var waiting: [Int: (any Sendable) -> Void] = [:]
  }

  /// - Parameter reactor: The loop that hears of outcomes.
  /// - Throws: What eventfd(2) or epoll_ctl(2) says.
  public init(reactor: Reactor) throws(SystemError) {
    let receivers = Receivers()
    self.receivers = receivers
    mailbox = try Mailbox(reactor: reactor) { outcome in
      receivers.waiting.removeValue(forKey: outcome.number)?(outcome.value)
    }
    shared = try Shared(answers: mailbox.sender)
  }

  /// Jobs whose outcome was not told yet.
  public var pending: Int { receivers.waiting.count }

  /// Adds a job behind those that wait.
  ///
  /// - Parameters:
  ///   - work: Done on the helper's thread.
  ///   - receive: Called with what came of it, on the loop's thread; not after ``close()``.
  /// - Throws: What pthread_create(3) says, where this is the first job.
  public func run<Value: Sendable>(
    _ work: @escaping @Sendable () -> Value, then receive: @escaping (Value) -> Void
  ) throws(SystemError) {
    if !isRunning {
      let shared = shared
      try startThread { shared.run() }
      isRunning = true
    }
    count += 1
    receivers.waiting[count] = { value in
      // It is what this job's work has returned.
      if let value = value as? Value { receive(value) }
    }
    shared.add(Job(number: count, work: work))
  }

  /// Forgets what waits and ends the thread, after the job that it is at.
  public func close() {
    receivers.waiting = [:]
    mailbox.close()
    shared.end()
  }
}
