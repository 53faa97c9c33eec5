// The alarms of one terminal.

import EventLoop

/// Looks at what one terminal says, and at its silence, by the rules that watch it.
final class AlarmWatch: TimerHandler {
  private var rules: [(rule: AlarmRule, state: AlarmState)]
  private let raised: (AlarmRule) -> Void
  private let reactor: Reactor
  private var timer: Reactor.Timer?

  /// - Parameters:
  ///   - rules: Those that watch it.
  ///   - reactor: The loop.
  ///   - raised: Told each alarm.
  init(_ rules: [AlarmRule], reactor: Reactor, raised: @escaping (AlarmRule) -> Void) {
    self.rules = rules.map { ($0, AlarmState()) }
    self.raised = raised
    self.reactor = reactor
  }

  private static func milliseconds(_ instant: MonotonicInstant) -> Int {
    Int(instant.nanoseconds / 1_000_000)
  }

  private var now: Int { Self.milliseconds(reactor.now) }

  /// Its line is up, or down.
  func isUp(_ isUp: Bool) {
    for index in rules.indices {
      if isUp { rules[index].state.opened(at: now) } else { rules[index].state.closed() }
    }
    setTimer()
  }

  /// So many bytes have come.
  func said(_ bytes: Int) {
    tell { $0.state.output(bytes, $0.rule, at: now) }
    if timer == nil { setTimer() }
  }

  /// A line of text has come.
  func said(_ line: [UInt8]) {
    line.withUnsafeBufferPointer { line in
      tell { $0.state.text(line, $0.rule, at: now) }
    }
  }

  private func tell(_ isRaised: (inout (rule: AlarmRule, state: AlarmState)) -> Bool) {
    for index in rules.indices where isRaised(&rules[index]) { raised(rules[index].rule) }
  }

  private func setTimer() {
    guard let next = rules.compactMap({ $0.state.deadline($0.rule) }).min() else {
      return reactor.remove(&timer)
    }
    // Never before it is due by whole milliseconds.
    let due = MonotonicInstant(nanoseconds: Int64(next + 1) * 1_000_000)
    reactor.set(&timer, to: due, handler: self)
  }

  func timerFired(now: MonotonicInstant) {
    let time = Self.milliseconds(now)
    tell { $0.state.tick($0.rule, at: time) }
    setTimer()
  }

  /// Nothing more happens.
  func close() { reactor.remove(&timer) }
}
