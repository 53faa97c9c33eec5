// How the targets are read from a configuration.

import EventLoop

extension Target {
  /// Where there is no configuration: this machine.
  static let localhost = Target(
    name: "localhost", host: "localhost",
    rules: [.ssh: Rules(ports: [22...22]), .telnet: Rules(ports: [23...23])])

  /// Reads `targets`; where that is absent and no file has others, it is ``localhost``.
  ///
  /// - Returns: Those that are well-formed, in the order of the configuration.
  static func all(_ root: inout Section) -> [Target] {
    let hasFiles = root.has("directory")
    guard root.has("targets") else { return hasFiles ? [] : [.localhost] }
    let elements = root.elements(
      "targets", "an array with at least one target", mayBeEmpty: hasFiles)
    var targets: [Target] = []
    for (value, path) in elements ?? [] {
      Section.read(value, at: path, root.problems) { section in
        guard let target = Target(&section) else { return }
        if targets.contains(where: { $0.name == target.name }) {
          section.report("name", "a name of its own", .string(target.name))
        }
        targets.append(target)
      }
    }
    return targets
  }

  /// Reads one.
  init?(_ section: inout Section) {
    let name = section.required("name", "a name of a-z, 0-9 and -") { text in
      !text.isEmpty && text.utf8.allSatisfy(\.isNameByte) && Method(rawValue: text) == nil
    }
    let host = section.required("host", "a host name or an IP address", Self.isHost)
      .map(Self.withoutBrackets)
    let title = section.string("title", DisplayName.expected, DisplayName.checked)
    let group = section.string(
      "group", "names of 1 to 128 printable characters, separated by /", Self.group)
    let labels = Self.labels(&section)
    let look = Target(lookOf: &section)
    let visitors = Admittance.all(&section)
    var rules: [Method: Rules] = [:]
    for method in Method.allCases {
      section.section(method.rawValue) { rules[method] = Rules(&$0, of: method) }
    }
    guard let name, let host else { return nil }
    self = look.named(name, host: host, rules: rules)
    self.title = title
    self.group = group
    self.labels = labels
    self.visitors = visitors
  }

  /// Reads what its hosts are like; it is no target yet.
  init(lookOf section: inout Section) {
    self.init(name: "", host: "", rules: [:])
    charset =
      section.string(
        "charset", "a character set, such as \"latin1\", \"gbk\" or \"cp437\"", Charset.named)
      ?? charset
    terminalType = section.string(
      "terminalType", "the name of a terminal type", TerminalType.named)
    backspace = section.choice("backspace") ?? backspace
    paste = PastePace(&section)
    section.section("requires") { section in
      requires = section.string("watching", Invitation.expected, Invitation.init)
      if requires == nil { section.report("watching", Invitation.expected, .null) }
    }
    notice = Notice.read(&section)
    related = RelatedTerminal.all(&section)
    log = section.boolean("log")
  }

  /// A target whose hosts are like this one's.
  func named(_ name: String, host: String, rules: [Method: Rules]) -> Target {
    var target = Target(name: name, host: host, rules: rules)
    (target.charset, target.terminalType) = (charset, terminalType)
    (target.backspace, target.paste) = (backspace, paste)
    (target.requires, target.notice, target.related) = (requires, notice, related)
    target.log = log
    return target
  }

  /// Reads `group`.
  static func group(_ text: String) -> String? {
    let names = text.split(separator: "/", omittingEmptySubsequences: false)
    return names.allSatisfy { DisplayName.isValid(String($0)) } ? text : nil
  }

  /// Reads `labels`: names, each with a value.
  private static func labels(_ section: inout Section) -> [String: String] {
    var labels: [String: String] = [:]
    let problems = section.problems
    for (key, value, path) in section.members("labels") ?? [] {
      guard DisplayName.isValid(key) else {
        problems.report(path, "a label's name of 1 to 128 printable characters", .string(key))
        continue
      }
      guard case .string(let text) = value else {
        problems.report(path, "a string", value)
        continue
      }
      guard DisplayName.isValid(text) else {
        problems.report(path, DisplayName.expected, value)
        continue
      }
      labels[key] = text
    }
    if let other = section.take("labels") { section.report("labels", "an object", other) }
    return labels
  }

  /// A name or an address that no client program could take for an option or for a URL.
  static func isHost(_ text: String) -> Bool {
    let text = withoutBrackets(text)
    if SocketAddress.Host(text) != nil || isAddressOfLink(text) { return true }
    guard let first = text.utf8.first, first != UInt8(ascii: "-"), text.utf8.count <= 253 else {
      return false
    }
    return text.utf8.allSatisfy { ($0 | 0x20).isNameByte || ".-_".utf8.contains($0) }
  }
}

