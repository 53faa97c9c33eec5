// Several terminals beside each other, under a name: for everybody, from the configuration.

/// A layout of the workspace (`layouts`).
struct NamedLayout: Equatable, Sendable {
  /// How the panes of a tab lie.
  enum Arrangement: String, CaseIterable {
    case grid
    /// Beside each other.
    case row
    /// Above each other.
    case column
  }

  struct Tab: Equatable, Sendable {
    /// What it is called; nil where the devices' names say enough.
    var name: String?
    var arrangement = Arrangement.grid
    var panes: [TerminalAddress]
  }

  let name: String
  let tabs: [Tab]

  /// Reads `layouts`.
  static func all(_ root: inout Section) -> [NamedLayout] {
    var layouts: [NamedLayout] = []
    for (value, path) in root.elements("layouts", "an array of layouts") ?? [] {
      Section.read(value, at: path, root.problems) { section in
        let name = section.required("name", "1 to 128 printable characters", DisplayName.isValid)
        let hasTabs = section.has("tabs")
        let tabs = section.elements("tabs", "an array with at least one tab", mayBeEmpty: false)
        if !hasTabs { section.report("tabs", "an array with at least one tab", .null) }
        let read = (tabs ?? []).compactMap { Tab($0.value, at: $0.path, root.problems) }
        guard let name else { return }
        if layouts.contains(where: { $0.name == name }) {
          section.report("name", "a name of its own", .string(name))
        }
        layouts.append(NamedLayout(name: name, tabs: read))
      }
    }
    return layouts
  }

  /// For the page of a login that may go to some destinations; nil where nothing is left of it.
  func json(_ mayOpen: (TerminalAddress) -> Bool) -> JSONText? {
    let open = tabs.compactMap { tab -> JSONText? in
      let panes = tab.panes.filter(mayOpen)
      guard !panes.isEmpty else { return nil }
      return .object([
        ("name", .string(tab.name ?? "")), ("arrange", .string(tab.arrangement.rawValue)),
        ("panes", .array(panes.map { .string($0.text) })),
      ])
    }
    return open.isEmpty ? nil : .object([("name", .string(name)), ("tabs", .array(open))])
  }
}

extension NamedLayout.Tab {
  /// Reads one; nil where it has no panes that could be shown.
  fileprivate init?(_ tree: JSONTree, at path: String, _ problems: ProblemList) {
    var tab: Self?
    Section.read(tree, at: path, problems) { section in
      let name = section.string("name", "1 to 128 printable characters") {
        DisplayName.isValid($0) ? $0 : nil
      }
      let arrangement = section.choice("arrange", of: NamedLayout.Arrangement.self)
      let expected = "1 to 16 addresses, as \"target/method/user/port\""
      let hasPanes = section.has("panes")
      guard let texts = section.strings("panes") else {
        if !hasPanes { section.report("panes", expected, .null) }
        return
      }
      guard (1...16).contains(texts.count) else {
        return problems.add(
          .error, section.path(to: "panes"), expected, found: "\(texts.count) of them")
      }
      let panes = texts.compactMap { text, path in
        let address = TerminalAddress(text)
        if address == nil { problems.report(path, "\"target/method/user/port\"", .string(text)) }
        return address
      }
      tab = Self(name: name, arrangement: arrangement ?? .grid, panes: panes)
    }
    guard let tab else { return nil }
    self = tab
  }
}
