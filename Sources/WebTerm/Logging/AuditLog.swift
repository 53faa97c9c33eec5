// Who was where, when and for how long: one JSON line for each thing that happens to a terminal.

import EventLoop
import Glibc

/// The audit log, a file that is only ever appended to. What is for the administrator's eyes at
/// once goes to ``Log``; this is what is kept.
struct AuditLog: Sendable {
  private let file: AppendedFile

  /// Opens the file, which may wait for a disk.
  ///
  /// - Throws: What open(2) says, with the path.
  init(_ path: String) throws(SystemError) {
    // A FIFO that took the file's place and has no reader would hold up the thread.
    let flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
    let number = Glibc.open(path, flags, 0o640)
    guard number >= 0 else { throw SystemError("open", path, code: errno) }
    file = AppendedFile(Descriptor(owning: number))
  }

  /// Appends a line.
  ///
  /// - Parameters:
  ///   - event: What happened, in one word.
  ///   - fields: Names of ours and values that may hold anything.
  ///   - numbers: Names of ours and numbers.
  ///   - writer: Waits for the disk; it counts what is lost since too much waits.
  func write(
    _ event: String, _ fields: [Log.Field], _ numbers: [(String, Int)], by writer: WriterThread
  ) {
    let line = JSONText.object(
      [("time", .string(Timestamp.now)), ("event", .string(event))]
        + fields.map { ($0.name, .string($0.value)) } + numbers.map { ($0.0, .number($0.1)) })
    _ = writer.post(line.bytes + "\n".utf8, to: file)
  }
}
