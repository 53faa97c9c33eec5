// From a tree of values to a checked configuration, with every mistake reported, not just the first.

import EventLoop

/// Reads a configuration and gathers what is wrong with it.
///
/// Each `read…` function takes one part of the tree, leaves the default where it is absent, and
/// reports what it cannot accept.
struct ConfigurationReader {
  private let file: String
  private(set) var problems: [ConfigurationProblem] = []

  init(file: String) {
    self.file = file
  }

  /// The configuration that `tree` describes; of value only where ``problems`` stays empty.
  mutating func read(_ tree: JSONTree) -> Configuration {
    var configuration = Configuration()
    var root = object(tree, at: "")
    configuration.listen = readListen(&root) ?? configuration.listen
    configuration.basePath = readBasePath(&root) ?? configuration.basePath
    configuration.targets = readTargets(&root)
    configuration.clients = readClients(&root)
    configuration.limits = readLimits(&root)
    configuration.timeouts = readTimeouts(&root)
    readTerminal(&root, into: &configuration)
    configuration.proxies = readNetworks(&root, "proxies") ?? configuration.proxies
    configuration.origins = readOrigins(&root)
    readAuthentication(&root, into: &configuration)
    configuration.isInsecureAllowed = boolean(&root, "insecure") ?? false
    if let instance = readInstance(&root) {
      configuration.instance = instance
      configuration.isOneOfSeveral = true
    }
    configuration.state = path(&root, "state")
    readLog(&root, into: &configuration)
    configuration.control = path(&root, "control")
    configuration.metricsReaders = readNetworks(&root, "metrics") ?? configuration.metricsReaders
    refuseUnknown(root)
    return configuration
  }

  // MARK: Parts

  private mutating func readListen(_ root: inout Fields) -> [ListenAddress]? {
    strings(&root, "listen")?.compactMap { text, path in
      let address = ListenAddress(text)
      if address == nil {
        report(path, "HOST:PORT, [IPv6]:PORT or unix:PATH", .string(text))
      } else if address?.socketAddress == nil {
        report(path, "an IP address or localhost as HOST", .string(text))
      }
      return address
    }
  }

  private mutating func readBasePath(_ root: inout Fields) -> String? {
    guard let text = string(&root, "basePath") else { return nil }
    let segments = text.split(separator: "/", omittingEmptySubsequences: false)
    let isPlain = segments.dropFirst().dropLast().allSatisfy { segment in
      !segment.isEmpty && segment != "." && segment != ".."
        && segment.utf8.allSatisfy { Self.isNameByte($0) || "._~".utf8.contains($0) }
    }
    guard segments.count >= 2, text.hasPrefix("/"), text.hasSuffix("/"), isPlain else {
      report("basePath", "a path that begins and ends with a slash", .string(text))
      return nil
    }
    return text
  }

  private mutating func readTargets(_ root: inout Fields) -> [Target] {
    guard let value = root.take("targets") else { return [Self.localhost] }
    guard case .array(let elements) = value, !elements.isEmpty else {
      report("targets", "an array with at least one target", value)
      return []
    }
    var targets: [Target] = []
    for (index, element) in elements.enumerated() {
      guard let target = readTarget(element, at: "targets[\(index)]") else { continue }
      if targets.contains(where: { $0.name == target.name }) {
        report("targets[\(index)].name", "a name of its own", .string(target.name))
      }
      targets.append(target)
    }
    return targets
  }

  private mutating func readTarget(_ tree: JSONTree, at path: String) -> Target? {
    var fields = object(tree, at: path)
    defer { refuseUnknown(fields) }
    let name = required(&fields, "name", "a name of a-z, 0-9 and -") { text in
      !text.isEmpty && text.utf8.allSatisfy(Self.isNameByte)
        && !Method.allCases.map(\.rawValue).contains(text)
    }
    let host = required(&fields, "host", "a host name or an IP address", Self.isHost)
    let title = string(&fields, "title")
    let charset = string(&fields, "charset")
    let visitors = strings(&fields, "visitors")?.map(\.0)
    var rules: [Method: Target.Rules] = [:]
    for method in Method.allCases {
      guard let value = fields.take(method.rawValue) else { continue }
      rules[method] = readRules(value, of: method, at: fields.path(to: method.rawValue))
    }
    guard let name, let host else { return nil }
    var target = Target(name: name, host: host, rules: rules)
    target.title = title
    target.visitors = visitors
    target.charset = charset ?? target.charset
    return target
  }

