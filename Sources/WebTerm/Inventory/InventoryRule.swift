// What the labels of somebody else's inventory mean here.

import EventLoop

/// Makes targets of the entries of Prometheus' file_sd: `[{ "targets": ["10.0.0.5:7001"], "labels": { … } }]`.
///
/// Every text is a ``LabelTemplate``. Beside an entry's own labels there are `__address__`, `host`, `port` and, where the entry
/// has none of its own, `instance`, which is the address.
struct InventoryRule: Equatable, Sendable {
  let method: LabelTemplate
  let name: LabelTemplate
  let title: LabelTemplate?
  let group: LabelTemplate?
  let users: [LabelTemplate]
  let visitors: [LabelTemplate]?
  /// What else holds for all of them, by method.
  var rules: [Method: Target.Rules]
  private let likeness: Target

  /// Reads `inventory`.
  init?(_ section: inout Section) {
    let name = Self.template("name", &section)
    if name == nil, !section.has("name") { section.report("name", "a text with labels", .null) }
    let method = Self.template("method", &section)
    title = Self.template("title", &section)
    group = Self.template("group", &section)
    users = Self.templates("users", &section) ?? []
    visitors = Self.templates("visitors", &section)
    var rules: [Method: Target.Rules] = [:]
    for method in Method.allCases {
      section.section(method.rawValue) { rules[method] = Target.Rules(&$0, of: method) }
    }
    self.rules = rules
    likeness = Target(lookOf: &section)
    guard let name, let method = method ?? LabelTemplate("ssh") else { return nil }
    self.name = name
    self.method = method
  }

  private static func template(_ key: String, _ section: inout Section) -> LabelTemplate? {
    section.string(key, "a text in which {{…}} names a label", LabelTemplate.init)
  }

  private static func templates(_ key: String, _ section: inout Section) -> [LabelTemplate]? {
    let problems = section.problems
    return section.strings(key)?.compactMap { text, path in
      let template = LabelTemplate(text)
      if template == nil {
        problems.report(path, "a text in which {{…}} names a label", .string(text))
      }
      return template
    }
  }

  /// The targets of one entry of a file.
  func targets(_ section: inout Section) -> [Target] {
    var labels: [String: String] = [:]
    for (key, value, path) in section.members("labels") ?? [] {
      guard case .string(let text) = value else {
        section.problems.report(path, "a string", value)
        continue
      }
      guard DisplayName.isValid(key) || key.hasPrefix("__") else {
        section.problems.doubt(
          path, "a label's name of 1 to 128 printable characters (this one is left out)",
          .string(key))
        continue
      }
      labels[key] = text
    }
    let problems = section.problems
    return (section.strings("targets") ?? []).compactMap { address, path in
      target(address, labels, path, problems)
    }
  }

  private func target(
    _ address: String, _ own: [String: String], _ path: String, _ problems: ProblemList
  ) -> Target? {
    var labels = own
    let (host, port) = Self.split(address)
    labels["__address__"] = address
    labels["host"] = labels["host"] ?? host
    labels["port"] = labels["port"] ?? port
    labels["instance"] = labels["instance"] ?? address

    let method = self.method.text(labels)
    guard let method = Method(rawValue: method) else {
      problems.report(path, "ssh or telnet as the method", .string(method))
      return nil
    }
    let standard = method == .ssh ? "22" : "23"
    guard let port = UInt16(port ?? standard), port > 0 else {
      problems.report(path, "an address with a port from 1 to 65535", .string(address))
      return nil
    }
    guard Target.isHost(host) else {
      problems.report(path, "a host name or an IP address", .string(address))
      return nil
    }
    let wanted = name.text(labels)
    let name = Self.name(wanted)
    guard !name.isEmpty, Method(rawValue: name) == nil else {
      problems.report(path, "labels that make a name", .string(wanted))
      return nil
    }
    var rules = self.rules[method] ?? Target.Rules(ports: [])
    rules.ports = PortSet(ranges: [port...port])
    let users = self.users.map { $0.text(labels) }.filter { !$0.isEmpty }
    if !users.isEmpty { rules.users = users.compactMap { UserPattern($0) } }
    if let odd = users.first(where: { UserPattern($0) == nil }) {
      problems.report(path, UserPattern.expected, .string(odd))
      return nil
    }
    var target = likeness.named(name, host: host, rules: [method: rules])
    target.title = Self.nonempty(title?.text(labels)) ?? (name == wanted ? nil : wanted)
    let group = self.group?.text(labels).split(separator: "/").joined(separator: "/")
    target.group = Self.nonempty(group).flatMap(Target.group)
    target.labels = own.filter { !$0.key.hasPrefix("__") && DisplayName.isValid($0.value) }
    let visitors = visitors?.map { $0.text(labels) }.filter { !$0.isEmpty }
    if let stranger = visitors?.first(where: { Invitation($0) == nil }) {
      problems.report(path, Invitation.expected, .string(stranger))
      return nil
    }
    target.visitors = visitors?.compactMap(Invitation.init)
    if let title = target.title, !DisplayName.isValid(title) {
      problems.report(path, "a title of 1 to 128 printable characters", .string(title))
      return nil
    }
    return target
  }

  private static func nonempty(_ text: String?) -> String? {
    text.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Host and port of `host:port`, `[::1]:22` or a host alone.
  private static func split(_ address: String) -> (host: String, port: String?) {
    if address.hasPrefix("["), let end = address.firstIndex(of: "]") {
      let host = String(address[address.index(after: address.startIndex)..<end])
      let rest = address[address.index(after: end)...]
      return (host, rest.hasPrefix(":") ? String(rest.dropFirst()) : nil)
    }
    guard let colon = address.lastIndex(of: ":"), address.firstIndex(of: ":") == colon else {
      return (address, nil)
    }
    return (String(address[..<colon]), String(address[address.index(after: colon)...]))
  }

  /// A text as a target's name: a-z and 0-9, with a hyphen for all that is something else.
  private static func name(_ text: String) -> String {
    var name = ""
    for byte in text.lowercased().utf8 {
      if byte.isNameByte {
        name.unicodeScalars.append(Unicode.Scalar(byte))
      } else if !name.hasSuffix("-") {
        name += "-"
      }
    }
    while name.hasSuffix("-") { name.removeLast() }
    return name.hasPrefix("-") ? String(name.dropFirst()) : name
  }
}
