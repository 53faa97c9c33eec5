// A client program (ssh, telnet) on a pseudoterminal of its own.

import CLinux
import EventLoop
import Glibc

/// A remote that is a program on a pty.
final class PtyClient: Remote, ReadinessHandler, TurnEndHandler, TimerHandler, ChildObserver {
  /// How long a program that has let go of its terminal may go on. To close the master at once would hang it up in the
  /// middle of its own exit: many close their descriptors before they end.
  private static let exitPatience: Duration = .seconds(1)

  var observer: (any RemoteObserver)?
  private let command: ClientCommand
  private let facts: ClientFiles.Facts
  private let settings: Sandbox.Settings
  private let reactor: Reactor
  private let table: ChildTable
  private let fences: FenceCache
  /// Its standard error, where that is not its terminal.
  private let words: ClientWords?
  /// Its standard input, where that is not its terminal.
  private let input: AnonymousFile?
  private var master: Descriptor?
  private var registration: Reactor.Registration?
  private var interest: Readiness = []
  private var child: ChildProcess?
  /// How the child ended. The end is told when the pty, too, has nothing more.
  private var end: RemoteEnd?
  private var isDrained = false
  /// Until when the program may end by itself.
  private var exitTimer: Reactor.Timer?
  /// Nobody has the other side of the pty open any more: what is written goes nowhere.
  private var isHungUp = false

  /// - Parameters:
  ///   - command: What to run.
  ///   - facts: What is known of its program.
  ///   - settings: How it is fenced in.
  ///   - reactor: The loop.
  ///   - table: Where the process is counted.
  ///   - fences: Where rules for such a program may be ready.
  ///   - words: Takes its standard error; nil where that is its terminal.
  ///   - input: Is its standard input; nil where that is its terminal.
  init(
    _ command: ClientCommand, _ facts: ClientFiles.Facts, _ settings: Sandbox.Settings,
    reactor: Reactor, table: ChildTable, fences: FenceCache, words: ClientWords? = nil,
    input: AnonymousFile? = nil
  ) {
    self.command = command
    self.facts = facts
    self.settings = settings
    self.reactor = reactor
    self.table = table
    self.fences = fences
    self.words = words
    self.input = input
  }

  func start(_ size: TerminalSize) throws(RemoteFailure) {
    do throws(SystemError) {
      let (process, number) = try spawn(size)
      let master = Descriptor(owning: number)
      let child = ChildProcess(process: process, reactor: reactor, table: table)
      child.observer = self
      self.child = child
      self.master = consume master
      setInterest(reading: true, writing: false)
    } catch {
      table.startFailed()
      throw RemoteFailure(message: "Could not start \(command.path): \(error.reason).")
    }
  }

  private func spawn(_ size: TerminalSize) throws(SystemError) -> (process: CInt, master: CInt) {
    guard let words else { return try spawn(size, words: -1) }
    let end = try words.open()
    defer { extendLifetime(end) }
    return try spawn(size, words: end.number)
  }

  private func spawn(
    _ size: TerminalSize, words: CInt
  ) throws(SystemError) -> (process: CInt, master: CInt) {
    let sandbox = Sandbox(for: command, facts, settings)
    let program = sandbox.program
    var master: CInt = -1
    let process: CInt = try sandbox.withRequest(fences, now: reactor.now) { fence in
      withCStrings(program.leading + command.arguments.dropFirst()) { arguments in
        withCStrings(command.environment) { environment in
          program.executable.withCString { path in
            var request = linux_spawn()
            request.path = path
            request.arguments = arguments
            request.environment = environment
            request.columns = UInt16(size.columns)
            request.rows = UInt16(size.rows)
            request.input = input?.descriptor.number ?? -1
            request.words = words
            request.sandbox = fence
            let process = linux_spawn_on_pty(&request, &master)
            return process == -1 ? -errno : process
          }
        }
      }
    }
    guard process > 0 else { throw SystemError("clone", code: -process) }
    return (process, master)
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
      // EIO: nobody has the other side of the pty open any more (pty(7)).
    }
    isDrained = true
    // Told when this turn ends: whoever reads is in the middle of its own work now.
    reactor.atTurnEnd(self)
  }

  func write(_ bytes: RawSpan) -> Int {
    // What fails here shows as the end when the pty is read.
    (try? master?.write(bytes)) ?? 0
  }

  /// Without any interest the pty is not registered at all: a hang-up is reported whether it was
  /// asked for or not, and would keep the loop awake for as long as output has to wait. For the same reason nobody waits
  /// to write after it.
  func setInterest(reading: Bool, writing: Bool) {
    var interest: Readiness = []
    if reading && !isDrained { interest.insert(.readable) }
    if writing && !isHungUp { interest.insert(.writable) }
    guard interest != self.interest else { return }
    self.interest = interest
    withMaster { master in
      switch registration {
      case let current? where interest.isEmpty:
        reactor.remove(current, descriptor: master)
        registration = nil
      case let current?:
        reactor.setInterest(current, descriptor: master, to: interest)
      case nil where !interest.isEmpty:
        // It fails only where the kernel's memory for epoll is used up: then the next change of
        // interest tries again.
        registration = try? reactor.add(master, for: interest, handler: self)
        if registration == nil { self.interest = [] }
      case nil:
        break
      }
    }
  }

  func resize(_ size: TerminalSize) {
    withMaster { _ = linux_set_window_size($0.number, UInt16(size.columns), UInt16(size.rows)) }
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
      setInterest(reading: interest.contains(.readable), writing: false)
    } else if readiness.contains(.writable) {
      observer?.remoteIsWritable()
    }
    if interest.contains(.readable) { observer?.remoteIsReadable() }
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
    let timer = reactor.makeTimer(handler: self)
    reactor.set(timer, to: reactor.now + Self.exitPatience)
    exitTimer = timer
  }

  func timerFired(now: MonotonicInstant) {
    closeMaster()
  }

  private func closeMaster() {
    if let timer = exitTimer.take() { reactor.remove(timer) }
    if let registration = registration.take() {
      withMaster { reactor.remove(registration, descriptor: $0) }
    }
    master = nil
  }
}

/// Lends strings as C does: an array of pointers that ends with NULL.
private func withCStrings<R>(
  _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> R
) -> R {
  let copies = strings.map { strdup($0) }
  defer { copies.forEach { free($0) } }
  // The array ends with NULL and is never empty, so that the buffer has an address.
  return (copies + [nil]).withUnsafeBufferPointer { body($0.baseAddress!) }
}