  private mutating func readRules(
    _ tree: JSONTree, of method: Method, at path: String
  ) -> Target.Rules {
    var fields = object(tree, at: path)
    defer { refuseUnknown(fields) }
    let standard: UInt16 = method == .ssh ? 22 : 23
    let ports = readPorts(&fields) ?? PortSet(ranges: [standard...standard])
    let users = strings(&fields, "users")?.map { UserPattern(pattern: $0.0) }
    var rules = Target.Rules(ports: ports, users: users ?? [UserPattern(pattern: "*")])
    guard method == .ssh else { return rules }
    rules.identity = self.path(&fields, "identity")
    if let text = string(&fields, "hostKeys") {
      switch text {
      case "pin": rules.hostKeys = .pin
      case "ask": rules.hostKeys = .ask
      case _ where text.hasPrefix("/"): rules.hostKeys = .file(text)
      default:
        report(fields.path(to: "hostKeys"), "\"pin\", \"ask\" or an absolute path", .string(text))
      }
    }
    return rules
  }

  private mutating func readPorts(_ fields: inout Fields) -> PortSet? {
    let path = fields.path(to: "ports")
    guard let value = fields.take("ports") else { return nil }
    guard case .array(let elements) = value, !elements.isEmpty else {
      report(path, "an array of ports and ranges", value)
      return nil
    }
    var ranges: [ClosedRange<UInt16>] = []
    for (index, element) in elements.enumerated() {
      guard let range = Self.portRange(element) else {
        report(
          "\(path)[\(index)]", "a port from 1 to 65535 or a range such as \"6000-6999\"", element)
        continue
      }
      ranges.append(range)
    }
    return PortSet(ranges: ranges)
  }

