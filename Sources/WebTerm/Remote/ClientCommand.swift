// The only place where an argument list is made. Every part of it is fixed here or was checked.

/// A client program with its arguments and its whole environment.
///
/// The two builders below are the only way to make one: a visitor's words appear in it as a user
/// name and a port, both checked, and nothing can be appended. The last `-o` of a kind wins in ssh,
/// so that the order here is part of the lock.
struct ClientCommand: Equatable, Sendable {
  /// Absolute.
  let path: String
  /// With the program's name first.
  let arguments: [String]
  let environment: [String]
  /// The only port that it connects to.
  let port: UInt16
  /// Files of the server's that it reads.
  let files: [String]
  /// The only file that it may write.
  let draft: String?
  /// The most that it may hold, in bytes: more than any host's key.
  static let longestDraft = 65536
  /// Whether it may be told to take a host's key that it does not know, which it then reports.
  let takesNewKeys: Bool

  private init(
    path: String, arguments: [String], terminalType: String, port: UInt16, files: [String] = [],
    draft: String? = nil, takesNewKeys: Bool = false
  ) {
    self.path = path
    self.arguments = [path] + arguments
    self.port = port
    self.files = files
    self.draft = draft
    self.takesNewKeys = takesNewKeys
    environment = [
      "TERM=\(terminalType)", "LANG=C.UTF-8", "PATH=/usr/bin:/bin", "HOME=/nonexistent",
    ]
  }

  /// How long a host may take to answer ssh, in seconds.
  static let connectTimeout = 10

  /// How ssh is to judge the host's key.
  enum HostKeyCheck: Equatable {
    /// Only keys of this file, under this name.
    case strict(file: String, alias: String?)
    /// One that is not known is written to this file, under this name.
    case first(file: String, alias: String)
    /// The visitor is asked each time, about a host of that name; nil where it is the address.
    case ask(alias: String?)

    var takesNewKeys: Bool {
      switch self {
      case .strict: false
      case .first, .ask: true
      }
    }
  }

  /// telnet(1) of GNU inetutils.
  ///
  /// `-E` leaves no escape character: with one, `^]` and `!` would be a shell on this machine. `-c`
  /// keeps a `.telnetrc` from setting it again.
  static func telnet(
    path: String, host: String, port: UInt16, user: Username, terminalType: String
  ) -> ClientCommand {
    ClientCommand(
      path: path, arguments: ["-E", "-c", "-l", user.text, "--", host, "\(port)"],
      terminalType: terminalType, port: port)
  }

  /// ssh(1) of OpenSSH.
  ///
  /// No configuration, key or agent of the server's account; no escape character, since `~C` and
  /// `~^Z` act on this machine; nothing forwarded, nothing run here. No `-tt`: ssh asks for a
  /// terminal anyhow where its input is one, and goes on where a host gives none.
  static func ssh(
    path: String, host: String, port: UInt16, user: Username, check: HostKeyCheck,
    identity: String?, algorithms: SSHAlgorithms?, terminalType: String, isUTF8: Bool = true,
    connectTimeout: Int = ClientCommand.connectTimeout
  ) -> ClientCommand {
    var options = locked + ["ConnectTimeout=\(connectTimeout)"] + (algorithms?.options ?? [])
    if algorithms == nil, let told = environment(terminalType, isUTF8: isUTF8) {
      options.append("SetEnv=\(told)")
    }
    var files = [identity].compactMap(\.self)
    var draft: String?
    switch check {
    case .strict(let file, let alias):
      options += ["StrictHostKeyChecking=yes", "UserKnownHostsFile=\(quoted(file))"]
      files.append(file)
      if let alias { options.append("HostKeyAlias=\(alias)") }
    case .first(let file, let alias):
      options += ["StrictHostKeyChecking=accept-new", "UserKnownHostsFile=\(quoted(file))"]
      options.append("HostKeyAlias=\(alias)")
      files.append(file)
      draft = file
    case .ask(let alias):
      // Not `none`: ssh asks only where it has a file that could keep the answer.
      options += ["StrictHostKeyChecking=ask", "UserKnownHostsFile=/dev/null"]
      if let alias { options.append("HostKeyAlias=\(alias)") }
    }
    if let identity {
      options += [
        "IdentityFile=\(quoted(identity))", "PubkeyAuthentication=yes",
        // A host may ask for a second proof.
        "PreferredAuthentications=publickey,keyboard-interactive,password",
      ]
    } else {
      options += [
        "IdentityFile=none", "PubkeyAuthentication=no",
        "PreferredAuthentications=keyboard-interactive,password",
      ]
    }
    return ClientCommand(
      path: path,
      arguments: ["-F", "none", "-a", "-x", "-e", "none", "-p", "\(port)", "-l", user.text]
        + options.flatMap { ["-o", $0] } + ["--", host],
      terminalType: terminalType, port: port, files: files, draft: draft,
      takesNewKeys: check.takesNewKeys)
  }

  /// What the host is told of the terminal beside its type, where it takes that (`AcceptEnv` in
  /// sshd_config(5)): the characters and the colours that the page shows. A host of old algorithms
  /// is told nothing.
  private static func environment(_ terminalType: String, isUTF8: Bool) -> String? {
    let variables =
      (isUTF8 ? ["LANG=C.UTF-8"] : [])
      + (terminalType.hasPrefix("xterm") ? ["COLORTERM=truecolor"] : [])
    return variables.isEmpty ? nil : variables.joined(separator: " ")
  }

  /// A path in ssh's own syntax, in which `%` begins a token and a blank ends the word.
  private static func quoted(_ path: String) -> String {
    // Byte by byte: to Swift's texts an accent behind a % makes one character of both.
    let doubled = path.utf8.flatMap { $0 == UInt8(ascii: "%") ? [$0, $0] : [$0] }
    return "\"\(String(decoding: doubled, as: UTF8.self))\""
  }

  private static let locked = [
    // An ssh that does not know the first option yet has no command line to turn off.
    "IgnoreUnknown=EnableEscapeCommandline", "EnableEscapeCommandline=no", "EscapeChar=none",
    "PermitLocalCommand=no", "ClearAllForwardings=yes", "ForwardAgent=no", "ForwardX11=no",
    "Tunnel=no", "GatewayPorts=no",
    "ControlMaster=no", "ControlPath=none", "ControlPersist=no",
    "ProxyCommand=none", "ProxyJump=none", "KnownHostsCommand=none", "PKCS11Provider=none",
    "IdentityAgent=none", "IdentitiesOnly=yes", "AddKeysToAgent=no",
    "HostbasedAuthentication=no", "GSSAPIAuthentication=no", "NumberOfPasswordPrompts=3",
    "GlobalKnownHostsFile=none", "CheckHostIP=no", "UpdateHostKeys=no", "VerifyHostKeyDNS=no",
    "NoHostAuthenticationForLocalhost=no", "HashKnownHosts=no", "CanonicalizeHostname=no",
    "RemoteCommand=none", "SessionType=default", "ForkAfterAuthentication=no", "StdinNull=no",
    "BatchMode=no", "ConnectionAttempts=1",
    "ServerAliveInterval=30", "ServerAliveCountMax=3", "Compression=no", "LogLevel=INFO",
  ]
}
