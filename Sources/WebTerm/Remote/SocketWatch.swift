// What a socket is waited for at the moment.

import EventLoop

/// A socket's registration, made and given up with the interest in it.
///
/// A hang-up is reported whether it was asked for or not: without any interest the socket is not
/// registered.
struct SocketWatch {
  private(set) var interest: Readiness = []
  private var registration: Reactor.Registration?

  /// Waits for something else from now on.
  mutating func set(
    to interest: Readiness, of socket: borrowing Descriptor, reactor: Reactor,
    handler: any ReadinessHandler
  ) {
    guard interest != self.interest else { return }
    self.interest = interest
    switch registration {
    case let current? where interest.isEmpty:
      reactor.remove(current, descriptor: socket)
      registration = nil
    case let current?:
      reactor.setInterest(current, descriptor: socket, to: interest)
    case nil:
      // It fails only where the kernel's memory for epoll is used up: the next change tries again.
      registration = try? reactor.add(socket, for: interest, handler: handler)
      if registration == nil { self.interest = [] }
    }
  }

  /// Waits for nothing more.
  mutating func close(_ socket: borrowing Descriptor, reactor: Reactor) {
    if let current = registration.take() { reactor.remove(current, descriptor: socket) }
  }
}
