// A real ssh host for the benchmarks: an sshd of their own, whose ports lead to what the child can
// do.

import EventLoop
import Glibc

/// An sshd on loopback with keys for one run, for the account that runs it.
final class SSHHost {
  /// What a client needs to log in.
  struct Access {
    let user: String
    let identity: String
    let knownHosts: String
  }

  let access: Access
  private let folder: String
  /// Where the child does what.
  private let ports: [String: UInt16]
  private let sshd: RunningProgram

  /// - Parameters:
  ///   - folder: Where its files are kept; made here.
  ///   - child: The program at the other end.
  ///   - kinds: What it does, by port.
  /// - Throws: ``BenchFailure`` where there is no OpenSSH.
  init(_ folder: String, child: String, kinds: [String]) throws {
    guard let keygen = Programs.find("ssh-keygen"),
      let program = Programs.find("sshd") ?? Self.usual("/usr/sbin/sshd")
    else { throw BenchFailure("no ssh-keygen or sshd on this machine") }
    mkdir(folder, 0o700)
    if getuid() == 0 { mkdir("/run/sshd", 0o755) }
    for name in ["host_key", "visitor_key"] {
      let process = try RunningProgram.spawn(
        keygen, ["-q", "-t", "ed25519", "-N", "", "-C", "bench", "-f", "\(folder)/\(name)"],
        output: 2)
      var status: CInt = 0
      waitpid(process, &status, 0)
      guard status == 0 else { throw BenchFailure("ssh-keygen made no \(name)") }
    }
    let user = getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) } ?? "root"
    let ports = try kinds.map { _ in try Programs.freePort() }
    try writeFile("\(folder)/authorized_keys", try readFile("\(folder)/visitor_key.pub"))
    let key = String(decoding: try readFile("\(folder)/host_key.pub"), as: UTF8.self)
    let known = ports.map { "[127.0.0.1]:\($0) \(key)" }.joined()
    try writeFile("\(folder)/known_hosts", Array(known.utf8))
    let text = """
      \(ports.map { "Port \($0)" }.joined(separator: "\n"))
      ListenAddress 127.0.0.1
      HostKey \(folder)/host_key
      AuthorizedKeysFile \(folder)/authorized_keys
      PidFile none
      StrictModes no
      UsePAM no
      PasswordAuthentication no
      KbdInteractiveAuthentication no
      PrintMotd no
      PrintLastLog no
      SetEnv HOME=\(folder) LANG=C.UTF-8
      MaxStartups 500
      MaxSessions 500
      \(zip(ports, kinds).map { "Match LocalPort \($0)\n  ForceCommand exec \(child) -l \($1)" }
      .joined(separator: "\n"))

      """
    try writeFile("\(folder)/sshd_config", Array(text.utf8))
    sshd = try RunningProgram(program, ["-D", "-f", "\(folder)/sshd_config"], port: ports[0])
    self.ports = Dictionary(uniqueKeysWithValues: zip(kinds, ports))
    self.folder = folder
    access = Access(
      user: user, identity: "\(folder)/visitor_key", knownHosts: "\(folder)/known_hosts")
  }

  private static func usual(_ path: String) -> String? {
    Glibc.access(path, X_OK) == 0 ? path : nil
  }

  /// The port at which the child does that; 0 where it does no such thing.
  func port(for kind: String) -> UInt16 { ports[kind] ?? 0 }

  /// A target of the server's that leads here.
  var target: String {
    """
    { name: "host", host: "127.0.0.1", ssh: { ports: [\(ports.values.map { "\($0)" }.joined(separator: ", "))], \
    hostKeys: "\(access.knownHosts)", identity: "\(access.identity)" } }
    """
  }

  /// The words of the same client without a server: the options that the server gives, as far as
  /// they change what is measured.
  func command(for kind: String) -> [String] {
    [
      "-F", "none", "-e", "none", "-tt", "-p", "\(port(for: kind))", "-l", access.user, "-i",
      access.identity, "-o", "IdentitiesOnly=yes", "-o", "StrictHostKeyChecking=yes", "-o",
      "UserKnownHostsFile=\(access.knownHosts)", "-o", "GlobalKnownHostsFile=none", "-o",
      "LogLevel=ERROR", "127.0.0.1",
    ]
  }

  func stop() {
    sshd.stop()
    for name in [
      "host_key", "host_key.pub", "visitor_key", "visitor_key.pub", "authorized_keys",
      "known_hosts", "sshd_config",
    ] { unlink("\(folder)/\(name)") }
    rmdir(folder)
  }
}