  private static func portRange(_ tree: JSONTree) -> ClosedRange<UInt16>? {
    switch tree {
    case .integer(let number):
      guard let port = UInt16(exactly: number), port > 0 else { return nil }
      return port...port
    case .string(let text):
      let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { UInt16($0) }
      guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1],
        first > 0, first <= last
      else { return nil }
      return first...last
    default:
      return nil
    }
  }

  private mutating func readClients(_ root: inout Fields) -> Configuration.Clients {
    var clients = Configuration.Clients()
    guard let tree = root.take("clients") else { return clients }
    var fields = object(tree, at: "clients")
    defer { refuseUnknown(fields) }
    for method in Method.allCases {
      clients.paths[method] = path(&fields, method.rawValue)
    }
    clients.user = string(&fields, "user")
    let fence = choice(&fields, "fence", of: Sandbox.Calls.allCases.map(\.rawValue))
    clients.fence.calls = fence.flatMap(Sandbox.Calls.init) ?? clients.fence.calls
    return clients
  }

  private mutating func readLimits(_ root: inout Fields) -> Configuration.Limits {
    var limits = Configuration.Limits()
    guard let tree = root.take("limits") else { return limits }
    var fields = object(tree, at: "limits")
    defer { refuseUnknown(fields) }
    limits.terminals = integer(&fields, "terminals", in: 1...1_000_000) ?? limits.terminals
    limits.perVisitor = integer(&fields, "perVisitor", in: 1...1_000_000) ?? limits.perVisitor
    limits.perAddress = integer(&fields, "perAddress", in: 1...1_000_000) ?? limits.perAddress
    limits.openPerMinute =
      integer(&fields, "openPerMinute", in: 1...1_000_000) ?? limits.openPerMinute
    limits.memory = integer(&fields, "memory", in: 1_048_576...(1 << 50)) ?? limits.memory
    return limits
  }

  private mutating func readTimeouts(_ root: inout Fields) -> Configuration.Timeouts {
    var timeouts = Configuration.Timeouts()
    guard let tree = root.take("timeouts") else { return timeouts }
    var fields = object(tree, at: "timeouts")
    defer { refuseUnknown(fields) }
    timeouts.idle = seconds(&fields, "idle", from: 0) ?? timeouts.idle
    timeouts.detached = seconds(&fields, "detached", from: 0) ?? timeouts.detached
    timeouts.handshake = seconds(&fields, "handshake", from: 0.1) ?? timeouts.handshake
    return timeouts
  }

  private mutating func readTerminal(_ root: inout Fields, into configuration: inout Configuration)
  {
    guard let tree = root.take("terminal") else { return }
    var fields = object(tree, at: "terminal")
    defer { refuseUnknown(fields) }
    if let type = string(&fields, "type") {
      if !type.isEmpty, type.utf8.allSatisfy({ Self.isNameByte($0) || "+._".utf8.contains($0) }) {
        configuration.terminalType = type
      } else {
        report("terminal.type", "the name of a terminal type", .string(type))
      }
    }
    configuration.history =
      integer(&fields, "history", in: 0...(1 << 30)) ?? configuration.history
  }

  /// Addresses and networks, and "unix" for whoever comes through a unix socket.
  private mutating func readNetworks(_ root: inout Fields, _ key: String) -> TrustedProxies? {
    guard let texts = strings(&root, key) else { return nil }
    var proxies = TrustedProxies(networks: [], trustsUnix: false)
    for (text, path) in texts {
      if text == "unix" {
        proxies.trustsUnix = true
      } else if let network = TrustedProxies.Network(text) {
        proxies.networks.append(network)
      } else {
        report(path, "ADDRESS, ADDRESS/BITS or \"unix\"", .string(text))
      }
    }
    return proxies
  }

  private mutating func readOrigins(_ root: inout Fields) -> [String] {
    (strings(&root, "origins") ?? []).compactMap { text, path in
      guard let origin = Origin(text) else {
        report(path, "an origin such as \"https://console.example.com\"", .string(text))
        return nil
      }
      return origin.text
    }
  }

  private mutating func readAuthentication(
    _ root: inout Fields, into configuration: inout Configuration
  ) {
    defer { checkVisitors(configuration) }
    guard let tree = root.take("auth") else { return }
    var fields = object(tree, at: "auth")
    defer { refuseUnknown(fields) }
    let mode = choice(&fields, "mode", of: ["none", "htpasswd", "header"])
    if mode != nil, mode != "none" { configuration.groups = path(&fields, "groups") }
    switch mode {
    case "htpasswd":
      let file = path(&fields, "file")
      if file == nil { report("auth.file", "the path of a password file", .null) }
      configuration.authentication = .htpasswd(file: file ?? "")
    case "header":
      let name = required(&fields, "name", "the name of a header field") { text in
        !text.isEmpty && text.utf8.allSatisfy { Self.isNameByte($0 | 0x20) }
      }
      configuration.authentication = .header(name: name?.lowercased() ?? "")
    default:
      break
    }
  }

  /// Who may open a target can be said only of visitors who log in.
  private mutating func checkVisitors(_ configuration: Configuration) {
    for (index, target) in configuration.targets.enumerated() {
      guard let visitors = target.visitors else { continue }
      let path = "targets[\(index)].visitors"
      if configuration.authentication == .none {
        report(path, "no visitors while auth.mode is \"none\"", .array([]))
      }
      for (place, entry) in visitors.enumerated() where entry.hasPrefix("@") {
        guard configuration.groups == nil else { break }
        report("\(path)[\(place)]", "a name (auth.groups names no file of groups)", .string(entry))
      }
    }
  }

  private mutating func readInstance(_ root: inout Fields) -> String? {
    guard let text = string(&root, "instance") else { return nil }
    guard (1...8).contains(text.utf8.count),
      text.utf8.allSatisfy({ Self.isNameByte($0) && $0 != UInt8(ascii: "-") })
    else {
      report("instance", "1 to 8 of a-z and 0-9", .string(text))
      return nil
    }
    return text
  }

  private mutating func readLog(_ root: inout Fields, into configuration: inout Configuration) {
    guard let tree = root.take("log") else { return }
    var fields = object(tree, at: "log")
    defer { refuseUnknown(fields) }
    let format = choice(&fields, "format", of: LogSettings.Format.allCases.map(\.rawValue))
    let level = choice(&fields, "level", of: LogSettings.Level.allCases.map(\.rawValue))
    configuration.log.format =
      format.flatMap(LogSettings.Format.init) ?? configuration.log.format
    configuration.log.level = level.flatMap(LogSettings.Level.init) ?? configuration.log.level
    configuration.audit = path(&fields, "audit")
  }

  // MARK: Values

  /// What is left of an object while its keys are taken out one by one.
  private struct Fields {
    let path: String
    var values: [String: JSONTree]

    mutating func take(_ key: String) -> JSONTree? { values.removeValue(forKey: key) }

    func path(to key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
  }

  private mutating func object(_ tree: JSONTree, at path: String) -> Fields {
    guard case .object(let values) = tree else {
      report(path, "an object", tree)
      return Fields(path: path, values: [:])
    }
    return Fields(path: path, values: values)
  }

  private mutating func refuseUnknown(_ fields: Fields) {
    for key in fields.values.keys.sorted() {
      report(fields.path(to: key), "no such key", nil)
    }
  }

  private mutating func string(_ fields: inout Fields, _ key: String) -> String? {
    guard let value = fields.take(key) else { return nil }
    guard case .string(let text) = value else {
      report(fields.path(to: key), "a string", value)
      return nil
    }
    return text
  }

  private mutating func required(
    _ fields: inout Fields, _ key: String, _ expected: String, _ isValid: (String) -> Bool
  ) -> String? {
    let value = fields.take(key)
    guard case .string(let text)? = value, isValid(text) else {
      report(fields.path(to: key), expected, value ?? .null)
      return nil
    }
    return text
  }

  private mutating func path(_ fields: inout Fields, _ key: String) -> String? {
    guard let text = string(&fields, key) else { return nil }
    guard text.hasPrefix("/"), !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x22 }) else {
      report(fields.path(to: key), "an absolute path", .string(text))
      return nil
    }
    return text
  }

  private mutating func choice(
    _ fields: inout Fields, _ key: String, of choices: [String]
  ) -> String? {
    guard let text = string(&fields, key) else { return nil }
    guard choices.contains(text) else {
      report(fields.path(to: key), "one of \(choices.joined(separator: ", "))", .string(text))
      return nil
    }
    return text
  }

  /// Strings of an array, each with its key path.
  private mutating func strings(_ fields: inout Fields, _ key: String) -> [(String, String)]? {
    guard let value = fields.take(key) else { return nil }
    let path = fields.path(to: key)
    guard case .array(let elements) = value else {
      report(path, "an array of strings", value)
      return nil
    }
    var strings: [(String, String)] = []
    for (index, element) in elements.enumerated() {
      guard case .string(let text) = element else {
        report("\(path)[\(index)]", "a string", element)
        continue
      }
      strings.append((text, "\(path)[\(index)]"))
    }
    return strings
  }

  private mutating func integer(
    _ fields: inout Fields, _ key: String, in range: ClosedRange<Int>
  ) -> Int? {
    guard let value = fields.take(key) else { return nil }
    guard case .integer(let number) = value, range.contains(number) else {
      report(
        fields.path(to: key), "a whole number from \(range.lowerBound) to \(range.upperBound)",
        value)
      return nil
    }
    return number
  }

  private mutating func seconds(
    _ fields: inout Fields, _ key: String, from least: Double
  ) -> Duration? {
    guard let value = fields.take(key) else { return nil }
    let number: Double? =
      switch value {
      case .integer(let number): Double(number)
      case .number(let number): number
      default: nil
      }
    // Thirty days: beyond that a mistake is likelier than a wish.
    guard let number, number >= least, number <= 2_592_000 else {
      report(fields.path(to: key), "seconds, from \(least) to 2592000", value)
      return nil
    }
    return .milliseconds(Int(number * 1000))
  }

  private mutating func boolean(_ fields: inout Fields, _ key: String) -> Bool? {
    guard let value = fields.take(key) else { return nil }
    guard case .boolean(let flag) = value else {
      report(fields.path(to: key), "true or false", value)
      return nil
    }
    return flag
  }

  private mutating func report(_ path: String, _ expected: String, _ found: JSONTree?) {
    let found = found == nil ? "an unknown key" : (found == .null ? "nothing" : found?.description)
    problems.append(
      ConfigurationProblem(file: file, path: path, expected: expected, found: found ?? ""))
  }

  // MARK: Words

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "-"):
      true
    default:
      false
    }
  }

  /// A name or an address that no client program could take for an option or for a URL.
  private static func isHost(_ text: String) -> Bool {
    if SocketAddress.Host(text) != nil { return true }
    guard let first = text.utf8.first, first != UInt8(ascii: "-"), text.utf8.count <= 253 else {
      return false
    }
    return text.utf8.allSatisfy { isNameByte($0 | 0x20) || ".-_".utf8.contains($0) }
  }

  private static let localhost = Target(
    name: "localhost", host: "localhost",
    rules: [
      .ssh: Target.Rules(
        ports: PortSet(ranges: [22...22]), users: [UserPattern(pattern: "*")]),
      .telnet: Target.Rules(
        ports: PortSet(ranges: [23...23]), users: [UserPattern(pattern: "*")]),
    ])
}
