// The loop's time: one machine word, since every key asks for it a dozen times.

import Glibc

/// A point in time of the system's monotonic clock (clock_gettime(2), `CLOCK_MONOTONIC`), which
/// epoll_wait(2) waits by.
///
/// `ContinuousClock.Instant` is 128 bits of attoseconds, whose arithmetic is calls into a library:
/// on the way of a key and its echo they took more of the processor than anything else of ours.
public struct MonotonicInstant: InstantProtocol {
  /// Nanoseconds since some fixed point in the past.
  public let nanoseconds: Int64

  @inlinable public init(nanoseconds: Int64) {
    self.nanoseconds = nanoseconds
  }

  /// The time now.
  public static var now: Self {
    var time = timespec()
    // It fails only for a clock that is not there.
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Self(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }

  /// So many nanoseconds later; the end of time where there is no later.
  @inlinable public func advanced(byNanoseconds count: Int64) -> Self {
    let (sum, overflows) = nanoseconds.addingReportingOverflow(count)
    return Self(nanoseconds: overflows ? (count < 0 ? .min : .max) : sum)
  }

  @inlinable public func advanced(by duration: Duration) -> Self {
    advanced(byNanoseconds: duration.nanoseconds)
  }

  @inlinable public func duration(to other: Self) -> Duration {
    .nanoseconds(other.nanoseconds - nanoseconds)
  }

  @inlinable public static func + (instant: Self, duration: Duration) -> Self {
    instant.advanced(by: duration)
  }

  @inlinable public static func - (end: Self, start: Self) -> Duration { start.duration(to: end) }

  @inlinable public static func < (a: Self, b: Self) -> Bool { a.nanoseconds < b.nanoseconds }
}

extension Duration {
  /// Whole nanoseconds; what is longer than 292 years is as long as that.
  public var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (product, overflows) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    if overflows { return seconds < 0 ? .min : .max }
    let (sum, exceeds) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
    return exceeds ? (seconds < 0 ? .min : .max) : sum
  }
}
