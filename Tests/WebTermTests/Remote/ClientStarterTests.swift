import EventLoop
import Glibc
import Testing

@testable import WebTerm

// One after another with every other test that has children: a table that reaps takes those of the
// whole process.
extension RemoteContractTests {
  @Suite("starts of clients", .enabled(if: mayStartChildren)) struct Starts {
    private final class Recorder: ChildObserver {
      var ends: [RemoteEnd] = []
      func childEnded(_ end: RemoteEnd) { ends.append(end) }
    }

    private let reactor: Reactor
    private let table: ChildTable
    private let recorder = Recorder()

    init() throws {
      reactor = try Reactor()
      table = try ChildTable(reactor: reactor)
    }

    private func until(_ condition: () -> Bool) throws {
      let deadline = MonotonicInstant.now + .seconds(300)
      while !condition() {
        try #require(MonotonicInstant.now < deadline, "nothing happens")
        try reactor.turn(until: .now + .milliseconds(20))
        table.reap()
      }
    }

    /// A process that leads a group of its own, as clients do.
    private func spawn(_ words: String...) throws -> pid_t {
      var process: pid_t = 0
      var attributes = posix_spawnattr_t()
      posix_spawnattr_init(&attributes)
      defer { posix_spawnattr_destroy(&attributes) }
      // What runs the tests may ignore hang-ups, or have blocked them.
      var (all, none) = (sigset_t(), sigset_t())
      sigfillset(&all)
      sigemptyset(&none)
      posix_spawnattr_setsigdefault(&attributes, &all)
      posix_spawnattr_setsigmask(&attributes, &none)
      posix_spawnattr_setflags(
        &attributes,
        Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
      let arguments = words.map { strdup($0) } + [nil]
      defer { arguments.forEach { free($0) } }
      try #require(posix_spawn(&process, words[0], nil, &attributes, arguments, nil) == 0)
      return process
    }

    @Test("what is no program is told as such, and leaves nothing behind")
    func noProgram() throws {
      var template = Array("/tmp/webtermd-starts-XXXXXX".utf8CString)
      let number = mkstemp(&template)
      try #require(number >= 0 && fchmod(number, 0o700) == 0 && close(number) == 0)
      let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
      defer { unlink(path) }
      let spawns = try HelperThread(reactor: reactor)
      defer { spawns.close() }
      var wasEmptied = 0
      table.whenEmpty = { wasEmptied += 1 }
      let starter = ClientStarter(helper: spawns, table: table, reactor: reactor)
      // The literal is a well-formed user name.
      let command = ClientCommand.telnet(
        path: path, host: "h", port: 23, user: Username(Array("alice".utf8))!,
        terminalType: "dumb")
      let client = PtyClient(
        command, ClientFiles.Facts(), Sandbox.Settings(), reactor: reactor, starter: starter)
      let observer = EndRecorder(client)
      client.observer = observer
      try client.start(TerminalSize(columns: 80, rows: 24)!)
      #expect(table.count == 1)
      try until { observer.end != nil }
      #expect(
        observer.end == .failed("Could not start \(path): Exec format error."))
      #expect(table.count == 0 && wasEmptied == 1)
      client.hangUp()
    }

    @Test("one that ends before anybody knows its number has ended all the same")
    func early() throws {
      let child = table.expect(for: recorder)
      let process = try spawn("/bin/true")
      var ended = siginfo_t()
      #expect(waitid(P_PID, id_t(process), &ended, WEXITED | WNOWAIT) == 0)
      table.reap()
      #expect(recorder.ends.isEmpty && table.count == 1)
      table.started(child, as: process)
      #expect(recorder.ends == [.exited(code: 0)] && table.count == 0)
    }

    @Test("one that is not wanted any more when it starts is ended")
    func unwanted() throws {
      var isEmpty = false
      table.whenEmpty = { isEmpty = true }
      let child = table.expect(for: recorder)
      child.terminate()
      table.started(child, as: try spawn("/usr/bin/tail", "-f", "/dev/null"))
      try until { isEmpty }
      #expect(recorder.ends.isEmpty)
    }
  }
}

/// Reads, as an observer that wants to be told the end has to.
private final class EndRecorder: RemoteObserver {
  let remote: any Remote
  var end: RemoteEnd?

  init(_ remote: any Remote) {
    self.remote = remote
  }

  func remoteIsReadable() {
    _ = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
      var span = OutputRawSpan(buffer: UnsafeMutableRawBufferPointer(buffer), initializedCount: 0)
      remote.read(into: &span)
      count = span.finalize(for: UnsafeMutableRawBufferPointer(buffer))
    }
  }

  func remoteIsWritable() {}
  func remoteEnded(_ end: RemoteEnd) { self.end = end }
}
