import Testing

@testable import WebTerm

@Suite("Client commands") struct ClientCommandTests {
  // The literal is a well-formed user name.
  let user = Username(Array("alice".utf8))!

  @Test("telnet has no escape character, no .telnetrc, and options end before the host")
  func telnet() {
    let command = ClientCommand.telnet(
      path: "/usr/bin/telnet", host: "h", port: 23, user: user, terminalType: "xterm")
    #expect(
      command.arguments == ["/usr/bin/telnet", "-E", "-c", "-l", "alice", "--", "h", "23"])
    #expect(
      command.environment == [
        "TERM=xterm", "LANG=C.UTF-8", "PATH=/usr/bin:/bin", "HOME=/nonexistent",
      ])
  }

  private func ssh(
    _ check: ClientCommand.HostKeyCheck, identity: String? = nil
  ) -> [String] {
    ClientCommand.ssh(
      path: "/usr/bin/ssh", host: "h", port: 22, user: user, check: check, identity: identity,
      algorithms: nil,
      terminalType: "xterm"
    ).arguments
  }

  @Test("ssh's escapes, forwards, agents, configuration and local commands are off")
  func sshLocks() {
    let arguments = ssh(.ask(alias: nil))
    #expect(
      arguments.starts(with: ["/usr/bin/ssh", "-F", "none", "-a", "-x", "-e", "none"]))
    for option in [
      "EscapeChar=none", "EnableEscapeCommandline=no", "PermitLocalCommand=no", "ProxyCommand=none",
      "ClearAllForwardings=yes", "ForwardAgent=no", "IdentityAgent=none", "IdentityFile=none",
      "PubkeyAuthentication=no", "StrictHostKeyChecking=ask", "UserKnownHostsFile=/dev/null",
      "ControlPath=none", "KnownHostsCommand=none", "PKCS11Provider=none", "RemoteCommand=none",
    ] {
      #expect(arguments.contains(option))
    }
    #expect(arguments.suffix(2) == ["--", "h"])
  }

  @Test("no ssh option is given twice, so that order cannot undo a lock")
  func sshOptionsAreUnique() {
    for arguments in [
      ssh(.ask(alias: nil)), ssh(.strict(file: "/f", alias: "x"), identity: "/k"),
      ssh(.first(file: "/f", alias: "x"), identity: "/k"),
    ] {
      let names = arguments.indices.filter { arguments[$0] == "-o" }.map { index in
        String(arguments[index + 1].prefix { $0 != "=" })
      }
      #expect(Set(names).count == names.count)
    }
  }

  @Test("a known_hosts file and an identity are named so that ssh expands nothing in them")
  func sshFiles() {
    let arguments = ssh(.strict(file: "/a b/%h", alias: "[t]:1"), identity: "/k%d")
    #expect(arguments.contains("UserKnownHostsFile=\"/a b/%%h\""))
    #expect(arguments.contains("HostKeyAlias=[t]:1"))
    #expect(arguments.contains("IdentityFile=\"/k%%d\""))
    #expect(arguments.contains("PreferredAuthentications=publickey,keyboard-interactive,password"))
  }

  @Test("the host is told of the characters and colours that the page shows")
  func environment() {
    func told(_ type: String, isUTF8: Bool, algorithms: SSHAlgorithms? = nil) -> [String] {
      ClientCommand.ssh(
        path: "/usr/bin/ssh", host: "h", port: 22, user: user, check: .ask(alias: nil),
        identity: nil, algorithms: algorithms, terminalType: type, isUTF8: isUTF8
      ).arguments.filter { $0.hasPrefix("SetEnv") }
    }
    #expect(told("xterm-256color", isUTF8: true) == ["SetEnv=LANG=C.UTF-8 COLORTERM=truecolor"])
    #expect(told("xterm-256color", isUTF8: false) == ["SetEnv=COLORTERM=truecolor"])
    #expect(told("vt100", isUTF8: true) == ["SetEnv=LANG=C.UTF-8"])
    #expect(told("vt100", isUTF8: false).isEmpty)
    #expect(told("xterm", isUTF8: true, algorithms: .legacy).isEmpty)
  }

  @Test("a key that is not known is written to the draft, and to nothing else")
  func firstVisit() {
    let command = ClientCommand.ssh(
      path: "/usr/bin/ssh", host: "h", port: 22, user: user,
      check: .first(file: "/d", alias: "[t]:1"), identity: "/k", algorithms: nil,
      terminalType: "xterm")
    #expect(command.draft == "/d" && command.takesNewKeys && command.files == ["/k", "/d"])
    for option in [
      "StrictHostKeyChecking=accept-new", "UserKnownHostsFile=\"/d\"", "HostKeyAlias=[t]:1",
      "GlobalKnownHostsFile=none", "HashKnownHosts=no", "UpdateHostKeys=no",
    ] {
      #expect(command.arguments.contains(option))
    }
  }

  @Test("of a key scan only key lines are taken")
  func keyScan() {
    let key = String(repeating: "A", count: 68)
    let scan = """
      # h:22 SSH-2.0-OpenSSH_9.2p1\r
      h ssh-ed25519 \(key)\r
      [h]:22 ecdsa-sha2-nistp256 \(key)=\r
      h ssh-ed25519 short\r
      h evil-type \(key)\r
      h ssh-ed25519 \(key) comment\r
      @cert-authority h ssh-ed25519 \(key)\r
      getaddrinfo h: Name or service not known\r

      """
    #expect(
      KnownHosts.keys(in: Array(scan.utf8)) == [
        "ssh-ed25519 \(key)", "ecdsa-sha2-nistp256 \(key)=",
      ])
  }
}
