// What is executed for a client, and what a script needs beside itself.

import EventLoop

/// A client program as the kernel will execute it.
///
/// A script is resolved here, since its sandbox has room for one execution only: what is started is
/// the interpreter that its first line names, with the script as an argument.
struct ClientProgram: Equatable, Sendable {
  /// The program to be executed, by absolute path.
  let executable: String
  /// Arguments before the client's own; the first is what the program is told to be called.
  let leading: [String]
  /// The script, where it is one.
  let script: String?

  /// Shells: a script for one of them can do nothing but start programs.
  private static let shells: Set<Substring> = ["sh", "bash", "dash", "ash", "ksh", "zsh"]
  /// Where `env` finds interpreters; the same as the clients' own PATH.
  private static let folders = ["/usr/bin", "/bin"]
  /// The kernel, too, reads no more of a first line (execve(2)).
  static let longestFirstLine = 255

  /// Looks for a script's interpreter, which may wait for a disk.
  ///
  /// - Parameters:
  ///   - path: Absolute.
  ///   - head: The file's first ``longestFirstLine`` bytes; nil where it cannot be read: it is
  ///     taken as a program of its own.
  init(path: String, head: [UInt8]?) {
    let head = head ?? []
    guard head.starts(with: [UInt8(ascii: "#"), UInt8(ascii: "!")]) else {
      (executable, leading, script) = (path, [path], nil)
      return
    }
    let line = String(
      decoding: head.dropFirst(2).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    let parts = line.split(maxSplits: 1) { $0 == " " || $0 == "\t" }.map(String.init)
    let interpreter = parts.first ?? path
    var argument = parts.dropFirst().first
    if Self.name(of: interpreter) == "env", let wanted = argument, !wanted.hasPrefix("-") {
      executable =
        Self.folders.map { "\($0)/\(wanted)" }.first { isExecutableFile($0) } ?? interpreter
      argument = executable == interpreter ? argument : nil
    } else {
      executable = interpreter
    }
    leading = [executable] + [argument].compactMap(\.self) + [path]
    script = path
  }

  /// Whether it may start other programs: only where it is a shell's script, which is of no use
  /// otherwise.
  var mayStartPrograms: Bool {
    script != nil && Self.shells.contains(Self.name(of: executable))
  }

  private static func name(of path: String) -> Substring {
    path.split(separator: "/").last ?? ""
  }
}
