// A program that the benchmarks start, watch and end: the server, or the floor beside it.

import EventLoop
import Glibc

/// Why a benchmark cannot go on.
struct BenchFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}

/// A running program that listens on a loopback port and says so in its first line.
final class RunningProgram {
  /// 0 for one that somebody else has started, whose figures are nobody's business.
  let process: pid_t
  /// Where it listens.
  let port: UInt16
  private let output: Descriptor?

  /// One that runs already.
  init(runningAt port: UInt16) {
    process = 0
    self.port = port
    output = nil
  }

  /// Starts one that does not say where it listens, and waits until it does.
  ///
  /// - Throws: ``BenchFailure`` where it cannot be started.
  init(_ path: String, _ arguments: [String], port: UInt16) throws {
    output = nil
    self.port = port
    let null = open("/dev/null", O_WRONLY)
    defer { close(null) }
    process = try Self.spawn(path, arguments, output: null, error: null)
    for _ in 0..<200 {
      if let socket = try? connectSocket(to: .loopback(port)) {
        var wait = pollfd(fd: socket.number, events: Int16(POLLOUT), revents: 0)
        poll(&wait, 1, 1000)
        if wait.revents & Int16(POLLERR | POLLHUP) == 0 { return }
      }
      usleep(20_000)
    }
    throw BenchFailure("\(path) does not listen on port \(port)")
  }

  /// Starts it and waits until it listens.
  ///
  /// - Throws: ``BenchFailure`` where it cannot be started or says something else.
  init(_ path: String, _ arguments: [String]) throws {
    var ends: [CInt] = [-1, -1]
    guard pipe(&ends) == 0 else { throw BenchFailure("pipe: \(String(cString: strerror(errno)))") }
    let output = Descriptor(owning: ends[0])
    let input = Descriptor(owning: ends[1])
    process = try Self.spawn(path, arguments, output: input.number)
    _ = consume input
    let line = Self.firstLine(of: output.number)
    self.output = consume output
    guard line.hasPrefix("listening on "), let port = Self.port(in: line) else {
      kill(process, SIGKILL)
      waitpid(process, nil, 0)
      throw BenchFailure("\(path) did not start: \(line)")
    }
    self.port = port
  }

  /// Starts a program with that standard output; returns its process ID.
  ///
  /// - Throws: ``BenchFailure`` where it cannot be started.
  static func spawn(
    _ path: String, _ arguments: [String], output: CInt, error: CInt = 2
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    if error != 2 { posix_spawn_file_actions_adddup2(&actions, error, 2) }
    // The signals that end a benchmark are blocked here, but not for what it starts.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, CShort(POSIX_SPAWN_SETSIGMASK))
    let words = ([path] + arguments).map { strdup($0) }
    defer { words.forEach { free($0) } }
    var process: pid_t = 0
    let result = posix_spawn(&process, path, &actions, &attributes, words + [nil], environ)
    guard result == 0 else { throw BenchFailure("\(path): \(String(cString: strerror(result)))") }
    return process
  }

  private static func firstLine(of descriptor: CInt) -> String {
    var line: [UInt8] = []
    var byte: UInt8 = 0
    while read(descriptor, &byte, 1) == 1, byte != UInt8(ascii: "\n") { line.append(byte) }
    return String(decoding: line, as: UTF8.self)
  }

  /// The port in `listening on http://HOST:PORT/`.
  private static func port(in line: String) -> UInt16? {
    line.split(separator: ":").last.flatMap { UInt16($0.prefix { $0 != "/" }) }
  }

  /// Ends it, and waits for its end.
  func stop() {
    guard process > 0 else { return }
    kill(process, SIGTERM)
    waitpid(process, nil, 0)
  }

  // MARK: What it takes

  /// CPU time of its threads so far.
  var processorTime: Duration { ProcessFigures.processorTime(of: process) }

  /// How often its loop has waited so far.
  var waits: Int { ProcessFigures.waits(of: process) }

  /// Resident memory, in bytes.
  var residentBytes: Int { ProcessFigures.residentBytes(of: process) }

  /// Resident memory of which shared pages count in parts, in bytes.
  var proportionalBytes: Int { ProcessFigures.proportionalBytes(of: process) }

  /// Open descriptors.
  var descriptorCount: Int { ProcessFigures.descriptorCount(of: process) }

  /// Child processes, ended ones that were not reaped included.
  var childCount: Int { ProcessFigures.childCount(of: process) }
}
