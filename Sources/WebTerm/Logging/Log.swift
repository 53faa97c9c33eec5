// The log: one line per event on standard error, as text or as JSON.

import EventLoop

/// Writes log lines. A value can never break out of its line or its field.
package struct Log {
  typealias Field = (name: String, value: String)

  private static let standardError = AppendedFile(standardError: ())

  private let settings: LogSettings
  private let writer: WriterThread

  /// - Parameters:
  ///   - settings: Format and threshold.
  ///   - writer: Waits for the reader of standard error, so that the loop does not.
  package init(_ settings: LogSettings, writer: WriterThread) {
    self.settings = settings
    self.writer = writer
  }

  /// Writes a line, where `level` is wanted.
  ///
  /// - Parameters:
  ///   - level: How important it is.
  ///   - event: What happened, in a few words of ours.
  ///   - fields: To whom and with what; values may hold anything.
  func write(_ level: LogSettings.Level, _ event: String, _ fields: [Field] = []) {
    guard level >= settings.level, let lost = post(level, event, fields), lost > 0 else { return }
    _ = post(.warning, "lines of the log were lost before this one", [("count", "\(lost)")])
  }

  /// Returns how many lines were lost before this one; nil where this one is lost, too.
  private func post(_ level: LogSettings.Level, _ event: String, _ fields: [Field]) -> Int? {
    let line =
      switch settings.format {
      case .text: Self.textLine(Timestamp.now, level, event, fields)
      case .json: Self.jsonLine(Timestamp.now, level, event, fields)
      }
    return writer.post(Array(line.utf8), to: Self.standardError)
  }

  /// Writes a line that names only what happened.
  package func write(_ level: LogSettings.Level, _ event: String) {
    write(level, event, [])
  }

  static func textLine(
    _ time: String, _ level: LogSettings.Level, _ event: String, _ fields: [Field]
  ) -> String {
    var line = "\(time) \(level.rawValue) \(event)"
    for (name, value) in fields {
      let isPlain = !value.isEmpty && value.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != 0x22 }
      line += isPlain ? " \(name)=\(value)" : " \(name)=\"\(JSONText.escape(value))\""
    }
    return line + "\n"
  }

  static func jsonLine(
    _ time: String, _ level: LogSettings.Level, _ event: String, _ fields: [Field]
  ) -> String {
    let line = JSONText.object(
      [("time", .string(time)), ("level", .string(level.rawValue)), ("event", .string(event))]
        + fields.map { ($0.name, .string($0.value)) })
    return line.text + "\n"
  }
}
