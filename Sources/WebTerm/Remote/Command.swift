// Another program, run to its end. Only before the loop starts, or on another thread than its own:
// the caller waits.

import EventLoop
import Glibc

/// A program that was started and whose standard output is read.
package struct Command: ~Copyable {
  private let process: pid_t
  private let output: Descriptor

  /// - Parameter arguments: The program's absolute path first.
  /// - Throws: What the system says where it cannot be started.
  package init(_ arguments: [String]) throws(SystemError) {
    var ends: [CInt] = [-1, -1]
    guard pipe(&ends) == 0 else { throw SystemError("pipe") }
    let reading = Descriptor(owning: ends[0])
    let writing = Descriptor(owning: ends[1])
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, writing.number, 1)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    let list = Self.copies(arguments)
    let environment = Self.copies(["PATH=/usr/bin:/bin", "LANG=C.UTF-8"])
    defer { (list + environment).forEach { free($0) } }
    var process: pid_t = 0
    let result = posix_spawn(
      &process, arguments[0], &actions, nil, list, environment)
    guard result == 0 else { throw SystemError("posix_spawn", arguments[0], code: result) }
    self.process = process
    output = reading
  }

  /// As C has it, with NULL at the end; to be freed.
  private static func copies(_ strings: [String]) -> [UnsafeMutablePointer<CChar>?] {
    strings.map { strdup($0) } + [nil]
  }

  /// Waits for its end; returns what it printed.
  package consuming func wait() -> [UInt8] {
    var printed: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = read(output.number, &buffer, buffer.count)
      if count == -1, errno == EINTR { continue }
      guard count > 0 else { break }
      printed.append(contentsOf: buffer[..<count])
    }
    // The loop may have reaped it already.
    while waitpid(process, nil, 0) == -1, errno == EINTR {}
    return printed
  }
}
