// The time of day, as people and other machines count it.

import Glibc

/// Seconds since 1970 (time(2)). Not for deadlines: this clock may be set.
public enum UnixTime {
  /// Now, in whole seconds.
  public static var now: Int { time(nil) }
}
