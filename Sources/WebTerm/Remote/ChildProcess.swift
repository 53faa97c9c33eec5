// Started programs as processes: how they end, and how they are made to.

import CLinux
import EventLoop
import Glibc

/// Told when a child has ended. Only a client on its pty is one so far; this keeps processes and
/// ptys apart.
protocol ChildObserver: AnyObject {
  /// The child has ended and was reaped.
  func childEnded(_ end: RemoteEnd)
}

/// All children that run. The system says that some have ended (SIGCHLD); each of them is reaped
/// here, once.
///
/// One descriptor serves all of them. A pidfd for each would say the same, at the price of a
/// descriptor a terminal, of which the system has the fewest.
final class ChildTable {
  /// Called when the last one was reaped, or none could be started.
  var whenEmpty: (() -> Void)?
  private var children: [CInt: ChildProcess] = [:]
  /// Children that are being started. Their numbers are not known yet.
  private var unborn = 0
  /// How those ended whose numbers were not known when they were reaped.
  private var strays: [CInt: RemoteEnd] = [:]
  private let reactor: Reactor
  private var signals: Signals?

  /// - Throws: What signalfd(2) or epoll_ctl(2) says.
  init(reactor: Reactor) throws(SystemError) {
    self.reactor = reactor
    signals = try Signals([SIGCHLD], reactor: reactor) { [weak self] _ in self?.reap() }
  }

  /// How many run, or are being started.
  var count: Int { children.count + unborn }

  /// A child that is to be: ``started(_:as:)`` or ``failed(_:_:)`` follows.
  ///
  /// - Parameter observer: Who is told how it ended.
  /// - Returns: The child.
  func expect(for observer: any ChildObserver) -> ChildProcess {
    unborn += 1
    return ChildProcess(observer: observer, reactor: reactor)
  }

  /// It runs, or did: it may have ended before its number was known.
  func started(_ child: ChildProcess, as process: CInt) {
    unborn -= 1
    children[process] = child
    child.started(as: process)
    if let end = strays.removeValue(forKey: process) { ended(process, end) }
    if unborn == 0 { strays = [:] }
  }

  /// It could not be started; why, in a sentence.
  func failed(_ child: ChildProcess, _ reason: String) {
    unborn -= 1
    child.ended(.failed(reason))
    if count == 0 { whenEmpty?() }
  }

  /// Takes in what has ended. One signal may stand for many children; where other threads take
  /// signals, as in tests, it is called without any.
  func reap() {
    var code: CInt = 0
    var signal: CInt = 0
    while true {
      let process = linux_reap(&code, &signal)
      guard process > 0 else { return }
      ended(process, signal == 0 ? .exited(code: Int(code)) : .signalled(Self.name(signal)))
    }
  }

  private func ended(_ process: CInt, _ end: RemoteEnd) {
    guard let child = children.removeValue(forKey: process) else {
      if unborn > 0 { strays[process] = end }
      return
    }
    child.ended(end)
    if count == 0 { whenEmpty?() }
  }

  private static func name(_ number: CInt) -> String {
    linux_signal_name(number).map { "SIG\(String(cString: $0))" } ?? "signal \(number)"
  }
}

/// A child process. Its starter keeps it until it runs, and the table until it is reaped, whatever
/// else has let go of it; until then its process ID is no other's.
final class ChildProcess: TimerHandler {
  private enum State {
    case unborn
    case running(process: CInt)
    case over
  }

  /// How long a child that was asked to end may take before it is killed.
  private static let timeout: Duration = .seconds(3)

  /// Who is told that it has ended; kept until then, or until it is asked to end.
  private var observer: (any ChildObserver)?
  private let reactor: Reactor
  private var killTimer: Reactor.Timer?
  private var state = State.unborn

  fileprivate init(observer: any ChildObserver, reactor: Reactor) {
    self.observer = observer
    self.reactor = reactor
  }

  fileprivate func started(as process: CInt) {
    state = .running(process: process)
    if observer == nil { terminate() }
  }

  /// Asks it to end (SIGHUP), as soon as it runs, and kills it if it has not done so after a while.
  /// Its end is not told any more.
  func terminate() {
    observer = nil
    guard case .running(let process) = state, killTimer == nil else { return }
    // It leads a session of its own: whatever it has started and not given another group goes with
    // it.
    kill(-process, SIGHUP)
    reactor.set(&killTimer, to: reactor.now + Self.timeout, handler: self)
  }

  func timerFired(now: MonotonicInstant) {
    if case .running(let process) = state { kill(-process, SIGKILL) }
  }

  fileprivate func ended(_ end: RemoteEnd) {
    state = .over
    reactor.remove(&killTimer)
    observer.take()?.childEnded(end)
  }
}
