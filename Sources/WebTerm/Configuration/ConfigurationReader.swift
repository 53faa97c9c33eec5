// From a tree of values to a checked configuration: the parts together, and what no part can judge
// alone.

extension Configuration {
  /// Reads a configuration.
  ///
  /// - Parameters:
  ///   - tree: What a file says.
  ///   - problems: Everything that is wrong with it. Only where there is nothing, the configuration
  ///     is of value.
  init(_ tree: JSONTree, _ problems: ProblemList) {
    self.init()
    Section.read(tree, at: "", problems) { root in
      listen = ListenAddress.all(&root) ?? listen
      socket = SocketSettings(&root)
      basePath = Self.basePath(&root) ?? basePath
      targets = Target.all(&root)
      layouts = NamedLayout.all(&root)
      snippets = Snippet.all(&root)
      colors = ColorRule.all(&root)
      clients = ClientSettings(&root)
      limits = Limits(&root)
      timeouts = Timeouts(&root)
      terminal = TerminalSettings(&root)
      proxies = TrustedProxies(&root, "proxies") ?? proxies
      origins = OriginRules.origins(&root)
      login = LoginSettings(&root)
      for (index, target) in targets.enumerated() {
        visitorRule.check(target, at: "targets[\(index)]", problems)
      }
      operators = people("operators", &root)
      auditors = people("auditors", &root)
      sharing = SharingSettings(&root, hasLogins: login.mode != .none)
      notice = Notice.read(&root)
      inventory = InventorySettings(&root)
      isInsecureAllowed = root.boolean("insecure") ?? isInsecureAllowed
      if let name = Self.instance(&root) {
        instance = name
        isOneOfSeveral = true
      }
      state = root.path("state")
      root.section("log") { section in
        log.read(&section)
        audit = section.path("audit")
      }
      consoleLog = ConsoleLogSettings.read(&root)
      alarms = AlarmSetting.all(&root)
      control = root.path("control")
      metricsReaders = TrustedProxies(&root, "metrics") ?? metricsReaders
    }
  }

  private func people(_ key: String, _ root: inout Section) -> [Invitation] {
    let people = Invitation.all(key, &root) ?? []
    let paths = people.indices.map { "\(key)[\($0)]" }
    visitorRule.check(people, at: paths, root.problems)
    return people
  }

  private static func basePath(_ root: inout Section) -> String? {
    root.string("basePath", "a path that begins and ends with a slash") { text in
      let segments = text.split(separator: "/", omittingEmptySubsequences: false)
      let isPlain = segments.dropFirst().dropLast().allSatisfy { segment in
        !segment.isEmpty && segment != "." && segment != ".."
          && segment.utf8.allSatisfy { $0.isNameByte || "._~".utf8.contains($0) }
      }
      let isWhole = segments.count >= 2 && text.hasPrefix("/") && text.hasSuffix("/")
      return isPlain && isWhole ? text : nil
    }
  }

  private static func instance(_ root: inout Section) -> String? {
    root.string("instance", "1 to 8 of a-z and 0-9") { text in
      let isPlain = text.utf8.allSatisfy { $0.isNameByte && $0 != UInt8(ascii: "-") }
      return (1...8).contains(text.utf8.count) && isPlain ? text : nil
    }
  }
}
