// The time of day, as people and other machines count it.

import Glibc

/// Seconds since 1970 (time(2)). Not for deadlines: this clock may be set.
public enum UnixTime {
  /// Now, in whole seconds.
  public static var now: Int { time(nil) }

  /// Now, in whole milliseconds.
  public static var milliseconds: Int {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return now.tv_sec * 1000 + now.tv_nsec / 1_000_000
  }
}
