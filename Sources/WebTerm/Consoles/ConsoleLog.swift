// The log of one console: what its line says, and what happens there.

import EventLoop

/// Writes one console's file.
final class ConsoleLog {
  let file: BatchAppender.File
  private let appender: BatchAppender
  private let hasTimes: Bool
  /// Whether the line has said something since the last mark.
  private var hasSaid = false

  /// - Parameters:
  ///   - path: The file's.
  ///   - hasTimes: Whether lines begin with the time.
  ///   - appender: Writes.
  init(_ path: String, hasTimes: Bool, appender: BatchAppender) {
    file = BatchAppender.File(path)
    self.hasTimes = hasTimes
    self.appender = appender
  }

  /// The line has said a line of text.
  func write(_ line: [UInt8]) {
    hasSaid = true
    let stamp = hasTimes ? LogStamp.line(milliseconds: UnixTime.milliseconds) : ""
    append(Array(stamp.utf8) + line)
  }

  /// Something has happened.
  func write(_ event: EventLine.Event) {
    append(Array(EventLine.text(event, at: UnixTime.now).utf8))
  }

  /// It is time for a mark, where there is something new before it.
  func mark() {
    guard hasSaid else { return }
    hasSaid = false
    write(.mark)
  }

  private func append(_ line: [UInt8]) {
    appender.append(line + [UInt8(ascii: "\n")], lines: 1, to: file)
  }
}
