// Where the measured programs are, and how they are started for a benchmark.

import EventLoop
import Glibc

/// The programs of one run, all from the folder that this one is in.
struct Programs {
  let folder: String
  let workFolder: String

  /// - Throws: ``BenchFailure`` where a program is missing.
  init() throws {
    var path = [CChar](repeating: 0, count: 4096)
    let length = readlink("/proc/self/exe", &path, path.count - 1)
    let own = String(
      decoding: path.prefix(max(0, length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    folder = own.split(separator: "/").dropLast().map { "/\($0)" }.joined()
    for name in ["webtermd", "bench-floor", "bench-child"]
    where access("\(folder)/\(name)", X_OK) != 0 {
      throw BenchFailure("\(folder)/\(name) is missing: swift build --configuration release")
    }
    var template = Array("/tmp/webtermd-bench.XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw BenchFailure("no temporary folder") }
    workFolder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  var child: String { "\(folder)/bench-child" }

  /// The server, with limits that leave the machine's as the only ones.
  func startServer() throws -> RunningProgram {
    let file = "\(workFolder)/webtermd.json5"
    let text = """
      {
        listen: ["127.0.0.1:0"],
        targets: [{ name: "bench", host: "127.0.0.1", telnet: { ports: [23] } }],
        clients: { telnet: "\(child)" },
        limits: { terminals: 1000000, perVisitor: 1000000, perAddress: 1000000, openPerMinute: 1000000 },
        state: "\(workFolder)",
        log: { level: "warning" },
      }
      """
    try writeFile(file, Array(text.utf8))
    return try RunningProgram("\(folder)/webtermd", ["--config", file])
  }

  /// The floor, whose connections each get the child that does `what`.
  func startFloor(_ what: String) throws -> RunningProgram {
    try RunningProgram("\(folder)/bench-floor", [child, what])
  }

  /// Removes what was made.
  func clean() {
    unlink("\(workFolder)/webtermd.json5")
    rmdir(workFolder)
  }
}
