// Accounts, credentials and the throttle: what a login is made of, without a server.

import EventLoop
import Testing

@testable import WebTerm

@Suite("Account files") struct AccountFileTests {
  @Test("names and hashes are read, comments and blank lines are not")
  func passwords() {
    let file = PasswordFile(
      Array("# people\n\nalice:$2y$10$abc\n bob:$6$x$y \nalice:$y$j9T$z\n".utf8))
    #expect(file.problems.isEmpty)
    let hashes = file.hashes.map { "\($0.key.text) \($0.value.text)" }.sorted()
    #expect(hashes == ["alice $y$j9T$z", "bob $6$x$y"])
  }

  @Test(
    "a line that is of no use is told by its number",
    arguments: [
      "alice", ":$2y$10$abc", "a b:$2y$10$abc", "alice:plain", "alice:$apr1$x$y", "alice:{SHA}x=",
      "alice:", "alice:aJ3kd8sQ2xYzA",
    ])
  func problems(_ line: String) {
    let file = PasswordFile(Array("\n\(line)\n".utf8))
    #expect(file.problems.map(\.line) == [2] && file.hashes.isEmpty)
  }

  @Test("a name that does not exist costs what one of the file's own costs, and the same each time")
  func decoys() {
    let file = PasswordFile(Array("alice:$2y$05$abc\nbob:$6$rounds=9000$x$y\n".utf8))
    func decoy(_ number: Int) -> String? { file.decoy(for: Array("nobody-\(number)".utf8))?.text }
    let decoys = (0..<100).map(decoy)
    #expect(Set(decoys) == ["$2y$05$abc", "$6$rounds=9000$x$y"])
    #expect(decoys == (0..<100).map(decoy))
    #expect(PasswordFile([]).decoy(for: Array("nobody".utf8)) == nil)
  }

  @Test("groups gather their members")
  func groups() {
    let file = GroupFile(Array("ops: alice bob\nops: carol\nempty:\nno colon\n".utf8))
    let members = file.members.map { "\($0.key.text): \($0.value.map(\.text).sorted())" }.sorted()
    #expect(members == ["empty: []", #"ops: ["alice", "bob", "carol"]"#])
    #expect(file.problems.map(\.line) == [4])
  }

  @Test("lines end as they end elsewhere, too, and a line of blanks says nothing")
  func carriageReturns() {
    let passwords = PasswordFile(Array("alice:$6$x$y\r\n \t\r\nbob:$6$x$z\r\n".utf8))
    #expect(passwords.problems.isEmpty)
    #expect(passwords.hashes.values.map(\.text).sorted() == ["$6$x$y", "$6$x$z"])
    let groups = GroupFile(Array("ops: alice bob\r\n".utf8))
    #expect(groups.members.values.first?.count == 2)
  }

  @Test("names whose bytes differ are two, and those that do not show are none")
  func bytes() throws {
    let (composed, apart) = ("jos\u{e9}", "jose\u{301}")
    let passwords = PasswordFile(Array("\(composed):$6$x$y\n\(apart):$6$x$z\n".utf8))
    #expect(passwords.problems.isEmpty && passwords.hashes.count == 2)
    let groups = GroupFile(Array("ops: \(composed)\n".utf8))
    let ops = try #require(AccountName("ops"))
    #expect(groups.members[ops]?.contains(try #require(AccountName(composed))) == true)
    #expect(groups.members[ops]?.contains(try #require(AccountName(apart))) == false)
    #expect(PasswordFile(Array("jos".utf8) + [0xe9] + Array(":$6$x$y\n".utf8)).problems.count == 1)
    #expect(PasswordFile(Array("al\u{200b}ice:$6$x$y\n".utf8)).problems.map(\.line) == [1])
    #expect(GroupFile(Array("ops: al\u{202e}ice\n".utf8)).problems.map(\.line) == [1])
  }
}

@Suite("Basic credentials") struct BasicCredentialsTests {
  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test("RFC 7617's own examples")
  func examples() throws {
    let plain = try #require(BasicCredentials("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="))
    #expect(plain.name == bytes("Aladdin") && plain.password == bytes("open sesame"))
    let unicode = try #require(BasicCredentials("basic dGVzdDoxMjPCow=="))
    #expect(unicode.name == bytes("test") && unicode.password == bytes("123£"))
  }

  @Test("a password may hold colons, and be empty")
  func colons() {
    #expect(BasicCredentials("Basic YTpiOmM=")?.password == bytes("b:c"))
    #expect(BasicCredentials("Basic YTo=")?.password == [])
  }

  @Test(
    "what is not well-formed is none",
    arguments: [
      "", "Basic", "Bearer YTpi", "Basic YTpi YTpi", "Basic YTp", "Basic Y===", "Basic YW==",
      "Basic !TpiA", "Basic YTpiAA==",
    ])
  func malformed(_ field: String) {
    #expect(BasicCredentials(field) == nil)
  }
}