extension Target {
  /// An IPv6 address as URLs have it, without its brackets.
  static func withoutBrackets(_ text: String) -> String {
    guard text.hasPrefix("["), text.hasSuffix("]"), text.contains(":") else { return text }
    return String(text.dropFirst().dropLast())
  }

  /// Whether it is an IPv6 address and a link of this machine, which may not be there yet:
  /// `fe80::1%eth0` (RFC 4007).
  private static func isAddressOfLink(_ text: String) -> Bool {
    let parts = text.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, case .ipv6? = SocketAddress.Host(String(parts[0])) else { return false }
    let link = parts[1].utf8
    return (1...15).contains(link.count)
      && link.allSatisfy { ($0 | 0x20).isNameByte || "._-".utf8.contains($0) }
  }
}

extension Target.Rules {
  /// Rules that let every user through, by these ports.
  init(ports: [ClosedRange<UInt16>]) {
    self.init(ports: PortSet(ranges: ports), users: [UserPattern(pattern: "*")])
  }

  /// Reads `ssh` or `telnet` of a target.
  init(_ section: inout Section, of method: Method) {
    let standard: UInt16 = method == .ssh ? 22 : 23
    self.init(ports: [standard...standard])
    ports = PortSet(&section) ?? ports
    users =
      section.strings("users", "an array with at least one user", mayBeEmpty: false)?.compactMap {
        text, path in
        let pattern = UserPattern(text)
        if pattern == nil { section.problems.report(path, UserPattern.expected, .string(text)) }
        return pattern
      } ?? users
    isShared = section.boolean("shared") ?? isShared
    isStanding = section.boolean("standing") ?? isStanding
    if isStanding { checkStanding(section, method) }
    isShared = isShared || isStanding
    guard method == .ssh else {
      telnet = TelnetSettings(&section)
      return
    }
    let hasIdentity = section.has("identity")
    identity = section.path("identity")
    if isShared, !hasIdentity {
      section.report(
        isStanding ? "standing" : "shared",
        "false where there is no identity, since a visitor's own login is not shared",
        .boolean(true))
    }
    algorithms = SSHAlgorithms(&section)
    hostKeys =
      section.string("hostKeys", "\"pin\", \"ask\" or an absolute path") { text in
        switch text {
        case "pin": .pin
        case "ask": .ask
        case _ where text.hasPrefix("/"): .file(text)
        default: nil
        }
      } ?? hostKeys
  }
}

extension Target.Rules {
  /// Reports what keeps the server from opening each line by itself.
  private func checkStanding(_ section: borrowing Section, _ method: Method) {
    if let range = ports.ranges.first(where: { $0.count > 1 }) {
      section.report(
        "ports", "single ports or named lines where they stand",
        .string("\(range.lowerBound)-\(range.upperBound)"))
    }
    if method == .ssh, users.count != 1 || users[0].isPattern {
      section.report(
        "users", "exactly one user without * where lines stand",
        .array(users.map { .string($0.pattern) }))
    }
  }
}

/// What a configuration allows to be said of visitors: who may open a target can be said only of
/// those who log in.
struct VisitorRule: Equatable, Sendable {
  /// Whether there is a login.
  let hasLogins: Bool
  /// Whether it is known who belongs together.
  let hasGroups: Bool

  /// Reports what is wrong with a target's `visitors` and `requires`.
  func check(_ target: Target, at path: String, _ problems: ProblemList) {
    if let group = target.requires {
      check([group], at: ["\(path).requires.watching"], problems)
    }
    guard let visitors = target.visitors else { return }
    let path = "\(path).visitors"
    if visitors.isEmpty {
      problems.doubt(path, "at least one visitor, since it is open to nobody", .array([]))
    }
    if !hasLogins {
      problems.report(path, "no visitors while auth.mode is \"none\"", .array([]))
    }
    checkGroups(visitors.map(\.who), at: visitors.indices.map { "\(path)[\($0)]" }, problems)
  }

  /// Reports what is wrong with people to whom something else is allowed.
  ///
  /// - Parameters:
  ///   - people: Who they are.
  ///   - paths: Where each stands.
  ///   - problems: Where mistakes go.
  func check(
    _ people: [Invitation], at paths: [String], _ problems: ProblemList
  ) {
    if !hasLogins, let path = paths.first, let first = people.first {
      problems.report(path, "no names while auth.mode is \"none\"", .string(first.text))
    }
    checkGroups(people, at: paths, problems)
  }

  private func checkGroups(_ people: [Invitation], at paths: [String], _ problems: ProblemList) {
    guard !hasGroups else { return }
    for (entry, path) in zip(people, paths) where entry.isGroup {
      problems.report(
        path, "a name (neither auth.groups nor auth.groupsHeader is set)", .string(entry.text))
    }
  }
}
