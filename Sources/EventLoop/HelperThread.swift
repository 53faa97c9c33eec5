// A second thread for what would make the loop wait: disks, names, password hashes.

import Glibc
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
    let niceness: CInt

    init(answers: Mailbox<Outcome>.Sender, niceness: CInt) throws(SystemError) {
      bell = try Bell()
      self.answers = answers
      self.niceness = niceness
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
      // Where processors are short, the loop goes first (setpriority(2): on Linux the calling thread alone).
      setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, niceness)
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

  /// - Parameters:
  ///   - reactor: The loop that hears of outcomes.
  ///   - niceness: How much the loop goes before it, as nice(2) has it. What a job starts as a process is as nice.
  /// - Throws: What eventfd(2) or epoll_ctl(2) says.
  public init(reactor: Reactor, niceness: CInt = 5) throws(SystemError) {
    let receivers = Receivers()
    self.receivers = receivers
    mailbox = try Mailbox(reactor: reactor) { outcome in
      receivers.waiting.removeValue(forKey: outcome.number)?(outcome.value)
    }
    shared = try Shared(answers: mailbox.sender, niceness: niceness)
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

  /// A value that is let go of by whoever empties it.
  private final class Chest<Value: Sendable>: Sendable {
    private let value: Mutex<Value?>

    init(_ value: consuming Value) {
      self.value = Mutex(consume value)
    }

    func empty() {
      var taken = value.withLock { $0.take() }
      taken = nil
      _ = taken
    }
  }

  /// Lets go of a value on the helper's thread: what is made of many parts takes its time to be freed.
  ///
  /// - Parameter value: The caller's only reference, so that the last one is not left to the loop.
  public func letGo<Value: Sendable>(of value: consuming Value) {
    let chest = Chest(consume value)
    // Where there is no thread, it is let go of here.
    try? run({ chest.empty() }) { (_: Void) in }
  }

  /// Forgets what waits and ends the thread, after the job that it is at.
  public func close() {
    receivers.waiting = [:]
    mailbox.close()
    shared.end()
  }
}
