// From a tree of values to a checked configuration: the parts together, and what no part can judge alone.

extension Configuration {
  /// Reads a configuration.
  ///
  /// - Parameters:
  ///   - tree: What a file says.
  ///   - problems: Everything that is wrong with it. Only where there is nothing, the configuration is of value.
  init(_ tree: JSONTree, _ problems: ProblemList) {
    self.init()
    Section.read(tree, at: "", problems) { root in
      listen = ListenAddress.all(&root) ?? listen
      basePath = Self.basePath(&root) ?? basePath
      targets = Target.all(&root)
      clients = ClientSettings(&root)
      limits = Limits(&root)
      timeouts = Timeouts(&root)
      terminal = TerminalSettings(&root)
      proxies = TrustedProxies(&root, "proxies") ?? proxies
      origins = OriginRules.origins(&root)
      login = LoginSettings(&root)
      checkVisitors(problems)
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
      control = root.path("control")
      metricsReaders = TrustedProxies(&root, "metrics") ?? metricsReaders
    }
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

  /// Who may open a target can be said only of visitors who log in.
  private func checkVisitors(_ problems: ProblemList) {
    for (index, target) in targets.enumerated() {
      guard let visitors = target.visitors else { continue }
      let path = "targets[\(index)].visitors"
      if login.mode == .none {
        problems.report(path, "no visitors while auth.mode is \"none\"", .array([]))
      }
      for (place, entry) in visitors.enumerated() where entry.hasPrefix("@") {
        guard !login.hasGroups else { break }
        problems.report(
          "\(path)[\(place)]", "a name (neither auth.groups nor auth.groupsHeader is set)",
          .string(entry))
      }
    }
  }
}
