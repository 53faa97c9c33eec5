// A second thread for the few things that would make the loop wait.

import CLinux
import Glibc
import Synchronization

/// A thread that works off jobs one by one and sends what came of them back into the loop.
///
/// It starts with the first job and lives as long as the process. No signal is ever delivered to it.
public final class HelperThread<Job: Sendable, Outcome: Sendable> {
  fileprivate final class Shared: Sendable {
    let jobs = Mutex<[Job]>([])
    let bell: Descriptor
    let work: @Sendable (Job) -> Outcome
    let answers: Mailbox<Outcome>.Sender

    init(
      work: @escaping @Sendable (Job) -> Outcome, answers: Mailbox<Outcome>.Sender
    ) throws(SystemError) {
      let number = linux_eventfd()
      guard number >= 0 else { throw SystemError("eventfd") }
      bell = Descriptor(owning: number)
      self.work = work
      self.answers = answers
    }

    func run() -> Never {
      while true {
        var wait = pollfd(fd: bell.number, events: Int16(POLLIN), revents: 0)
        _ = poll(&wait, 1, -1)
        var count: UInt64 = 0
        _ = read(bell.number, &count, MemoryLayout<UInt64>.size)
        while let job = jobs.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) {
          answers.post(work(job))
        }
      }
    }
  }

  private let shared: Shared
  private let mailbox: Mailbox<Outcome>
  private var isRunning = false

  /// - Parameters:
  ///   - reactor: The loop that hears of outcomes.
  ///   - work: Does one job, on the helper's thread.
  ///   - receive: Called on the loop's thread, once per job, in the order of the jobs.
  /// - Throws: What eventfd(2) or epoll_ctl(2) says.
  public init(
    reactor: Reactor, work: @escaping @Sendable (Job) -> Outcome,
    receive: @escaping (Outcome) -> Void
  ) throws(SystemError) {
    mailbox = try Mailbox(reactor: reactor, receive: receive)
    shared = try Shared(work: work, answers: mailbox.sender)
  }

  /// Adds a job behind those that wait.
  ///
  /// - Throws: What pthread_create(3) says, where this is the first one.
  public func add(_ job: Job) throws(SystemError) {
    if !isRunning { try start() }
    shared.jobs.withLock { $0.append(job) }
    var one: UInt64 = 1
    _ = write(shared.bell.number, &one, MemoryLayout<UInt64>.size)
  }

  private func start() throws(SystemError) {
    // A new thread inherits which signals are blocked: all of them stay the loop's.
    var all = sigset_t()
    var former = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &former)
    defer { pthread_sigmask(SIG_SETMASK, &former, nil) }
    let argument = Unmanaged.passRetained(shared as AnyObject)
    var thread = pthread_t()
    let result = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        let shared = Unmanaged<AnyObject>.fromOpaque(argument).takeRetainedValue()
        (shared as? any Runnable)?.run()
        return nil
      }, argument.toOpaque())
    guard result == 0 else {
      argument.release()
      throw SystemError("pthread_create", code: result)
    }
    pthread_detach(thread)
    isRunning = true
  }
}

/// What a thread is started with: a C function pointer cannot be generic.
private protocol Runnable {
  func run() -> Never
}

extension HelperThread.Shared: Runnable {}
