// What a console's log says itself: time stamps, and lines of its own.

/// What happened on a console, as a line of its log: `[-- 2026-12-01T03:00:00Z alice attached --]`.
package enum EventLine {
  /// How each begins. No line of output begins so (``LineText``).
  package static let beginning: StaticString = "[-- "
  /// Names and reasons are cut to so many bytes.
  private static let longestName = 256
  private static let longestNote = 4000

  /// What happened.
  package enum Event: Equatable {
    case mark
    case opened
    case closed(reason: String)
    case attached(String)
    case types(String)
    case detached(String)
    case sentBreak(String)
    case note(String, by: String)
    case alarm(String)
    /// So many lines could not be written.
    case lost(lines: Int)
  }

  /// The line, without its end; `seconds` is when that was, in Unix time.
  package static func text(_ event: Event, at seconds: Int) -> String {
    "\(beginning)\(LogStamp.seconds(seconds)) \(words(event)) --]"
  }

  private static func words(_ event: Event) -> String {
    switch event {
    case .mark: "mark"
    case .opened: "opened"
    case .closed(let reason): "closed: \(name(reason))"
    case .attached(let who): "\(name(who)) attached"
    case .types(let who): "\(name(who)) types"
    case .detached(let who): "\(name(who)) detached"
    case .sentBreak(let who): "break by \(name(who))"
    case .note(let text, let who): "note by \(name(who)): \(escaped(text.cut(to: longestNote)))"
    case .alarm(let alarm): "alarm \(name(alarm))"
    case .lost(let lines): "\(lines) lines lost"
    }
  }

  private static func name(_ text: String) -> String { escaped(text.cut(to: longestName)) }

  /// A text of another's: what does not show, and what would end the line or begin another
  /// one, is written as `\u{5D}`.
  private static func escaped(_ text: String) -> String {
    var result = ""
    let scalars = Array(text.unicodeScalars)
    for (index, scalar) in scalars.enumerated() {
      let begins = scalar == "[" && index + 1 < scalars.count && scalars[index + 1] == "-"
      let ends = scalar == "]" && index > 0 && scalars[index - 1] == "-"
      if scalar == "\\" || begins || ends {
        result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    // What does not show is written so, too; what was written above shows.
    return VisibleText.escaped(result)
  }
}

/// Times as a log writes them (RFC 3339), in UTC.
package enum LogStamp {
  private static let day = 86400

  /// `2026-12-01T03:12:45Z`.
  package static func seconds(_ seconds: Int) -> String { "\(dateTime(seconds))Z" }

  /// What stands before each line: `[2026-12-01T03:12:45.123Z] `.
  package static func line(milliseconds: Int) -> String {
    let seconds = milliseconds.flooredDivision(by: 1000)
    return "[\(dateTime(seconds)).\(padded(milliseconds - seconds * 1000, 3))Z] "
  }

  private static func dateTime(_ seconds: Int) -> String {
    let days = seconds.flooredDivision(by: day)
    let second = seconds - days * day
    let (year, month, date) = civil(days)
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(date, 2))"
      + "T\(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))"
  }

  private static func padded(_ number: Int, _ digits: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }

  /// The date so many days after 1970-01-01, by the proleptic Gregorian calendar: eras of 400 years
  /// that begin on the first of March, so that a leap day is the last of its year.
  private static func civil(_ days: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = days + 719_468
    let era = shifted.flooredDivision(by: 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (
      era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month,
      dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    )
  }
}

extension Int {
  fileprivate func flooredDivision(by divisor: Int) -> Int {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
