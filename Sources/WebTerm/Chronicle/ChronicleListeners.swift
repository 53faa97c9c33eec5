// Who hears what is written down: the log, for eyes at once, and the audit log, which is kept.

import EventLoop

/// What has happened, as it is written down.
struct ChronicleLine {
  /// For the log.
  let level: LogSettings.Level
  /// What has happened, in a few fixed words.
  let event: String
  /// To whom and with what; values may hold anything.
  let fields: [Log.Field]
  var figures: [(name: String, value: Int)] = []
  /// What the audit log has of it; nil where it is for the log alone.
  var kept: (event: String, fields: [Log.Field])?
}

/// A listener to what the chronicle writes down.
protocol ChronicleListener: AnyObject {
  func heard(_ line: ChronicleLine)
}

/// Writes the log. A reader of standard error that stands still holds nothing else up: a thread of
/// its own waits for it.
final class LogListener: ChronicleListener {
  private(set) var log: Log
  let writer: WriterThread

  /// - Parameters:
  ///   - settings: Format and threshold.
  ///   - writer: Waits for standard error.
  init(_ settings: LogSettings, writer: WriterThread) {
    log = Log(settings, writer: writer)
    self.writer = writer
  }

  /// Takes other settings.
  func reload(_ settings: LogSettings) {
    log = Log(settings, writer: writer)
  }

  func heard(_ line: ChronicleLine) {
    log.write(line.level, line.event, line.fields + line.figures.map { ($0.name, "\($0.value)") })
  }
}

/// Writes the audit log, where one is kept.
final class AuditListener: ChronicleListener {
  /// The file; nil where none is kept. A reload opens it anew, since the former one may have been
  /// moved away.
  var file: AuditLog?
  let writer: WriterThread

  /// - Parameters:
  ///   - file: Nil where none is kept.
  ///   - writer: Waits for the disk.
  init(_ file: AuditLog?, writer: WriterThread) {
    self.file = file
    self.writer = writer
  }

  func heard(_ line: ChronicleLine) {
    guard let kept = line.kept else { return }
    file?.write(kept.event, kept.fields, line.figures, by: writer)
  }

  /// Lines that did not arrive in the file so far.
  var missing: Int { writer.lost + writer.failed }
}
