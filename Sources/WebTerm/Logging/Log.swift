// The log: one line per event on standard error, as text or as JSON.

import Glibc

/// Writes log lines. A value can never break out of its line or its field.
package struct Log {
  typealias Field = (name: String, value: String)

  private var settings: LogSettings

  package init(_ settings: LogSettings) {
    self.settings = settings
  }

  /// Writes a line, where `level` is wanted.
  ///
  /// - Parameters:
  ///   - level: How important it is.
  ///   - event: What happened, in a few words of ours.
  ///   - fields: To whom and with what; values may hold anything.
  func write(_ level: LogSettings.Level, _ event: String, _ fields: [Field] = []) {
    guard level >= settings.level else { return }
    let line =
      switch settings.format {
      case .text: Self.textLine(Timestamp.now, level, event, fields)
      case .json: Self.jsonLine(Timestamp.now, level, event, fields)
      }
    let bytes = Array(line.utf8)
    // One call per line keeps lines whole; a log that cannot be written must not stop the server.
    _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)
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
      line += isPlain ? " \(name)=\(value)" : " \(name)=\"\(JSONEscaping.escape(value))\""
    }
    return line + "\n"
  }

  static func jsonLine(
    _ time: String, _ level: LogSettings.Level, _ event: String, _ fields: [Field]
  ) -> String {
    var line = #"{"time":"\#(time)","level":"\#(level.rawValue)","event":"\#(event)""#
    for (name, value) in fields {
      line += #","\#(name)":"\#(JSONEscaping.escape(value))""#
    }
    return line + "}\n"
  }
}
