// Files of accounts and what proxies say: what a login is made of, without a server.

import EventLoop
import Glibc
import Testing

@testable import WebTerm

@Suite("Account files") struct AccountFileTests {
  /// Hashes as they are: of the right length.
  private static let bcrypt = "$2y$10$" + String(repeating: "a", count: 53)
  private static let sha512 = "$6$x$" + String(repeating: "b", count: 86)
  private static let yescrypt = "$y$j9T$salt$" + String(repeating: "c", count: 43)

  @Test("names and hashes are read, comments and blank lines are not")
  func passwords() {
    let (bcrypt, sha512, yescrypt) = (Self.bcrypt, Self.sha512, Self.yescrypt)
    let file = PasswordFile(
      Array("# people\n\nalice:\(bcrypt)\n bob:\(sha512) \ncarol:\(yescrypt)\n".utf8))
    #expect(file.problems.isEmpty)
    let hashes = file.hashes.map { "\($0.key.text) \($0.value.text)" }.sorted()
    #expect(hashes == ["alice \(bcrypt)", "bob \(sha512)", "carol \(yescrypt)"])
  }

  @Test("a name that stands there twice is told: other programs take the other line")
  func twice() {
    let file = PasswordFile(
      Array("alice:\(Self.bcrypt)\nbob:\(Self.sha512)\nalice:\(Self.yescrypt)\n".utf8))
    #expect(
      file.problems == [LineProblem(line: 3, expected: "each name once (line 1 has it)")])
  }

  @Test(
    "a line that is of no use is told by its number",
    arguments: [
      "alice", ":$2y$10$abc", "a b:$2y$10$abc", "alice:plain", "alice:$apr1$x$y", "alice:{SHA}x=",
      "alice:", "alice:aJ3kd8sQ2xYzA", "alice:$2y$10$abc",
      "alice:$6$x$" + String(repeating: "b", count: 85),
      "alice:" + bcrypt + "a", "alice:$y$j9T$" + String(repeating: "c", count: 43) + "\u{e9}",
    ])
  func problems(_ line: String) {
    let file = PasswordFile(Array("\n\(line)\n".utf8))
    #expect(file.problems.map(\.line) == [2] && file.hashes.isEmpty)
  }

  @Test("a name that does not exist costs what one of the file's own costs, and the same each time")
  func decoys() {
    let file = PasswordFile(Array("alice:\(Self.bcrypt)\nbob:\(Self.sha512)\n".utf8))
    func decoy(_ number: Int) -> String? { file.decoy(for: Array("nobody-\(number)".utf8))?.text }
    let decoys = (0..<100).map(decoy)
    #expect(Set(decoys) == [Self.bcrypt, Self.sha512])
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
    let passwords = PasswordFile(
      Array("alice:\(Self.sha512)\r\n \t\r\nbob:\(Self.bcrypt)\r\n".utf8))
    #expect(passwords.problems.isEmpty)
    #expect(passwords.hashes.values.map(\.text).sorted() == [Self.bcrypt, Self.sha512])
    let groups = GroupFile(Array("ops: alice bob\r\n".utf8))
    #expect(groups.members.values.first?.count == 2)
  }

  @Test("names whose bytes differ are two, and those that do not show are none")
  func bytes() throws {
    let (composed, apart) = ("jos\u{e9}", "jose\u{301}")
    let passwords = PasswordFile(
      Array("\(composed):\(Self.sha512)\n\(apart):\(Self.bcrypt)\n".utf8))
    #expect(passwords.problems.isEmpty && passwords.hashes.count == 2)
    let groups = GroupFile(Array("ops: \(composed)\n".utf8))
    let ops = try #require(AccountName("ops"))
    #expect(groups.members[ops]?.contains(try #require(AccountName(composed))) == true)
    #expect(groups.members[ops]?.contains(try #require(AccountName(apart))) == false)
    #expect(
      PasswordFile(Array("jos".utf8) + [0xe9] + Array(":\(Self.sha512)\n".utf8)).problems.count == 1
    )
    #expect(PasswordFile(Array("al\u{200b}ice:\(Self.sha512)\n".utf8)).problems.map(\.line) == [1])
    #expect(GroupFile(Array("ops: al\u{202e}ice\n".utf8)).problems.map(\.line) == [1])
  }
}

@Suite("Account files on a disk") final class AccountsOnDiskTests {
  private let folder: String
  private let settings: LoginSettings
  private static let hash = "$6$x$" + String(repeating: "b", count: 86)

