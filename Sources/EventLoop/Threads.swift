// Threads beside the loop's: how one starts, and how it is woken.

import CLinux
import Glibc

/// A thread to be, as a C function pointer can carry it.
private final class ThreadBody {
  let run: @Sendable () -> Void

  init(_ run: @escaping @Sendable () -> Void) {
    self.run = run
  }
}

/// Starts a thread that is not joined. No signal is ever delivered to it.
///
/// - Throws: What pthread_create(3) says.
func startThread(_ run: @escaping @Sendable () -> Void) throws(SystemError) {
  // A new thread inherits which signals are blocked: all of them stay the loop's.
  var all = sigset_t()
  var former = sigset_t()
  sigfillset(&all)
  pthread_sigmask(SIG_SETMASK, &all, &former)
  defer { pthread_sigmask(SIG_SETMASK, &former, nil) }
  let argument = Unmanaged.passRetained(ThreadBody(run))
  var thread = pthread_t()
  let result = pthread_create(
    &thread, nil,
    { argument in
      guard let argument else { return nil }
      Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().run()
      return nil
    }, argument.toOpaque())
  guard result == 0 else {
    argument.release()
    throw SystemError("pthread_create", code: result)
  }
  pthread_detach(thread)
}

/// What one thread waits for and others ring (eventfd(2)). It remembers that it was rung until that
/// is heard.
struct Bell: ~Copyable, Sendable {
  let descriptor: Descriptor

  /// - Throws: What eventfd(2) says.
  init() throws(SystemError) {
    let number = linux_eventfd()
    guard number >= 0 else { throw SystemError("eventfd") }
    descriptor = Descriptor(owning: number)
  }

  /// Callable from any thread; never waits.
  borrowing func ring() {
    var one: UInt64 = 1
    // It can fail only with EAGAIN, when the counter is full: then the waiting thread is awake
    // anyway.
    _ = write(descriptor.number, &one, MemoryLayout<UInt64>.size)
  }

  /// Forgets that it was rung.
  borrowing func hear() {
    var count: UInt64 = 0
    _ = read(descriptor.number, &count, MemoryLayout<UInt64>.size)
  }

  /// Waits until it is rung, and forgets it then.
  ///
  /// - Parameter milliseconds: The longest wait; -1 is for ever.
  borrowing func wait(atMost milliseconds: CInt = -1) {
    var wait = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
    _ = poll(&wait, 1, milliseconds)
    hear()
  }
}
