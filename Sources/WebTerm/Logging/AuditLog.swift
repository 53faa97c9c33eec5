// Who was where, when and for how long: one JSON line for each thing that happens to a terminal.

import EventLoop
import Glibc

/// The audit log, a file that is only ever appended to. What is for the administrator's eyes at once goes to
/// ``Log``; this is what is kept.
struct AuditLog: Sendable {
  private let file: AppendedFile

  /// Opens the file, which may wait for a disk.
  ///
  /// - Throws: What open(2) says, with the path.
  init(_ path: String) throws(SystemError) {
    let number = Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
    guard number >= 0 else { throw SystemError("open", path, code: errno) }
    file = AppendedFile(Descriptor(owning: number))
  }

  /// Appends a line.
  ///
  /// - Parameters:
  ///   - event: What happened, in one word.
  ///   - fields: Names of ours and values that may hold anything.
  ///   - numbers: Names of ours and numbers.
  ///   - writer: Waits for the disk.
  /// - Returns: False where the line is lost, since too many wait for the disk.
  func write(
    _ event: String, _ fields: [Log.Field], _ numbers: [(String, Int)], by writer: WriterThread
  ) -> Bool {
    var line = #"{"time":"\#(Timestamp.now)","event":"\#(event)""#
    for (name, value) in fields { line += #","\#(name)":"\#(JSONText.escape(value))""# }
    for (name, value) in numbers { line += #","\#(name)":\#(value)"# }
    line += "}\n"
    return writer.post(Array(line.utf8), to: file) != nil
  }
}
