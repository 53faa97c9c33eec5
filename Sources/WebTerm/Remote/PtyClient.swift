// A client program (ssh, telnet) on a pseudoterminal of its own.

import CLinux
import EventLoop
import Glibc

/// A remote that is a program on a pty.
final class PtyClient: TerminalClient, WatchOwner, TurnEndHandler, TimerHandler, ChildObserver {
  /// How long a program that has let go of its terminal may go on. To close the master at once
  /// would hang it up in the middle of its own exit: many close their descriptors before they end.
  private static let exitTimeout: Duration = .seconds(1)

  var observer: (any RemoteObserver)?
  private let command: ClientCommand
  private let facts: ClientFiles.Facts
  private let settings: Sandbox.Settings
  private let reactor: Reactor
  var turnEndMark = TurnEndMark()
  private let starter: ClientStarter
  /// Its standard error, where that is not its terminal.
  private let standardError: StandardError?
  private var master: Descriptor?
  private let watch: DescriptorWatch
  private var child: ChildProcess?
  /// How the child ended. The end is told when the pty, too, has nothing more.
  private var end: RemoteEnd?
  private var isDrained = false
  /// Until when the program may end by itself.
  private var exitTimer: Reactor.Timer?
  /// No process has the other side of the pty open any more: what is written goes nowhere.
  private var isHungUp = false

  /// - Parameters:
  ///   - command: What to run.
  ///   - facts: What is known of its program.
  ///   - settings: How it is fenced in.
  ///   - reactor: The loop.
  ///   - starter: Starts it.
  ///   - standardError: Takes its standard error; nil where that is its terminal.
  init(
    _ command: ClientCommand, _ facts: ClientFiles.Facts, _ settings: Sandbox.Settings,
    reactor: Reactor, starter: ClientStarter, standardError: StandardError? = nil
  ) {
    self.command = command
    self.facts = facts
    self.settings = settings
    self.reactor = reactor
    self.starter = starter
    self.standardError = standardError
    watch = DescriptorWatch(reactor: reactor)
  }

  /// Opens the pty; the program begins on it a little later. What is written before waits in the
  /// pty.
  func start(_ size: TerminalSize) throws(RemoteFailure) {
    do throws(SystemError) {
      // A program that cannot be started as a rule is not there any more: that is said at once.
      guard access(command.path, X_OK) == 0 else { throw SystemError("access", code: errno) }
      var terminal: CInt = -1
      let number = linux_open_pty(UInt16(size.columns), UInt16(size.rows), &terminal)
      guard number >= 0 else { throw SystemError("openpty", code: errno) }
      let master = Descriptor(owning: number)
      let order = ClientOrder(
        command, in: Sandbox(for: command, facts, settings), on: Descriptor(owning: terminal),
        standardError: try standardError?.open())
      child = try starter.start(order, path: command.path, for: self)
      self.master = consume master
      setInterest(reading: true, writing: false)
    } catch {
      throw RemoteFailure(message: ClientStarter.sentence(command.path, error))
    }
  }

  // MARK: Bytes

  func read(into span: inout OutputRawSpan) {
    do throws(SystemError) {
      switch try master?.read(into: &span) {
      case .bytes: return
      case .wouldBlock where end == nil: return
      case nil where !isDrained: return
      case .wouldBlock, .end, nil: break
      }
    } catch {
      // EIO: no process has the other side of the pty open any more (pty(7)).
    }
    isDrained = true
    // Told when this turn ends: the reader is in the middle of its own work now.
    reactor.atTurnEnd(self)
  }

  func write(_ bytes: RawSpan) -> Int {
    // What fails here shows as the end when the pty is read.
    (try? master?.write(bytes)) ?? 0
  }

  /// Without any interest the pty is not registered at all: a hang-up is reported whether it was
  /// asked for or not, and would keep the loop awake for as long as output has to wait. For the
  /// same reason it is not waited for to write after a hang-up.
  func setInterest(reading: Bool, writing: Bool) {
    var interest: Readiness = []
    if reading && !isDrained { interest.insert(.readable) }
    if writing && !isHungUp { interest.insert(.writable) }
    withMaster { watch.set(to: interest, of: $0, for: self) }
  }

  func watchAgain() {
    withMaster { watch.tryAgain(of: $0) }
  }

  func resize(_ size: TerminalSize) {
    withMaster { _ = linux_set_window_size($0.number, UInt16(size.columns), UInt16(size.rows)) }
  }

  var isRaw: Bool {
    var modes = termios()
    var isKnown = false
    withMaster { isKnown = tcgetattr($0.number, &modes) == 0 }
    return isKnown && modes.c_lflag & tcflag_t(ICANON) == 0
  }

  private func withMaster(_ body: (borrowing Descriptor) -> Void) {
    switch master {
    case .some(let master): body(master)
    case .none: break
    }
  }

  // MARK: The end

  func hangUp() {
    observer = nil
    closeMaster()
    child?.terminate()
    child = nil
  }

  func ready(_ readiness: Readiness) {
    if !readiness.isDisjoint(with: [.hungUp, .failed]), !isHungUp {
      isHungUp = true
      setInterest(reading: watch.interest.contains(.readable), writing: false)
    } else if readiness.contains(.writable) {
      observer?.remoteIsWritable()
    }
    if watch.interest.contains(.readable) { observer?.remoteIsReadable() }
  }

  func childEnded(_ end: RemoteEnd) {
    self.end = end
    child = nil
    // What it wrote last may still be in the pty: reading goes on until that is empty.
    observer?.remoteIsReadable()
    reactor.atTurnEnd(self)
  }

  func turnEnds() {
    guard isDrained else { return }
    guard let end else { return waitForExit() }
    closeMaster()
    let told = observer
    observer = nil
    told?.remoteEnded(end)
  }

  /// Everything was read, and the program has not ended yet.
  private func waitForExit() {
    setInterest(reading: false, writing: false)
    guard exitTimer == nil, master != nil else { return }
    reactor.set(&exitTimer, to: reactor.now + Self.exitTimeout, handler: self)
  }

  func timerFired(now: MonotonicInstant) {
    closeMaster()
  }

  private func closeMaster() {
    reactor.remove(&exitTimer)
    withMaster { watch.close($0) }
    master = nil
  }
}
