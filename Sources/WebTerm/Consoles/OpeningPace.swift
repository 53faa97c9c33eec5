// When a line may be opened: so many a second over all, and few at a time to one host. There is no
// clock here: the time is passed in.

import EventLoop

/// Lines that wait to be opened, in the order in which they asked, with the hosts in turn.
struct OpeningPace<Line: Hashable> {
  typealias Instant = MonotonicInstant

  /// Between two openings, so that there are fewer than 50 within any second. They are not opened
  /// in bursts: what a loop that stands still puts off would meet the next burst.
  static var pause: Duration { .milliseconds(21) }
  /// To one host no more are on their way: 48 lines of one box come together.
  static var perHost: Int { 2 }

  private struct Host {
    var waiting: ArraySlice<Line> = []
    /// Lines that are on their way.
    var opening = 0
    /// Whether it stands among the hosts that are next.
    var isNext = false

    var isIdle: Bool { opening == 0 && waiting.isEmpty }
  }

  private var hosts: [String: Host] = [:]
  /// Hosts at which a line may be opened, in order.
  private var next: ArraySlice<String> = []
  private var waiting: [Line: String] = [:]
  private var opening: [Line: String] = [:]
  /// When the last line was opened.
  private var last: Instant?

  /// How many wait.
  var count: Int { waiting.count }

  /// A line wants to be opened.
  ///
  /// - Parameters:
  ///   - line: It waits once, however often it asks.
  ///   - host: Where it leads.
  mutating func ask(_ line: Line, at host: String) {
    guard waiting[line] == nil else { return }
    waiting[line] = host
    hosts[host, default: Host()].waiting.append(line)
    offer(host)
  }

  /// A line is up, or has ended: another one of its host may come.
  mutating func settled(_ line: Line) {
    guard let host = opening.removeValue(forKey: line) else { return }
    hosts[host]?.opening -= 1
    offer(host)
  }

  /// A line does not want to be opened any more, or is not on its way any more.
  mutating func forget(_ line: Line) {
    settled(line)
    guard let host = waiting.removeValue(forKey: line) else { return }
    hosts[host]?.waiting.removeAll { $0 == line }
    offer(host)
  }

  /// The host comes behind the others that are next, where a line of it may be opened.
  private mutating func offer(_ name: String) {
    guard var host = hosts[name], !host.isNext else { return }
    if host.isIdle {
      hosts[name] = nil
    } else if !host.waiting.isEmpty, host.opening < Self.perHost {
      host.isNext = true
      hosts[name] = host
      next.append(name)
    }
  }

  /// The line that is to be opened now; it is on its way from now on.
  mutating func take(now: Instant) -> Line? {
    if let last, now - last < Self.pause { return nil }
    while let name = next.popFirst() {
      guard var host = hosts[name] else { continue }
      host.isNext = false
      let line = host.opening < Self.perHost ? host.waiting.popFirst() : nil
      if let line {
        host.opening += 1
        waiting[line] = nil
        opening[line] = name
        last = now
      }
      hosts[name] = host
      offer(name)
      if let line { return line }
    }
    return nil
  }

  /// When ``take(now:)`` may have another one; nil where that is for ``settled(_:)`` to say.
  var nextDeadline: Instant? {
    guard !next.isEmpty else { return nil }
    return last.map { $0 + Self.pause } ?? Instant(nanoseconds: 0)
  }
}
