// Configurations and account files as a tired administrator writes them.

@testable import WebTerm

/// The configuration's reader, and the files of passwords, groups and keys.
enum ConfigurationHarness: Harness {
  static let seeds: [[UInt8]] = [
    "{ listen: ['127.0.0.1:0', \"unix:/run/x\"], targets: [{ name: 'a', host: 'h', ssh: { ports: [22, '1-9'], users: ['a*'] } }] }",
    "// c\n{ limits: { terminals: 1, memory: 1048576 }, timeouts: { idle: 0.5 }, auth: { mode: 'header', name: 'x' }, /* d */ }",
    "{ proxies: ['10.0.0.0/8', 'unix'], origins: ['https://a.b:8443'], basePath: '/x/', instance: 'a', log: { level: 'debug' } }",
    "{ targets: [{ name: 'b', host: '::1', telnet: {}, charset: 'gbk', visitors: ['@g'] }], clients: { ssh: '/bin/ssh', user: 'u' } }",
    "alice:$2y$10$abc\nbob:$6$x$y\n", "group: a b\n",
    "h ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDmYmY1zY\n",
    "{ a: 'b\\", "@@@@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! SHA256:abc/+ .",
  ].map { Array($0.utf8) }

  static func run(_ bytes: [UInt8]) {
    _ = PasswordFile(bytes)
    _ = GroupFile(bytes)
    _ = KnownHosts.keys(in: bytes)
    _ = HostKeyWarning(bytes)
    var words = SSHMessages(hiding: ["/etc/key"])
    var shown = words.take(bytes, isAll: true)
    let waits = words.isHolding
    shown += words.release()
    require(
      waits || bytes.contains(UInt8(ascii: "\n")) || shown == bytes,
      "a host's words are shown as they are")
    _ = words.finish()
    guard let tree = try? JSONTree.parse(bytes, file: "f") else { return }
    let list = ProblemList(file: "f")
    let configuration = Configuration(tree, list)
    guard list.problems.isEmpty else { return }
    require(!configuration.targets.isEmpty, "a configuration without problems has a target")
    for target in configuration.targets {
      require(!target.host.hasPrefix("-") && !target.host.isEmpty, "a host is no option")
      require(target.name.utf8.allSatisfy { $0 > 0x2c && $0 < 0x7b }, "a name is plain")
    }
    require(
      configuration.basePath.hasPrefix("/") && configuration.basePath.hasSuffix("/"),
      "a base path is a folder")
  }
}
