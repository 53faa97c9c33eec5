// What the labels of another program's inventory mean here.

import EventLoop

/// Makes targets of the entries of Prometheus' file_sd: `[{ "targets": ["10.0.0.5:7001"], "labels":
/// { … } }]`.
///
/// Every text is a ``LabelTemplate``. Beside an entry's own labels there are `__address__`, `host`,
/// `port` and, where the entry has none of its own, `instance`, which is the address.
struct InventoryRule: Equatable, Sendable {
  let method: LabelTemplate
  let name: LabelTemplate
  let title: LabelTemplate?
  let group: LabelTemplate?
  let users: [LabelTemplate]
  let visitors: [VisitorTemplate]?
  /// What else holds for all of them, by method.
  var rules: [Method: Target.Rules]
  private let likeness: Target

  /// Reads `inventory`.
  init?(_ section: inout Section) {
    let hasName = section.has("name")
    let name = Self.template("name", &section)
    if !hasName { section.report("name", "a text with labels", .null) }
    let method = Self.template("method", &section)
    title = Self.template("title", &section)
    group = Self.template("group", &section)
    users = Self.templates("users", &section) ?? []
    visitors = VisitorTemplate.all(&section)
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
    let expected = "an array with at least one text"
    return section.strings(key, expected, mayBeEmpty: false)?.compactMap { text, path in
      let template = LabelTemplate(text)
      if template == nil {
        problems.report(path, "a text in which {{…}} names a label", .string(text))
      }
      return template
    }
  }

  /// Rules that several targets share: most of them have the same port and users as many others.
  struct KnownRules {
    fileprivate struct Key: Hashable {
      let method: Method
      let port: UInt16
      let users: [String]
    }

    fileprivate var rules: [Key: [Method: Target.Rules]] = [:]
  }

  /// The targets of one entry of a file. What is wrong with it is reported.
  func targets(_ section: inout Section, _ known: inout KnownRules) -> [Target] {
    let problems = section.problems
    var own: [String: String] = [:]
    for (key, value, path) in section.members("labels") ?? [] {
      guard case .string(let text) = value else {
        problems.report(path, "a string", value)
        continue
      }
      guard DisplayName.isValid(key) || key.hasPrefix("__") else {
        problems.doubt(
          path, "a label's name of 1 to 128 printable characters (this one is left out)",
          .string(key))
        continue
      }
      own[key] = text
    }
    let shown = own.filter { !$0.key.hasPrefix("__") && DisplayName.isValid($0.value) }
    var found: [(target: Target, wanted: String, address: EntryAddress)] = []
    for (text, path) in section.strings("targets") ?? [] {
      let mistakes = Mistakes(path: path, problems: problems)
      let address = EntryAddress(text)
      if address?.isAmbiguous == true {
        problems.doubt(
          path,
          "brackets around an IPv6 address, [ADDRESS]:PORT or [ADDRESS] (this is an address "
            + "without a port)", .string(text))
      }
      guard let address, Target.isHost(address.host) else {
        mistakes.report("a host name or an IP address, and a port where there is one", text)
        continue
      }
      let labels = EntryLabels(own: own, text: text, address: address)
      let wanted = name.text(labels)
      if var target = target(wanted, address, labels, mistakes, &known) {
        target.labels = shown
        found.append((target, wanted, address))
      }
    }
    return Self.toldApart(found)
  }

  /// Gives lines of one device names of their own, whatever their order.
  private static func toldApart(
    _ found: [(target: Target, wanted: String, address: EntryAddress)]
  ) -> [Target] {
    guard found.count > 1 else { return found.map(\.target) }
    let counts = found.reduce(into: [String: Int]()) { $0[$1.target.name, default: 0] += 1 }
    let withPorts = found.map { target, wanted, address in
      counts[target.name] == 1
        ? target.name : InventoryName.of("\(wanted)-\(address.port ?? address.host)")
    }
    let again = withPorts.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
    return zip(found, withPorts).map { entry, name in
      let (target, wanted, address) = entry
      guard again[name] != 1 else { return name == target.name ? target : target.renamed(name) }
      return target.renamed(InventoryName.of("\(wanted)-\(address.host)-\(address.port ?? "")"))
    }
  }

  /// Where mistakes of one address go.
  private struct Mistakes {
    let path: String
    let problems: ProblemList

    func report(_ expected: String, _ found: String) {
      problems.report(path, expected, .string(found))
    }
  }

