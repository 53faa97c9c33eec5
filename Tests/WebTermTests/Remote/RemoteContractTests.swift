// What every remote must do, whatever is behind it: the fake that other tests rely on, and the real
// one.

import EventLoop
import Glibc
import Testing

@testable import WebTerm

/// A remote whose host says "ready", gives back what it is given, and ends by itself after five
/// bytes.
private protocol RemoteBench: AnyObject {
  var remote: any Remote { get }
  /// How it ends.
  var end: RemoteEnd { get }
  /// Lets the host do something.
  func step() throws
}

private final class FakeBench: RemoteBench {
  let end = RemoteEnd.exited(code: 0)
  private let fake = FakeRemote()
  private var echoed = 0
  private var isStarted = false
  private var isOver = false
  var remote: any Remote { fake }

  func step() {
    if !isStarted, fake.size != nil {
      isStarted = true
      fake.pending += Array("ready".utf8)
    }
    let given = fake.written.prefix(5 - echoed)
    echoed += given.count
    fake.pending += given
    fake.written = []
    if fake.isWriting { fake.observer?.remoteIsWritable() }
    if fake.isReading, !fake.pending.isEmpty { fake.observer?.remoteIsReadable() }
    if echoed == 5, fake.pending.isEmpty, !isOver {
      isOver = true
      fake.observer?.remoteEnded(.exited(code: 0))
    }
  }
}

/// A program on a pty; behind the gate of a first visit, too.
private final class PtyBench: RemoteBench {
  let end = RemoteEnd.exited(code: 0)
  let reactor: Reactor
  let table: ChildTable
  let remote: any Remote
  private let helper: HelperThread
  private let spawns: HelperThread
  private let folder: String

  init(isFirstVisit: Bool = false) throws {
    reactor = try Reactor()
    table = try ChildTable(reactor: reactor)
    helper = try HelperThread(reactor: reactor)
    spawns = try HelperThread(reactor: reactor)
    var template = Array("/tmp/webtermd-contract-XXXXXX".utf8CString)
    folder = try #require(mkdtemp(&template).map { String(cString: $0) })
    let program = folder + "/program"
    let pin = HostKeyPin(state: folder, target: "t", port: 22)
    let draft = isFirstVisit ? try pin.makeDraft() : nil
    let key = "t ssh-ed25519 \(String(repeating: "A", count: 68))"
    let says = draft.map { "echo \(key) >> \($0.path)\n" } ?? ""
    let script = "#!/bin/sh\nstty raw -echo\n\(says)printf ready\nexec head -c 5\n"
    let file = try #require(fopen(program, "w"))
    fputs(script, file)
    fclose(file)
    chmod(program, 0o755)
    let files = ClientFiles(helper: helper)
    let request = ClientFiles.Request(programs: [program])
    files.readNow(request)
    // The literal is a well-formed user name.
    let command = ClientCommand.ssh(
      path: program, host: "h", port: 22, user: Username(Array("alice".utf8))!,
      check: draft.map { .first(file: $0.path, alias: pin.alias) } ?? .ask(alias: nil),
      identity: nil, algorithms: nil, terminalType: "dumb")
    let client = PtyClient(
      command, try #require(files.facts(for: request)), Sandbox.Settings(), reactor: reactor,
      starter: ClientStarter(helper: spawns, table: table, reactor: reactor))
    if let draft {
      remote = PinningClient(client, draft, pin, reactor: reactor, helper: helper)
    } else {
      remote = client
    }
  }

  deinit {
    helper.close()
    spawns.close()
    unlink(folder + "/program")
    unlink(folder + "/known_hosts.d/t")
    rmdir(folder + "/known_hosts.d")
    rmdir(folder)
  }

  func step() throws {
    try reactor.turn(until: .now + .milliseconds(20))
    // The signal of a child's end may have gone to another thread of this process.
    table.reap()
  }
}

/// A host on a socket of this process's own.
private final class TelnetBench: RemoteBench {
  let remote: any Remote
  let end = RemoteEnd.closed(reason: "The host closed the connection.")
  private let reactor: Reactor
  private let listener: ListeningSocket
  private let resolver: NameResolver
  private var host: Descriptor?
  private var echoed = 0

  init() throws {
    reactor = try Reactor()
    resolver = try NameResolver(reactor: reactor)
    listener = try ListeningSocket(SocketAddress(.internet(.ipv4(0x7f00_0001), port: 0)))
    guard case .internet(_, let port) = listener.address.family else { throw SystemError("listen") }
    var settings = TelnetSettings()
    settings.mode = .raw
    remote = TelnetRemote(
      TelnetHost(
        name: "127.0.0.1", port: port, settings: settings,
        facts: TelnetFacts(
          terminalType: "dumb", user: nil, charset: "utf-8", columns: 80, rows: 24),
        timeout: .seconds(10)),
      reactor: reactor, resolver: resolver)
  }

  deinit {
    resolver.close()
  }

