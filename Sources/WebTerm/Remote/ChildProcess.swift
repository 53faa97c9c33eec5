// A started program as a process: how it ends, and how it is made to.

import CLinux
import EventLoop
import Glibc

/// Somebody who is told when a child has ended.
protocol ChildObserver: AnyObject {
  /// The child has ended and was reaped.
  func childEnded(_ end: RemoteEnd)
}

/// All children that run, so that a stopping server knows when the last one is gone.
final class ChildTable {
  /// How many run.
  private(set) var count = 0
  /// Called when the last one was reaped.
  var whenEmpty: (() -> Void)?

  fileprivate func added() {
    count += 1
  }

  fileprivate func removed() {
    count -= 1
    if count == 0 { whenEmpty?() }
  }
}

/// A child process, watched through a pidfd (pidfd_open(2)) and reaped exactly once.
///
/// The reactor keeps it until it is reaped, whoever else has let go of it.
final class ChildProcess: ReadinessHandler, TimerHandler {
  /// How long a child that was asked to end may take before it is killed.
  private static let patience: Duration = .seconds(3)

  weak var observer: (any ChildObserver)?
  /// Its process ID.
  let process: CInt
  private let pidfd: Descriptor
  private let reactor: Reactor
  private let table: ChildTable
  private var registration: Reactor.Registration?
  private var killTimer: Reactor.Timer?

  /// Watches a child that was just started.
  ///
  /// - Throws: What pidfd_open(2) or epoll_ctl(2) says; the child is killed and reaped then.
  init(process: CInt, reactor: Reactor, table: ChildTable) throws(SystemError) {
    self.process = process
    self.reactor = reactor
    self.table = table
    let number = linux_pidfd_open(process)
    guard number >= 0 else {
      let error = SystemError("pidfd_open")
      kill(process, SIGKILL)
      waitpid(process, nil, 0)
      throw error
    }
    pidfd = Descriptor(owning: number)
    do {
      registration = try reactor.add(pidfd, for: .readable, handler: self)
    } catch {
      kill(process, SIGKILL)
      waitpid(process, nil, 0)
      throw error
    }
    table.added()
  }

  /// Asks it to end (SIGHUP), and kills it if it has not done so after a while.
  func terminate() {
    guard registration != nil, killTimer == nil else { return }
    send(SIGHUP)
    let timer = reactor.makeTimer(handler: self)
    reactor.set(timer, to: reactor.now + Self.patience)
    killTimer = timer
  }

  func ready(_ readiness: Readiness) {
    var code: CInt = 0
    var signal: CInt = 0
    guard linux_reap(process, &code, &signal) != 0 else { return }
    if let registration = registration.take() {
      reactor.remove(registration, descriptor: pidfd)
    }
    if let timer = killTimer.take() { reactor.remove(timer) }
    observer?.childEnded(signal == 0 ? .exited(code: Int(code)) : .signalled(Self.name(signal)))
    table.removed()
  }

  func timerFired(now: ContinuousClock.Instant) {
    send(SIGKILL)
  }

  private func send(_ number: CInt) {
    // It can fail only with ESRCH, for one that has ended by itself and is about to be reaped.
    _ = linux_pidfd_send_signal(pidfd.number, number)
  }

  private static func name(_ number: CInt) -> String {
    linux_signal_name(number).map { "SIG\(String(cString: $0))" } ?? "signal \(number)"
  }
}