  private func target(
    _ wanted: String, _ address: EntryAddress, _ labels: EntryLabels, _ mistakes: Mistakes,
    _ known: inout KnownRules
  ) -> Target? {
    let word = self.method.text(labels)
    guard let method = Method(rawValue: word) else {
      mistakes.report("ssh or telnet as the method", word)
      return nil
    }
    guard let port = UInt16(address: address.port ?? (method == .ssh ? "22" : "23")), port > 0
    else {
      mistakes.report("an address with a port from 1 to 65535", labels.text)
      return nil
    }
    let name = InventoryName.of(wanted)
    guard !name.isEmpty else {
      mistakes.report("labels that make a name", wanted)
      return nil
    }
    guard let rules = rules(method, port, labels, mistakes, &known),
      let visitors = visitors(labels, mistakes)
    else { return nil }
    var target = likeness.named(name, host: address.host, rules: rules)
    target.title = Self.nonempty(title?.text(labels)) ?? (name == wanted ? nil : wanted)
    let group = self.group?.text(labels).split(separator: "/").joined(separator: "/")
    target.group = Self.nonempty(group).flatMap(Target.group)
    if target.group == nil, let group, !group.isEmpty {
      mistakes.problems.doubt(
        mistakes.path, "a group of names of 1 to 128 printable characters (it is left out)",
        .string(group))
    }
    target.visitors = visitors.list
    if let title = target.title, !DisplayName.isValid(title) {
      mistakes.report("a title of 1 to 128 printable characters", title)
      return nil
    }
    return target
  }

  /// What holds for a method; nil where something is wrong.
  private func rules(
    _ method: Method, _ port: UInt16, _ labels: EntryLabels, _ mistakes: Mistakes,
    _ known: inout KnownRules
  ) -> [Method: Target.Rules]? {
    guard let users = texts(users, labels, mistakes) else { return nil }
    guard self.users.isEmpty || !users.isEmpty else {
      mistakes.report("labels that make at least one user", "")
      return nil
    }
    let key = KnownRules.Key(method: method, port: port, users: users)
    if let rules = known.rules[key] { return rules }
    var rules = self.rules[method] ?? Target.Rules(ports: [])
    rules.ports = PortSet(ranges: [port...port])
    if !users.isEmpty { rules.users = users.compactMap { UserPattern($0) } }
    if let odd = users.first(where: { UserPattern($0) == nil }) {
      mistakes.report(UserPattern.expected, odd)
      return nil
    }
    known.rules[key] = [method: rules]
    return [method: rules]
  }

  /// Who may open it; `list` is nil for everybody. Nil where something is wrong.
  private func visitors(
    _ labels: EntryLabels, _ mistakes: Mistakes
  ) -> (list: [Admittance]?, Void)? {
    guard let templates = self.visitors else { return (nil, ()) }
    guard !hasMissing(templates.map(\.who), labels, mistakes) else { return nil }
    var list: [Admittance] = []
    for template in templates {
      let text = template.who.text(labels)
      if text.isEmpty { continue }
      guard let who = Invitation(text) else {
        mistakes.report(Invitation.expected, text)
        return nil
      }
      list.append(Admittance(who: who, may: template.may))
    }
    guard !list.isEmpty else {
      mistakes.report("labels that make at least one visitor", "")
      return nil
    }
    return (list, ())
  }

  /// The texts of templates on which rights hang, without empty ones; nil where a label is missing.
  private func texts(
    _ templates: [LabelTemplate], _ labels: EntryLabels, _ mistakes: Mistakes
  ) -> [String]? {
    guard !hasMissing(templates, labels, mistakes) else { return nil }
    return templates.map { $0.text(labels) }.filter { !$0.isEmpty }
  }

  /// Whether a label is not there on which rights hang. That is a mistake: what it would have said
  /// is not known, and neither everybody nor nobody.
  private func hasMissing(
    _ templates: [LabelTemplate], _ labels: EntryLabels, _ mistakes: Mistakes
  ) -> Bool {
    for template in templates {
      guard let missing = template.missing(in: labels) else { continue }
      mistakes.problems.add(
        .error, mistakes.path, "the label \(missing), which says who may come",
        found: "an entry without it")
      return true
    }
    return false
  }

  private static func nonempty(_ text: String?) -> String? {
    text.flatMap { $0.isEmpty ? nil : $0 }
  }
}
