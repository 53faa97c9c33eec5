// Signals as events of the loop: no handler runs in the middle of anything.

import CLinux
import Glibc

/// Reports signals through signalfd(2). They stay blocked for the process from then on.
public final class Signals: ReadinessHandler {
  private let descriptor: Descriptor
  private let reactor: Reactor
  private let receive: (CInt) -> Void
  private var registration: Reactor.Registration?

  /// Keeps a signal until it is reported later: until then it neither ends the process nor is it
  /// lost. For a signal that is no reason to end, from the first moment on.
  public static func hold(_ number: CInt) {
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, number)
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  /// Call it before another thread starts, since a new thread inherits which signals are blocked.
  ///
  /// - Parameters:
  ///   - numbers: The signals to be reported, such as `SIGTERM`.
  ///   - reactor: The loop that is to hear.
  ///   - receive: Called on the loop's thread with the signal's number.
  /// - Throws: What signalfd(2) or epoll_ctl(2) says.
  public init(
    _ numbers: [CInt], reactor: Reactor, receive: @escaping (CInt) -> Void
  ) throws(SystemError) {
    let number = linux_signalfd(numbers, numbers.count)
    guard number >= 0 else { throw SystemError("signalfd") }
    descriptor = Descriptor(owning: number)
    self.reactor = reactor
    self.receive = receive
    registration = try reactor.add(descriptor, for: .readable, handler: self)
  }

  public func ready(_ readiness: Readiness) {
    while true {
      let number = linux_signalfd_take(descriptor.number)
      guard number > 0 else { return }
      receive(number)
    }
  }

  /// Reports nothing more. The signals stay blocked.
  public func close() {
    guard let registration = registration.take() else { return }
    reactor.remove(registration, descriptor: descriptor)
  }
}