@Suite("Login throttle") struct LoginThrottleTests {
  private let here = AddressKey.ipv4(1)
  private let start = MonotonicInstant.now

  private func fail(_ throttle: inout LoginThrottle, at seconds: Int) {
    #expect(throttle.begin(here, now: start + .seconds(seconds)) == nil)
    throttle.end(here, succeeded: false, now: start + .seconds(seconds))
  }

  @Test("three failures are free, then the pause doubles up to a minute")
  func pauses() {
    var throttle = LoginThrottle()
    for _ in 0..<3 { fail(&throttle, at: 0) }
    var time = 0
    for pause in [1, 2, 4, 8, 16, 32, 60, 60] {
      fail(&throttle, at: time)
      let next = throttle.begin(here, now: start + .seconds(time))
      #expect(next == .seconds(pause))
      time += pause
    }
    #expect(throttle.begin(.ipv4(2), now: start + .seconds(time - 1)) == nil)
  }

  @Test("a right password forgets the wrong ones")
  func success() {
    var throttle = LoginThrottle()
    for _ in 0..<3 { fail(&throttle, at: 0) }
    #expect(throttle.begin(here, now: start) == nil)
    throttle.end(here, succeeded: true, now: start)
    for _ in 0..<3 { fail(&throttle, at: 0) }
    #expect(throttle.begin(here, now: start) == nil)
  }

  @Test("failures are forgotten after a quarter of an hour")
  func memory() {
    var throttle = LoginThrottle()
    for _ in 0..<3 { fail(&throttle, at: 0) }
    fail(&throttle, at: 1000)
    #expect(throttle.begin(here, now: start + .seconds(1000)) == nil)
  }

  @Test("only so many are checked at once")
  func atOnce() {
    var throttle = LoginThrottle()
    for _ in 0..<8 { #expect(throttle.begin(here, now: start) == nil) }
    #expect(throttle.begin(here, now: start) != nil)
    for address in 2..<26 { #expect(throttle.begin(.ipv4(UInt32(address)), now: start) == nil) }
    #expect(throttle.begin(.ipv4(99), now: start) != nil)
    throttle.end(here, succeeded: true, now: start)
    #expect(throttle.begin(.ipv4(99), now: start) == nil)
  }
}

@Suite("Connection census") struct ConnectionCensusTests {
  @Test("an address has so many connections, and a connection counts for its latest address")
  func counts() {
    final class Someone {}
    let all = (0..<4).map { _ in Someone() }
    let names = all.map { ObjectIdentifier($0) }
    let census = ConnectionCensus()
    #expect(census.admit(names[0], for: .ipv4(1), atMost: 2))
    #expect(census.admit(names[0], for: .ipv4(1), atMost: 2))
    #expect(census.admit(names[1], for: .ipv4(1), atMost: 2))
    #expect(!census.admit(names[2], for: .ipv4(1), atMost: 2))
    #expect(census.admit(names[2], for: .local, atMost: 0))
    #expect(census.admit(names[1], for: .ipv4(2), atMost: 2))
    #expect(census.count(of: .ipv4(1)) == 1 && census.count(of: .ipv4(2)) == 1)
    census.forget(names[1])
    census.forget(names[1])
    #expect(census.count(of: .ipv4(2)) == 0)
    withExtendedLifetime(all) {}
  }
}

@Suite("Known hosts") struct KnownHostsTests {
  private let old = "# mine\nh ssh-ed25519 OLD\nh ssh-rsa R\n[h]:23 ssh-ed25519 OTHER\n"

  @Test("a key is known, new, or another than the one that is known")
  func standing() {
    let hosts = KnownHosts(Array(old.utf8))
    #expect(hosts.standing(of: "ssh-ed25519 OLD", at: "h") == .known)
    #expect(hosts.standing(of: "ssh-ed25519 NEW", at: "h") == .changed)
    #expect(hosts.standing(of: "ecdsa-sha2-nistp256 E", at: "h") == .new)
    #expect(hosts.standing(of: "ssh-ed25519 OLD", at: "[h]:24") == .new)
  }

  @Test("accepting replaces the host's key of that type and nothing else")
  func accepting() {
    var hosts = KnownHosts(Array(old.utf8))
    hosts.accept("ssh-ed25519 NEW", at: "h")
    hosts.accept("ssh-ed25519 NEW", at: "h")
    let text = String(decoding: hosts.content, as: UTF8.self)
    #expect(text == "# mine\nh ssh-rsa R\n[h]:23 ssh-ed25519 OTHER\nh ssh-ed25519 NEW\n")
  }
}
