// What the program says on its own standard output and error. The log is WebTerm's.

import Glibc

/// Standard output and standard error, unbuffered.
enum Output {
  static func write(_ text: String) { write(STDOUT_FILENO, text) }

  /// An error message, as every program writes one.
  static func complain(_ message: String) { write(STDERR_FILENO, "webtermd: \(message)\n") }

  private static func write(_ descriptor: CInt, _ text: String) {
    let bytes = Array(text.utf8)
    _ = Glibc.write(descriptor, bytes, bytes.count)
  }
}
