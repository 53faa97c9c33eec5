// The gate before the first ssh to a host: what passes it, when, and what ends it.

import EventLoop
import Glibc
import Testing

@testable import WebTerm

extension FakeRemote: TerminalClient {
  var isRaw: Bool { true }
}

@Suite("the first ssh to a host") struct PinningClientTests {
  private static let key = "ssh-ed25519 \(String(repeating: "A", count: 68))"
  private static let other = "ssh-ed25519 \(String(repeating: "B", count: 68))"

  private final class Reader: RemoteObserver {
    let remote: any Remote
    var words = ""
    var end: RemoteEnd?

    init(_ remote: any Remote) {
      self.remote = remote
    }

    func remoteIsReadable() {
      // In pieces, so that a rest is asked for.
      let read = [UInt8](unsafeUninitializedCapacity: 3) { buffer, count in
        var span = OutputRawSpan(buffer: UnsafeMutableRawBufferPointer(buffer), initializedCount: 0)
        remote.read(into: &span)
        count = span.finalize(for: UnsafeMutableRawBufferPointer(buffer))
      }
      words += String(decoding: read, as: UTF8.self)
    }

    func remoteIsWritable() {}

    func remoteEnded(_ end: RemoteEnd) { self.end = end }
  }

  /// An ssh that does what the test says, behind the gate, with a folder of its own.
  private final class Bench {
    let ssh = FakeRemote()
    let reader: Reader
    let draft: KeyDraft
    let folder: String
    private let reactor: Reactor
    private let helper: HelperThread

    init(pinned: String? = nil, timeout: Duration = .seconds(60)) throws {
      reactor = try Reactor()
      helper = try HelperThread(reactor: reactor)
      var template = Array("/tmp/webtermd-pin-XXXXXX".utf8CString)
      folder = try #require(mkdtemp(&template).map { String(cString: $0) })
      let pin = HostKeyPin(state: folder, target: "t", port: 22)
      draft = try pin.makeDraft()
      if let pinned { try writeFile(pin.file, Array("t \(pinned)\n".utf8)) }
      let client = PinningClient(
        ssh, draft, pin, reactor: reactor, helper: helper, timeout: timeout)
      reader = Reader(client)
      client.observer = reader
      try client.start(TerminalSize(columns: 80, rows: 24)!)
      client.setInterest(reading: true, writing: false)
    }

    deinit {
      reader.remote.hangUp()
      helper.close()
      for name in ["t", String(draft.path.split(separator: "/").last!)] {
        unlink("\(folder)/known_hosts.d/\(name)")
      }
      rmdir("\(folder)/known_hosts.d")
      rmdir(folder)
    }

    var pins: String? {
      (try? readFile("\(folder)/known_hosts.d/t")).map { String(decoding: $0, as: UTF8.self) }
    }

    func write(_ line: String) throws {
      let file = try #require(fopen(draft.path, "a"))
      fputs(line, file)
      fclose(file)
    }

    func say(_ text: String) {
      ssh.pending += Array(text.utf8)
    }

    func type(_ text: String) -> Int {
      let bytes = Array(text.utf8)
      return reader.remote.write(bytes.span.bytes)
    }

    func until(_ condition: () -> Bool) throws {
      let deadline = MonotonicInstant.now + .seconds(60)
      while !condition() {
        try #require(MonotonicInstant.now < deadline, "the gate does nothing")
        if ssh.isReading, !ssh.pending.isEmpty { ssh.observer?.remoteIsReadable() }
        try reactor.turn(until: .now + .milliseconds(5))
      }
    }
  }

  @Test("nothing is shown and nothing typed before the key is stored, everything afterwards")
  func order() throws {
    let bench = try Bench()
    #expect(bench.type("early") == 0)
    try bench.write("t \(Self.key)\n")
    bench.say("password: ")
    #expect(bench.reader.words.isEmpty)
    try bench.until { bench.reader.words == "password: " }
    #expect(bench.pins == "t \(Self.key)\n")
    #expect(bench.type("secret") == 6)
    #expect(access(bench.draft.path, F_OK) != 0)
  }

