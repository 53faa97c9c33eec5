// What a descriptor is waited for at the moment.

import EventLoop

/// The owner of a descriptor that is watched.
protocol WatchOwner: ReadinessHandler {
  /// The kernel had no room for the watch a while ago: call ``DescriptorWatch/tryAgain(of:)``.
  func watchAgain()
}

/// A descriptor's registration, made and given up with the interest in it.
///
/// A hang-up is reported whether it was asked for or not: without any interest the descriptor is
/// not registered. Where the kernel has no room for it (epoll_ctl(2): `ENOSPC`, `ENOMEM`), that is
/// tried again until it has.
final class DescriptorWatch: TimerHandler {
  private static let pause: Duration = .milliseconds(500)

  private let reactor: Reactor
  private(set) var interest: Readiness = []
  private var registration: Reactor.Registration?
  private var timer: Reactor.Timer?
  /// Kept only while there is a registration or a timer.
  private var owner: (any WatchOwner)?

  /// - Parameter reactor: The loop.
  init(reactor: Reactor) {
    self.reactor = reactor
  }

  /// Waits for something else from now on.
  ///
  /// - Parameters:
  ///   - interest: What is waited for.
  ///   - descriptor: The same each time.
  ///   - owner: Is told.
  func set(
    to interest: Readiness, of descriptor: borrowing Descriptor, for owner: any WatchOwner
  ) {
    guard interest != self.interest else { return }
    self.interest = interest
    guard !interest.isEmpty else { return close(descriptor) }
    self.owner = owner
    switch registration {
    case let current?: reactor.setInterest(current, descriptor: descriptor, to: interest)
    case nil: tryAgain(of: descriptor)
    }
  }

  /// Registers the descriptor, where that is wanted and was not possible before.
  func tryAgain(of descriptor: borrowing Descriptor) {
    guard let owner, registration == nil else { return }
    registration = try? reactor.add(descriptor, for: interest, handler: owner)
    guard registration == nil else { return reactor.remove(&timer) }
    reactor.set(&timer, to: reactor.now + Self.pause, handler: self)
  }

  func timerFired(now: MonotonicInstant) {
    owner?.watchAgain()
  }

  /// Waits for nothing more. To be called before the descriptor closes.
  func close(_ descriptor: borrowing Descriptor) {
    interest = []
    owner = nil
    reactor.remove(&timer)
    if let current = registration.take() { reactor.remove(current, descriptor: descriptor) }
  }
}
