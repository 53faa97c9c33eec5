// Everything that an administrator can set, as checked values. ConfigurationReader makes them.

import EventLoop

/// A checked configuration.
package struct Configuration: Equatable, Sendable {
  /// How many of everything there may be.
  struct Limits: Equatable, Sendable {
    var terminals = 1000
    var perVisitor = 16
    var perAddress = 64
    var openPerMinute = 30
    /// Bytes of all logs together.
    var memory = 1 << 30
  }

  /// How long things may take.
  struct Timeouts: Equatable, Sendable {
    /// Without input, after which a terminal ends; zero is never.
    var idle: Duration = .zero
    /// How long a terminal outlives its channel.
    var detached: Duration = .seconds(60)
    /// For a request's header, and for a channel's hello.
    var handshake: Duration = .seconds(10)
  }

  /// The client programs, by absolute path.
  struct Clients: Equatable, Sendable {
    var paths: [Method: String] = [:]
    var keyScan: String?
    /// The name of the account that the clients run as, where the server is root.
    var user: String?
    /// What they are fenced in by, with that account where a name is given.
    var fence = Sandbox.Settings()
  }

  /// How visitors prove who they are.
  enum Authentication: Equatable, Sendable {
    case none
    case htpasswd(file: String)
    case header(name: String)
  }

  var listen: [ListenAddress] = [ListenAddress(host: "127.0.0.1", port: 5000)]
  /// Begins and ends with a slash.
  var basePath = "/"
  var targets: [Target] = []
  var clients = Clients()
  var limits = Limits()
  var timeouts = Timeouts()
  var terminalType = "xterm-256color"
  /// Bytes of output kept for a re-attach, per terminal.
  var history = 262_144
  var proxies = TrustedProxies.standard
  /// Public origins, such as `https://console.example.com`, in lower case.
  var origins: [String] = []
  var authentication = Authentication.none
  /// The file that says which visitors belong together.
  var groups: String?
  var isInsecureAllowed = false
  var instance = "a"
  /// Whether it is one of several: then browsers are told which one they belong to.
  var isOneOfSeveral = false
  /// Where pinned host keys are kept; nil where the system has no place for it.
  var state: String?
  package var log = LogSettings()
  /// The file of the audit log; nil where none is kept.
  var audit: String?
  /// The unix socket for `webtermd ctl`; nil where the system has no place for it.
  package var control: String?
  /// Peers that may read the metrics, beside this machine itself.
  var metricsReaders = TrustedProxies(networks: [], trustsUnix: false)

  /// How many terminals there may be.
  package var mostTerminals: Int { limits.terminals }

  /// Whether strangers may reach the server: there is a login, or the administrator wants it so.
  var mayBeExposed: Bool { authentication != .none || isInsecureAllowed }

  /// The target that a URL without a target's name means.
  var defaultTarget: Target? { targets.first }

  func target(named name: String) -> Target? {
    targets.first { $0.name == name }
  }
}

/// Where to listen, before names are looked up.
package enum ListenAddress: Equatable, Sendable, CustomStringConvertible {
  case host(String, port: UInt16)
  case unix(path: String)

  init(host: String, port: UInt16) {
    self = .host(host, port: port)
  }

  /// Reads `HOST:PORT`, `[IPv6]:PORT` or `unix:PATH`; nil for anything else.
  package init?(_ text: String) {
    if text.hasPrefix("unix:") {
      let path = String(text.dropFirst(5))
      guard path.hasPrefix("/") else { return nil }
      self = .unix(path: path)
      return
    }
    guard let colon = text.lastIndex(of: ":") else { return nil }
    var host = text[..<colon]
    let digits = text[text.index(after: colon)...]
    guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(digits) else {
      return nil
    }
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
      guard case .ipv6 = SocketAddress.Host(String(host)) else { return nil }
    } else if host.contains(":") {
      return nil
    }
    guard !host.isEmpty else { return nil }
    self = .host(String(host), port: port)
  }

  /// The socket address; nil for a host that is neither an address nor `localhost`.
  package var socketAddress: SocketAddress? {
    switch self {
    case .unix(let path): SocketAddress(.unix(path: path))
    case .host("localhost", let port): SocketAddress(.internet(.ipv4(0x7f00_0001), port: port))
    case .host(let host, let port):
      SocketAddress.Host(host).map { SocketAddress(.internet($0, port: port)) }
    }
  }

  package var description: String {
    switch self {
    case .unix(let path): "unix:\(path)"
    case .host(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
  }
}
