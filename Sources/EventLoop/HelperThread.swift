// A second thread for what would make the loop wait: disks, names, password hashes.

import Glibc
import Synchronization

/// A thread that works off jobs one by one, or several of them side by side; what came of each is
/// told on the loop's thread, with one thread in the order of the jobs.
///
/// Threads start as they are needed and end with ``close()``.
public final class HelperThread {
  /// What one may be asked to do at once and has not begun with; more is refused.
  public static let capacity = 10_000

  /// A job that was added, to be taken back.
  public struct Ticket: Equatable, Sendable {
    fileprivate let number: Int
  }

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

    /// Returns false where there is no room.
    func add(_ job: Job) -> Bool {
      let isAdded = state.withLock { state in
        guard state.jobs.count < HelperThread.capacity else { return false }
        state.jobs.append(job)
        return true
      }
      if isAdded { bell.ring() }
      return isAdded
    }

    /// Returns whether the job had not been begun.
    func takeBack(_ number: Int) -> Bool {
      // What its work holds is let go of without the lock.
      let job = state.withLock { state in
        state.jobs.firstIndex { $0.number == number }.map { state.jobs.remove(at: $0) }
      }
      return job != nil
    }

    func end() {
      state.withLock { $0 = State(jobs: [], isOver: true) }
      bell.ring()
    }

    /// The next job. One ring may stand for many jobs: the thread that takes one wakes another for
    /// the rest.
    private func next() -> Job? {
      let (job, isLast) = state.withLock { state in
        (state.jobs.isEmpty ? nil : state.jobs.removeFirst(), state.jobs.isEmpty)
      }
      if !isLast { bell.ring() }
      return job
    }

    func run() {
      // Where processors are short, the loop goes first (setpriority(2): on Linux the calling
      // thread alone).
      setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, niceness)
      while !state.withLock(\.isOver) {
        while let job = next() {
          answers.post(Outcome(number: job.number, value: job.work()))
        }
        bell.wait()
      }
      bell.ring()
    }
  }

  private let shared: Shared
  private let mailbox: Mailbox<Outcome>
  private let receivers: Receivers
  private let most: Int
  private var running = 0
  private var count = 0

  /// Who waits for which job's outcome. Apart from the helper, which the mailbox must not keep.
  private final class Receivers {
    var waiting: [Int: (any Sendable) -> Void] = [:]
  }

  /// - Parameters:
  ///   - reactor: The loop that hears of outcomes.
  ///   - threads: How many jobs may be worked at side by side.
  ///   - niceness: How much the loop goes before it, as nice(2) has it. What a job starts as a
  ///     process is as nice.
  /// - Throws: What eventfd(2) or epoll_ctl(2) says.
  public init(
    reactor: Reactor, threads: Int = 1, niceness: CInt = 5
  ) throws(SystemError) {
    let receivers = Receivers()
    self.receivers = receivers
    most = threads
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
  ///   - work: Done on one of the helper's threads.
  ///   - receive: Called with what came of it, on the loop's thread; not after ``close()``.
  /// - Returns: What takes the job back.
  /// - Throws: What pthread_create(3) says, where there is no thread yet; `EAGAIN` where
  ///   ``capacity`` is reached.
  @discardableResult
  public func run<Value: Sendable>(
    _ work: @escaping @Sendable () -> Value, then receive: @escaping (Value) -> Void
  ) throws(SystemError) -> Ticket {
    try startThreads()
    count += 1
    guard shared.add(Job(number: count, work: work)) else {
      throw SystemError("helper", code: EAGAIN)
    }
    receivers.waiting[count] = { value in
      // It is what this job's work has returned.
      if let value = value as? Value { receive(value) }
    }
    return Ticket(number: count)
  }

  private func startThreads() throws(SystemError) {
    guard running < most, running <= pending else { return }
    let shared = shared
    do throws(SystemError) {
      try startThread { shared.run() }
      running += 1
    } catch {
      // Those that are there do it, later.
      guard running > 0 else { throw error }
    }
  }

  /// Takes a job back that is not begun yet.
  ///
  /// - Returns: Whether nothing of it is told any more; a job that was begun goes on, and what came
  ///   of it is told.
  public func takeBack(_ ticket: Ticket) -> Bool {
    guard shared.takeBack(ticket.number) else { return false }
    receivers.waiting[ticket.number] = nil
    return true
  }

  /// A value that is released where it is emptied.
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

  /// Lets go of a value on the helper's thread: what is made of many parts takes its time to be
  /// freed.
  ///
  /// - Parameter value: The caller's only reference, so that the last one is not left to the loop.
  public func letGo<Value: Sendable>(of value: consuming Value) {
    let chest = Chest(consume value)
    // Where there is no thread, it is let go of here.
    _ = try? run({ chest.empty() }) { (_: Void) in }
  }

  /// Forgets what waits and ends the thread, after the job that it is at.
  public func close() {
    receivers.waiting = [:]
    mailbox.close()
    shared.end()
  }
}
