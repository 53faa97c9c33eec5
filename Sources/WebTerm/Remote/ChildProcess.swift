// Started programs as processes: how they end, and how they are made to.

import CLinux
import EventLoop
import Glibc

/// Somebody who is told when a child has ended. Only a client on its pty is one so far; this keeps processes and ptys apart.
protocol ChildObserver: AnyObject {
  /// The child has ended and was reaped.
  func childEnded(_ end: RemoteEnd)
}

/// All children that run. The system says that some have ended (SIGCHLD); each of them is reaped here, once.
///
/// One descriptor serves all of them. A pidfd for each would say the same, at the price of a descriptor a
/// terminal, of which the system has the fewest.
final class ChildTable {
  /// Called when the last one was reaped, or none could be started.
  var whenEmpty: (() -> Void)?
  private var children: [CInt: ChildProcess] = [:]
  private var signals: Signals?

  /// - Throws: What signalfd(2) or epoll_ctl(2) says.
  init(reactor: Reactor) throws(SystemError) {
    signals = try Signals([SIGCHLD], reactor: reactor) { [weak self] _ in self?.reap() }
  }

  /// How many run.
  var count: Int { children.count }

  fileprivate func add(_ child: ChildProcess) {
    children[child.process] = child
  }

  /// A child could not be started.
  func startFailed() {
    if children.isEmpty { whenEmpty?() }
  }

  /// Takes in what has ended. One signal may stand for many children; where other threads take signals, as in tests, it is
  /// called without any.
  func reap() {
    var code: CInt = 0
    var signal: CInt = 0
    while true {
      let process = linux_reap(&code, &signal)
      guard process > 0 else { return }
      guard let child = children.removeValue(forKey: process) else { continue }
      child.ended(signal == 0 ? .exited(code: Int(code)) : .signalled(Self.name(signal)))
      if children.isEmpty { whenEmpty?() }
    }
  }

  private static func name(_ number: CInt) -> String {
    linux_signal_name(number).map { "SIG\(String(cString: $0))" } ?? "signal \(number)"
  }
}

/// A child process. The table keeps it until it is reaped, whoever else has let go of it; until then its
/// process ID is nobody else's.
final class ChildProcess: TimerHandler {
  /// How long a child that was asked to end may take before it is killed.
  private static let patience: Duration = .seconds(3)

  /// Who is told that it has ended; kept until then, or until it is asked to end.
  var observer: (any ChildObserver)?
  /// Its process ID.
  let process: CInt
  private let reactor: Reactor
  private var killTimer: Reactor.Timer?
  private var isRunning = true

  /// Watches a child that was just started.
  init(process: CInt, reactor: Reactor, table: ChildTable) {
    self.process = process
    self.reactor = reactor
    table.add(self)
  }

  /// Asks it to end (SIGHUP), and kills it if it has not done so after a while. Nobody is told any more.
  func terminate() {
    observer = nil
    guard isRunning, killTimer == nil else { return }
    // It leads a session of its own: whatever it has started and not given another group goes with it.
    kill(-process, SIGHUP)
    let timer = reactor.makeTimer(handler: self)
    reactor.set(timer, to: reactor.now + Self.patience)
    killTimer = timer
  }

  func timerFired(now: MonotonicInstant) {
    if isRunning { kill(-process, SIGKILL) }
  }

  fileprivate func ended(_ end: RemoteEnd) {
    isRunning = false
    if let timer = killTimer.take() { reactor.remove(timer) }
    observer.take()?.childEnded(end)
  }
}
