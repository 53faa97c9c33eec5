// The kernel's side of a reactor: what is waited for, and what the last wait has brought.

import CLinux
import Glibc

/// An epoll(7) instance and the events of its last wait that are still to be delivered. It knows
/// descriptors by their registrations' words only.
struct Poller: ~Copyable {
  /// Events taken from the kernel in one wait.
  private static let eventsPerWait = 256

  private let epoll: Descriptor
  private let alarm: Alarm
  private let events: UnsafeMutableBufferPointer<linux_epoll_event>
  /// Which of `events` are still to be delivered: all of them as a rule, after a long turn the
  /// rest.
  private var undelivered = 0..<0

  /// - Throws: What epoll_create1(2) or timerfd_create(2) says.
  init() throws(SystemError) {
    let number = linux_epoll_create()
    guard number >= 0 else { throw SystemError("epoll_create1") }
    let epoll = Descriptor(owning: number)
    // Whatever throws does so before any of it is this one's.
    alarm = try Alarm(epoll: epoll)
    self.epoll = epoll
    events = .allocate(capacity: Self.eventsPerWait)
    events.initialize(repeating: linux_epoll_event())
  }

  deinit {
    events.deallocate()
  }

  // MARK: What is waited for

  /// - Throws: What epoll_ctl(2) says.
  func add(
    _ descriptor: borrowing Descriptor, for interest: Readiness, word: UInt64
  ) throws(SystemError) {
    guard linux_epoll_add(epoll.number, descriptor.number, interest.rawValue, word) == 0 else {
      throw SystemError("epoll_ctl")
    }
  }

  func change(_ descriptor: borrowing Descriptor, to interest: Readiness, word: UInt64) {
    let result = linux_epoll_change(epoll.number, descriptor.number, interest.rawValue, word)
    // It can fail only for a descriptor that is not registered, which is the owner's mistake.
    assert(result == 0, "epoll_ctl: \(errno)")
  }

  func remove(_ descriptor: borrowing Descriptor) {
    _ = linux_epoll_remove(epoll.number, descriptor.number)
  }

  // MARK: What has come

  /// How many events are still to be delivered.
  var count: Int { undelivered.count }

  /// Waits until something is ready, or for a deadline; not at all while events are to be
  /// delivered.
  ///
  /// - Parameters:
  ///   - deadline: When the wait ends at the latest; nil for never.
  ///   - now: The time.
  /// - Throws: What epoll_wait(2) says.
  mutating func wait(until deadline: MonotonicInstant?, now: MonotonicInstant) throws(SystemError) {
    guard undelivered.isEmpty else { return }
    let count = linux_epoll_wait(
      epoll.number, events.baseAddress, CInt(events.count), timeout(until: deadline, now: now))
    if count >= 0 {
      undelivered = 0..<Int(count)
      return
    }
    let error = SystemError("epoll_wait")
    guard error.code == EINTR else { throw error }
  }

  /// Nanoseconds to wait. -1 waits for ever, or until the alarm.
  private func timeout(until deadline: MonotonicInstant?, now: MonotonicInstant) -> Int64 {
    guard let deadline else { return -1 }
    guard deadline > now else { return 0 }
    return alarm.rings(before: deadline, now: now) ? -1 : deadline.nanoseconds - now.nanoseconds
  }

  /// Takes the next event; nil where that is the alarm, which no handler waits for, or there is
  /// none.
  mutating func next() -> (readiness: Readiness, word: UInt64)? {
    guard let index = undelivered.first else { return nil }
    undelivered.removeFirst()
    let event = events[index]
    guard event.data != Alarm.word else {
      alarm.rang()
      return nil
    }
    return (Readiness(rawValue: event.events), event.data)
  }
}
