// When an alarm is one, and what a log writes of it.

import Testing

@testable import WebTerm

@Suite("Alarms") struct AlarmTests {
  private func text(_ state: inout AlarmState, _ line: String, _ rule: AlarmRule, _ now: Int)
    -> Bool
  {
    Array(line.utf8).withUnsafeBufferPointer { state.text($0, rule, at: now) }
  }

  @Test("a pattern raises it, and not again while it holds")
  func match() throws {
    let rule = AlarmRule(name: "panic", cause: .match(try Pattern("panic")), hold: 300)
    var (state, other) = (AlarmState(), AlarmState())
    #expect(text(&state, "all is well", rule, 0) == false)
    #expect(text(&state, "kernel panic", rule, 100) == true)
    #expect(text(&state, "panic", rule, 399) == false)
    // It counts from the alarm, not from what was held back.
    #expect(text(&state, "panic", rule, 400) == true)
    // Another line has its own.
    #expect(text(&other, "panic", rule, 401) == true)
    #expect(state.output(100, rule, at: 1000) == false)
    #expect(state.tick(rule, at: 10_000) == false)
  }

  @Test("silence raises it once, counted from the opening and from what was said")
  func silence() {
    let rule = AlarmRule(name: "silent", cause: .silence(1000), hold: 0)
    var state = AlarmState()
    #expect(state.deadline(rule) == nil)
    #expect(state.tick(rule, at: 5000) == false)
    state.opened(at: 5000)
    #expect(state.deadline(rule) == 6000)
    #expect(state.output(1, rule, at: 5900) == false)
    #expect(state.tick(rule, at: 6000) == false)
    #expect(state.deadline(rule) == 6900)
    #expect(state.tick(rule, at: 6900) == true)
    #expect(state.tick(rule, at: 9000) == false)
    #expect(state.deadline(rule) == nil)
    #expect(state.output(1, rule, at: 9100) == false)
    #expect(state.tick(rule, at: 10_100) == true)
    #expect(state.output(1, rule, at: 10_200) == false)
    state.closed()
    #expect(state.tick(rule, at: 20_000) == false)
  }

  @Test("so many bytes within a time raise it, in any pieces", arguments: 0..<100 as Range<UInt64>)
  func volume(_ seed: UInt64) {
    var numbers = SeededNumbers(state: seed)
    let window = Int.random(in: 10...100_000, using: &numbers)
    let most = Int.random(in: 10...1000, using: &numbers)
    let rule = AlarmRule(name: "noise", cause: .volume(bytes: most, within: window), hold: 0)
    var state = AlarmState()
    var said: [(now: Int, bytes: Int)] = []
    var now = Int.random(in: 0...1_000_000, using: &numbers)
    for _ in 0..<200 {
      now += Int.random(in: 0...(window / 3), using: &numbers)
      said.append((now, Int.random(in: 0...(most / 4), using: &numbers)))
      let isAlarm = state.output(said[said.count - 1].bytes, rule, at: now)
      let within = said.filter { $0.now > now - window }.reduce(0) { $0 + $1.bytes }
      let longer = said.filter { $0.now > now - window - window / 8 - 9 }.reduce(0) {
        $0 + $1.bytes
      }
      #expect(isAlarm || within < most, "seed \(seed)")
      #expect(!isAlarm || longer >= most, "seed \(seed)")
    }
  }

  @Test(
    "an event is a line that nobody's name can end",
    arguments: [
      (EventLine.Event.mark, "mark"), (.opened, "opened"),
      (.closed(reason: "refused"), "closed: refused"),
      (.attached("alice"), "alice attached"), (.types("alice"), "alice types"),
      (.detached("CORP\\bob"), "CORP\\u{5C}bob detached"), (.sentBreak("alice"), "break by alice"),
      (.note("a\nb", by: "x --] [-- y"), "note by x --\\u{5D} \\u{5B}-- y: a\\u{A}b"),
      (.alarm("a\u{202e}b [1]"), "alarm a\\u{202E}b [1]"), (.lost(lines: 7), "7 lines lost"),
    ])
  func events(_ event: EventLine.Event, _ words: String) {
    #expect(EventLine.text(event, at: 1_796_094_000) == "[-- 2026-12-01T03:00:00Z \(words) --]")
  }

  @Test(
    "times are those of the calendar",
    arguments: [
      (0, "[1970-01-01T00:00:00.000Z] "), (951_782_399_999, "[2000-02-28T23:59:59.999Z] "),
      (951_782_400_000, "[2000-02-29T00:00:00.000Z] "),
      (4_107_542_400_001, "[2100-03-01T00:00:00.001Z] "),
      (1_796_094_765_123, "[2026-12-01T03:12:45.123Z] "), (-1, "[1969-12-31T23:59:59.999Z] "),
    ])
  func stamps(_ milliseconds: Int, _ text: String) {
    #expect(LogStamp.line(milliseconds: milliseconds) == text)
  }
}
