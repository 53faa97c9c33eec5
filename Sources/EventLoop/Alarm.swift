// What ends a wait when a deadline comes that is far off.

import CLinux

/// A timer of the kernel's (timerfd_create(2)) that a reactor leaves set through many waits.
///
/// A wait with a limit of its own costs the kernel a timer that is set and taken back, each time:
/// for a key and its echo twice, while the next deadline is seconds away. Set once, this one costs
/// nothing until it rings. It may ring early, where deadlines were moved or taken back meanwhile:
/// then it is set anew.
final class Alarm {
  /// What the reactor's epoll carries for it; no registration's word.
  static let word = UInt64.max
  /// A nearer deadline is the wait's own limit, in nanoseconds: it would be set for that one wait
  /// only.
  private static let near: Int64 = 20_000_000
  private static let never = Int64.max

  private let timer: Descriptor
  private var setTo = Alarm.never

  /// - Throws: What timerfd_create(2) or epoll_ctl(2) says.
  init(epoll: borrowing Descriptor) throws(SystemError) {
    let number = linux_timerfd()
    guard number >= 0 else { throw SystemError("timerfd_create") }
    timer = Descriptor(owning: number)
    // Edge-triggered: it need not be read.
    let events = UInt32(LINUX_EPOLLIN) | LINUX_EPOLLET
    guard linux_epoll_add(epoll.number, number, events, Self.word) == 0 else {
      throw SystemError("epoll_ctl")
    }
  }

  /// Sees to it that it rings no later than at a deadline that is not near.
  ///
  /// - Returns: Whether it does so; the wait needs no limit then.
  func rings(before deadline: MonotonicInstant, now: MonotonicInstant) -> Bool {
    if setTo <= deadline.nanoseconds { return true }
    guard deadline.nanoseconds - now.nanoseconds > Self.near,
      linux_timerfd_set(timer.number, deadline.nanoseconds) == 0
    else { return false }
    setTo = deadline.nanoseconds
    return true
  }

  /// It has rung, and is not set any more.
  func rang() {
    setTo = Self.never
  }
}