  @Test("an ssh that asks and has written no key is ended, and its question is not shown")
  func silence() throws {
    let bench = try Bench(timeout: .milliseconds(600))
    bench.say("password: ")
    try bench.until { bench.reader.end != nil }
    #expect(
      bench.reader.end
        == .failed("The host's key could not be stored: ssh has not handed it over."))
    #expect(bench.reader.words.isEmpty && bench.pins == nil && bench.ssh.isHungUp)
  }

  @Test("what a script says before ssh has a key is shown when there is one")
  func script() throws {
    let bench = try Bench()
    bench.say("trying the host\n")
    try bench.until { bench.ssh.pending.isEmpty }
    #expect(bench.reader.words.isEmpty)
    try bench.write("t \(Self.key)\n")
    try bench.until { bench.reader.words == "trying the host\n" }
    #expect(bench.pins == "t \(Self.key)\n")
  }

  @Test("what was said is read before the end, with a key or without")
  func end() throws {
    for hasKey in [false, true] {
      let bench = try Bench()
      if hasKey { try bench.write("t \(Self.key)\n") }
      bench.say("no way there\n")
      try bench.until { bench.ssh.pending.isEmpty }
      bench.ssh.observer?.remoteEnded(.exited(code: 255))
      #expect(hasKey || bench.reader.words.isEmpty)
      try bench.until { bench.reader.end != nil }
      #expect(bench.reader.words == "no way there\n")
      #expect(bench.reader.end == .exited(code: 255))
    }
  }

  @Test("a key that another visitor was shown at the same time decides")
  func race() throws {
    for (pinned, isOpen) in [(Self.key, true), (Self.other, false)] {
      let bench = try Bench(pinned: pinned)
      try bench.write("t \(Self.key)\n")
      bench.say("password: ")
      try bench.until { bench.reader.end != nil || bench.reader.words == "password: " }
      #expect((bench.reader.end == nil) == isOpen && bench.reader.words.isEmpty != isOpen)
      #expect(bench.pins == "t \(pinned)\n")
    }
  }

  @Test("only one key is taken, and only under the host's own name")
  func names() throws {
    let bench = try Bench()
    try bench.write(
      "u \(Self.other)\n@cert-authority t \(Self.other)\nt \(Self.key)\nt \(Self.other)\n")
    bench.say("$ ")
    try bench.until { bench.reader.words == "$ " }
    #expect(bench.pins == "t \(Self.key)\n")
  }

  @Test("whatever speaks of a host in its file makes the next visit strict")
  func known() {
    let pin = HostKeyPin(state: nil, target: "t", port: 2222)
    let key = Self.key
    for line in [
      "[t]:2222 \(key)", "[t]:2222 \(key)\r", "  [t]:2222\t\(key)", "a,[T]:2222,b \(key)",
      "@revoked [t]:2222 \(key)", "* \(key)", "|1|AAAA|BBBB \(key)",
      "@cert-authority *.x,[t]:* \(key)",
    ] {
      let content = Array("# mine\r\nother \(key)\r\n\(line)\n".utf8)
      #expect(pin.isKnown(among: KnownHosts.names(in: content)), "\(line)")
    }
    for line in ["", "# [t]:2222 \(key)", "t \(key)", "[t]:222 \(key)", "[t]:22222 \(key)"] {
      #expect(!pin.isKnown(among: KnownHosts.names(in: Array("\(line)\n".utf8))), "\(line)")
    }
  }

  @Test("a file of keys whose lines end in CR LF has the same keys")
  func lineEnds() {
    var hosts = KnownHosts(Array("a \(Self.key)\r\nb \(Self.key)\r\n".utf8))
    #expect(hosts.standing(of: Self.key, at: "a") == .known)
    #expect(hosts.standing(of: Self.other, at: "b") == .changed)
    hosts.accept(Self.other, at: "b")
    #expect(hosts.content == Array("a \(Self.key)\nb \(Self.other)\n".utf8))
  }
}
