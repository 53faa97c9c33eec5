// What a descriptor is ready for, and which handlers a reactor tells.

import CLinux

/// What a descriptor is ready for, or what its owner waits for (epoll_ctl(2)).
public struct Readiness: OptionSet, Sendable {
  public let rawValue: UInt32

  public init(rawValue: UInt32) {
    self.rawValue = rawValue
  }

  /// There is something to read, or the end.
  public static let readable = Readiness(rawValue: UInt32(LINUX_EPOLLIN))
  /// Something urgent is among what there is to read (tcp(7)).
  public static let urgent = Readiness(rawValue: UInt32(LINUX_EPOLLPRI))
  /// There is room to write.
  public static let writable = Readiness(rawValue: UInt32(LINUX_EPOLLOUT))
  /// The peer's direction is over; what it has sent may still wait to be read.
  public static let peerEnded = Readiness(rawValue: UInt32(LINUX_EPOLLRDHUP))
  /// Both directions are over. Reported whether it was asked for or not.
  public static let hungUp = Readiness(rawValue: UInt32(LINUX_EPOLLHUP))
  /// An error is waiting to be read. Reported whether it was asked for or not.
  public static let failed = Readiness(rawValue: UInt32(LINUX_EPOLLERR))
}

/// Told when a descriptor is ready.
public protocol ReadinessHandler: AnyObject {
  /// Does a bounded amount of work and returns. What is left over is reported again.
  func ready(_ readiness: Readiness)
}

/// Told when a time has come.
public protocol TimerHandler: AnyObject {
  /// The timer's deadline has passed; the timer is not set any more.
  func timerFired(now: MonotonicInstant)
}

/// Told at the end of a turn, when all handlers that are ready in it were told.
public protocol TurnEndHandler: AnyObject {
  /// Kept for the reactor.
  var turnEndMark: TurnEndMark { get set }

  /// Does what was put off, once.
  func turnEnds()
}

/// Whether a handler waits for the end of a turn, so that it is told once however often it asks.
/// The reactor's alone: a handler has one and does nothing with it.
public struct TurnEndMark {
  var isWaiting = false

  public init() {}
}