  init() throws {
    var template = Array("/tmp/webtermd-accounts.XXXXXX".utf8CString)
    folder = String(cString: try #require(mkdtemp(&template)))
    var settings = LoginSettings()
    settings.mode = .htpasswd(file: "\(folder)/passwords")
    settings.groups = "\(folder)/groups"
    self.settings = settings
    try write("passwords", "alice:\(Self.hash)\n")
    try write("groups", "ops: alice\n")
  }

  deinit {
    for name in ["passwords", "groups"] { unlink("\(folder)/\(name)") }
    rmdir(folder)
  }

  private func write(_ name: String, _ text: String) throws {
    try writeFile("\(folder)/\(name)", Array(text.utf8))
  }

  @Test(
    "a file that is not right in every line is no order: what it said before counts",
    arguments: [
      ("passwords", "alice\nbob:HASH\n", 1), ("passwords", "bob:HASH\nalice:$apr1$a$b\n", 2),
      ("passwords", "bob:$2y$10$cut\n", 1), ("groups", "ops alice\n", 1),
      ("groups", "ops:\nal\u{200b}ice: x\n", 2), ("passwords", "", nil), ("groups", "", nil),
      ("passwords", "# nobody\n\n", nil), ("groups", "\n\n", nil),
    ] as [(String, String, Int?)])
  func broken(name: String, text: String, line: Int?) throws {
    let files = try AccountFiles(settings)
    try write(name, text.replacing("HASH", with: Self.hash))
    #expect(files.isStale)
    let (now, problems) = files.readAgain()
    #expect(problems.map(\.line) == [line] && problems[0].file == "\(folder)/\(name)")
    let (alice, ops) = (try #require(AccountName("alice")), try #require(AccountName("ops")))
    #expect(now.passwords?.content.hashes.keys.map(\.text) == ["alice"])
    #expect(now.groups?.content.members == [ops: [alice]])
    // It is told once, and looked at again when it changes.
    #expect(!now.isStale)
    try write("passwords", "bob:\(Self.hash)\n")
    try write("groups", "# others\nops:\n")
    let (right, none) = now.readAgain()
    #expect(none.isEmpty && right.passwords?.content.hashes.keys.map(\.text) == ["bob"])
    #expect(right.groups?.content.members == [ops: []])
  }

  @Test("a file that is gone, or is no file, changes nothing")
  func gone() throws {
    let files = try AccountFiles(settings)
    unlink("\(folder)/groups")
    mkfifo("\(folder)/groups", 0o600)
    unlink("\(folder)/passwords")
    let (now, problems) = files.readAgain()
    #expect(problems.count == 2)
    #expect(now.passwords?.content.hashes.count == 1 && now.groups?.content.members.count == 1)
  }
}

@Suite("Words of proxies") struct VouchersTests {
  private let near = SocketAddress(.internet(.ipv4(0x7f00_0001), port: 9))
  private let far = SocketAddress(.internet(.ipv4(0x0a00_0001), port: 9))
  private let both = TrustedProxies(
    networks: ["127.0.0.1/32", "10.0.0.0/8"].compactMap(TrustedProxies.Network.init),
    trustsUnix: false)

  @Test("they count as long as the proxy is trusted, and the same is asked of it")
  func reloads() throws {
    let (alice, bob) = (try #require(AccountName("alice")), try #require(AccountName("bob")))
    let ops = try #require(AccountName("ops"))
    let asked = LoginSettings.Mode.header(name: "x-user", groups: "x-groups")
    var before = Vouchers()
    before.reload(asked, both)
    before.hear(alice, groups: [ops], from: near)
    before.hear(bob, groups: [ops], from: far)
    func after(_ mode: LoginSettings.Mode, _ proxies: TrustedProxies) -> [Bool] {
      var vouchers = before
      vouchers.reload(mode, proxies)
      return [alice, bob].flatMap { [vouchers.includes($0), vouchers.says($0, isIn: ops)] }
    }
    #expect(after(asked, both) == [true, true, true, true])
    #expect(after(asked, .standard) == [true, true, false, false])
    #expect(after(.header(name: "x-user"), both) == [true, false, true, false])
    #expect(after(.header(name: "x-user", groups: "x-other"), both) == [true, false, true, false])
    #expect(
      after(.header(name: "x-login", groups: "x-groups"), both) == [false, false, false, false])
    #expect(after(.none, both) == [false, false, false, false])
    #expect(after(.htpasswd(file: "/x"), both) == [false, false, false, false])
    // What is said later counts in place of what was said before.
    before.hear(alice, groups: [], from: near)
    #expect(after(asked, both) == [true, false, true, true])
  }
}
