// Everything that an administrator can set, as checked values. Each part is read beside its type.

/// A checked configuration.
package struct Configuration: Equatable, Sendable {
  /// The file that it was read from, as messages call it.
  package var source = "built-in configuration"
  var listen: [ListenAddress] = [ListenAddress(host: "127.0.0.1", port: 5000)]
  /// Who may connect to those of them that are unix sockets.
  var socket = SocketSettings()
  /// Begins and ends with a slash.
  var basePath = "/"
  var targets: [Target] = []
  /// Where further targets are.
  var inventory = InventorySettings()
  /// For everybody's workspace.
  var layouts: [NamedLayout] = []
  var snippets: [Snippet] = []
  var colors: [ColorRule] = []
  var clients = ClientSettings()
  var limits = Limits()
  var timeouts = Timeouts()
  var terminal = TerminalSettings()
  var proxies = TrustedProxies.standard
  /// Public origins, such as `https://console.example.com`, in lower case.
  var origins: [String] = []
  var login = LoginSettings()
  /// Who may see, watch, take over and end every terminal.
  var operators: [Invitation] = []
  /// Who may read recordings and logs of consoles.
  var auditors: [Invitation] = []
  var sharing = SharingSettings.off
  /// What must be accepted before any terminal opens.
  var notice: String?
  var isInsecureAllowed = false
  var instance = "a"
  /// Whether it is one of several: then browsers are told which one they belong to.
  var isOneOfSeveral = false
  /// Where pinned host keys are kept; nil where the system has no place for it.
  var state: String?
  package var log = LogSettings()
  /// Where the logs of consoles are; nil where there are none.
  var consoleLog: ConsoleLogSettings?
  /// What consoles are watched for.
  var alarms: [AlarmSetting] = []
  /// The file of the audit log; nil where none is kept.
  var audit: String?
  /// The unix socket for `webtermd ctl`; nil where the system has no place for it.
  package var control: String?
  /// Peers that may read the metrics, beside this machine itself.
  var metricsReaders = TrustedProxies(networks: [], trustsUnix: false)
  /// What `state` says; nil where the system's folder counts.
  var namedState: String?
  /// What counts, and is not likely to be what is wanted.
  package var doubts: [ConfigurationProblem] = []

  /// How many terminals there may be.
  package var mostTerminals: Int { limits.terminals + standing }

  /// How many of its lines stand.
  var standing: Int { targets.reduce(0) { $0 + $1.standingLines.count } }

  /// Whether strangers may reach the server: there is a login, or the administrator wants it so.
  var mayBeExposed: Bool { login.mode != .none || isInsecureAllowed }

  /// What may be said of a target's visitors.
  var visitorRule: VisitorRule {
    VisitorRule(hasLogins: login.mode != .none, hasGroups: login.hasGroups)
  }

  /// How files of further targets are read.
  var inventoryPolicy: InventoryPolicy {
    InventoryPolicy(
      settings: inventory, visitors: visitorRule,
      ssh: clients.mayBeAsked ? clients.paths[.ssh] : nil)
  }

  /// What is wrong with the files of further targets. Reads them.
  package var inventoryProblems: [ConfigurationProblem] {
    Inventory().readAgain(inventoryPolicy, besides: targets).problems
  }
}
