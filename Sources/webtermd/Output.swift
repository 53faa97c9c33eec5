// What the program says on its own standard output and error, and by its exit code. The log is
// WebTerm's.

import Glibc
import WebTerm

/// Standard output and standard error, unbuffered.
enum Output {
  static func write(_ text: String) { write(STDOUT_FILENO, text) }

  /// An error message, as every program writes one. What it quotes cannot write to the terminal.
  static func complain(_ message: String) {
    let lines = message.split(separator: "\n", omittingEmptySubsequences: false)
    let shown = lines.map { ConfigurationProblem.printable(String($0)) }.joined(separator: "\n")
    write(STDERR_FILENO, "webtermd: \(shown)\n")
  }

  private static func write(_ descriptor: CInt, _ text: String) {
    let bytes = Array(text.utf8)
    _ = Glibc.write(descriptor, bytes, bytes.count)
  }
}

/// An exit code.
enum ExitCode: Int32 {
  case ok = 0
  case usage = 64
  case missingFile = 66
  case unavailable = 69
  case software = 70
  case cannotCreate = 73
  case noPermission = 77
  case configuration = 78
}
