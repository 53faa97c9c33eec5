// Everything that an administrator can set, as checked values. Each part is read beside its type.

/// A checked configuration.
package struct Configuration: Equatable, Sendable {
  var listen: [ListenAddress] = [ListenAddress(host: "127.0.0.1", port: 5000)]
  /// Begins and ends with a slash.
  var basePath = "/"
  var targets: [Target] = []
  var clients = ClientSettings()
  var limits = Limits()
  var timeouts = Timeouts()
  var terminal = TerminalSettings()
  var proxies = TrustedProxies.standard
  /// Public origins, such as `https://console.example.com`, in lower case.
  var origins: [String] = []
  var login = LoginSettings()
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
  var mayBeExposed: Bool { login.mode != .none || isInsecureAllowed }

  /// The target that a URL without a target's name means.
  var defaultTarget: Target? { targets.first }

  func target(named name: String) -> Target? {
    targets.first { $0.name == name }
  }
}