  func step() throws {
    try reactor.turn(until: .now + .milliseconds(20))
    if let newcomer = try listener.accept() {
      host = newcomer.takeDescriptor()
      try say(Array("ready".utf8))
    }
    let heard = [UInt8](unsafeUninitializedCapacity: 100) { buffer, count in
      if case .bytes(let read)? = try? host?.read(into: UnsafeMutableRawBufferPointer(buffer)) {
        count = read
      }
    }
    try say(heard)
    echoed += heard.count
    if echoed == 5 { host = nil }
  }

  private func say(_ words: [UInt8]) throws {
    guard !words.isEmpty else { return }
    _ = try host?.write(words.span.bytes)
  }
}

private final class Reader: RemoteObserver {
  let remote: any Remote
  var words: [UInt8] = []
  var ends: [RemoteEnd] = []
  var writableTold = 0
  var wordsAtEnd: [UInt8]?

  init(_ remote: any Remote) {
    self.remote = remote
  }

  func remoteIsReadable() {
    words += [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
      var span = OutputRawSpan(buffer: UnsafeMutableRawBufferPointer(buffer), initializedCount: 0)
      remote.read(into: &span)
      count = span.finalize(for: UnsafeMutableRawBufferPointer(buffer))
    }
  }

  func remoteIsWritable() { writableTold += 1 }

  func remoteEnded(_ end: RemoteEnd) {
    ends.append(end)
    wordsAtEnd = words
  }
}

/// ThreadSanitizer cannot follow a child that begins on this process's memory.
let mayStartChildren = getenv("TSAN_OPTIONS") == nil

@Suite("every remote", .serialized)
struct RemoteContractTests {
  private static func benches() throws -> [any RemoteBench] {
    try [FakeBench(), TelnetBench()]
      + (mayStartChildren ? [PtyBench(), PtyBench(isFirstVisit: true)] : [])
  }

  private static let size = TerminalSize(columns: 80, rows: 24)!

  /// Lets the host do something until a condition holds.
  private func until(_ bench: any RemoteBench, _ condition: () -> Bool) throws {
    let deadline = MonotonicInstant.now + .seconds(300)
    while !condition() {
      try #require(MonotonicInstant.now < deadline, "the remote does nothing")
      try bench.step()
    }
  }

  private func write(_ text: String, to remote: any Remote) -> Int {
    let bytes = Array(text.utf8)
    return remote.write(bytes.span.bytes)
  }

  @Test("what is said is told, what is written comes back, and the end comes once, after all of it")
  func conversation() throws {
    for bench in try Self.benches() {
      let reader = Reader(bench.remote)
      bench.remote.observer = reader
      try bench.remote.start(Self.size)
      bench.remote.setInterest(reading: true, writing: false)
      try until(bench) { reader.words == Array("ready".utf8) }
      #expect(write("abcde", to: bench.remote) == 5)
      try until(bench) { !reader.ends.isEmpty }
      #expect(reader.wordsAtEnd == Array("readyabcde".utf8))
      for _ in 0..<3 { try bench.step() }
      #expect(reader.ends == [bench.end])
      bench.remote.hangUp()
    }
  }

  @Test("without an interest nothing is told, and nothing is lost")
  func interest() throws {
    for bench in try Self.benches() {
      let reader = Reader(bench.remote)
      bench.remote.observer = reader
      try bench.remote.start(Self.size)
      bench.remote.setInterest(reading: false, writing: false)
      for _ in 0..<5 { try bench.step() }
      #expect(reader.words.isEmpty && reader.writableTold == 0)
      bench.remote.setInterest(reading: true, writing: true)
      try until(bench) { reader.words == Array("ready".utf8) && reader.writableTold > 0 }
      bench.remote.hangUp()
    }
  }

  @Test("a read that finds nothing brings nothing, and is no end")
  func nothing() throws {
    for bench in try Self.benches() {
      let reader = Reader(bench.remote)
      bench.remote.observer = reader
      try bench.remote.start(Self.size)
      bench.remote.setInterest(reading: true, writing: false)
      try until(bench) { reader.words == Array("ready".utf8) }
      reader.remoteIsReadable()
      try bench.step()
      #expect(reader.words == Array("ready".utf8) && reader.ends.isEmpty)
      bench.remote.hangUp()
    }
  }

  @Test("an observer that hangs up is told nothing more, and is let go of")
  func hangingUp() throws {
    for bench in try Self.benches() {
      weak var remembered: Reader?
      do {
        let reader = Reader(bench.remote)
        remembered = reader
        bench.remote.observer = reader
        try bench.remote.start(Self.size)
        bench.remote.setInterest(reading: true, writing: true)
        bench.remote.hangUp()
        for _ in 0..<5 { try bench.step() }
        #expect(reader.ends.isEmpty && reader.words.isEmpty)
      }
      #expect(remembered == nil)
      // And once more is no matter.
      bench.remote.hangUp()
    }
  }
}
