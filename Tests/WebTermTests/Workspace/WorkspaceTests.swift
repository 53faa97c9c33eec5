// What an administrator gives everybody's workspace: layouts and snippets.

import Testing

@testable import WebTerm

@Suite("Workspace settings") struct WorkspaceTests {
  private func read(_ text: String) throws -> (Configuration, [String]) {
    let list = ProblemList(file: "f")
    let tree = try JSONTree.parse(Array(text.utf8), file: "f")
    let configuration = Configuration(tree, list)
    return (configuration, list.problems.map { "\($0.path): \($0.expected)" })
  }

  @Test("layouts and snippets are read")
  func everything() throws {
    let (configuration, problems) = try read(
      """
      { layouts: [{ name: "core", tabs: [
          { name: "Hall 1", arrange: "row", panes: ["rack1/telnet/console/7001", "gw/ssh/CORP%5Calice/22"] },
          { panes: ["rack1/telnet/console/7002"] } ] }],
        snippets: [{ name: "VLAN", text: "show vlan {{?VLAN}}\\n", groups: ["Hall 1"] }, { name: "x", text: "y" }] }
      """)
    #expect(problems.isEmpty)
    let layout = try #require(configuration.layouts.first)
    #expect(layout.name == "core" && layout.tabs.map(\.name) == ["Hall 1", nil])
    #expect(layout.tabs.map(\.arrangement) == [.row, .grid])
    #expect(
      layout.tabs[0].panes.map(\.text) == ["rack1/telnet/console/7001", "gw/ssh/CORP\\alice/22"])
    #expect(
      configuration.snippets == [
        Snippet(name: "VLAN", text: "show vlan {{?VLAN}}\n", groups: ["Hall 1"]),
        Snippet(name: "x", text: "y", groups: []),
      ])
  }

  @Test(
    "what is wrong is told by its place",
    arguments: [
      (#"layouts: [{ tabs: [{ panes: ["a/ssh/u/22"] }] }]"#, "layouts[0].name"),
      (#"layouts: [{ name: "a" }]"#, "layouts[0].tabs"),
      (#"layouts: [{ name: "a", tabs: [] }]"#, "layouts[0].tabs"),
      (#"layouts: [{ name: "a", tabs: [{}] }]"#, "layouts[0].tabs[0].panes"),
      (#"layouts: [{ name: "a", tabs: [{ panes: [] }] }]"#, "layouts[0].tabs[0].panes"),
      (
        #"layouts: [{ name: "a", tabs: [{ panes: ["a/ssh/u/022"] }] }]"#,
        "layouts[0].tabs[0].panes[0]"
      ),
      (
        #"layouts: [{ name: "a", tabs: [{ panes: ["a/rsh/u/22"] }] }]"#,
        "layouts[0].tabs[0].panes[0]"
      ),
      (
        #"layouts: [{ name: "a", tabs: [{ panes: ["a/ssh/-u/22"] }] }]"#,
        "layouts[0].tabs[0].panes[0]"
      ),
      (
        #"layouts: [{ name: "a", tabs: [{ panes: ["a/ssh/u/22/x"] }] }]"#,
        "layouts[0].tabs[0].panes[0]"
      ),
      (
        #"layouts: [{ name: "a", tabs: [{ arrange: "x", panes: ["a/ssh/u/22"] }] }]"#,
        "layouts[0].tabs[0].arrange"
      ),
      (#"snippets: [{ name: "a" }]"#, "snippets[0].text"),
      (#"snippets: [{ name: "a", text: "" }]"#, "snippets[0].text"),
      (#"snippets: [{ name: "a", text: "b" }, { name: "a", text: "c" }]"#, "snippets[1].name"),
      (#"snippets: [{ name: "a", text: "b", groups: [7] }]"#, "snippets[0].groups[0]"),
      (#"colors: { match: "env=prod", color: "red" }"#, "colors"),
      (#"colors: [{ color: "red" }]"#, "colors[0].match"),
      (#"colors: [{ match: "prod", color: "red" }]"#, "colors[0].match"),
      (#"colors: [{ match: "=prod", color: "red" }]"#, "colors[0].match"),
      (#"colors: [{ match: "env=", color: "red" }]"#, "colors[0].match"),
      (#"colors: [{ match: "env=prod" }]"#, "colors[0].color"),
      (#"colors: [{ match: "env=prod", color: "pink" }]"#, "colors[0].color"),
      (#"colors: [{ match: "env=prod", color: "red", colour: "red" }]"#, "colors[0].colour"),
    ])
  func mistakes(_ text: String, _ path: String) throws {
    let (_, problems) = try read("{ \(text) }")
    #expect(problems.contains { $0.hasPrefix("\(path):") }, "\(problems)")
  }

  @Test(
    "a target has the colour of the first rule that matches it",
    arguments: [
      (#"{ match: "env=prod", color: "red" }, { match: "env=*", color: "blue" }"#, "red"),
      (#"{ match: "env=test", color: "red" }, { match: "env=p*d", color: "blue" }"#, "blue"),
      (#"{ match: "group=Hall 2", color: "green" }"#, "green"),
      (#"{ match: "group=Hall 2/Rack 7/Shelf 1", color: "green" }"#, "green"),
      (#"{ match: "group=Hall", color: "green" }"#, nil),
      (#"{ match: "group=*/Rack 7", color: "violet" }"#, "violet"),
      (#"{ match: "name=core*", color: "orange" }"#, "orange"),
      (#"{ match: "zone=a=b", color: "yellow" }"#, "yellow"),
      (#"{ match: "env=PROD", color: "red" }, { match: "host=h", color: "red" }"#, nil),
      ("", nil),
    ])
  func colors(_ rules: String, _ expected: String?) throws {
    let (configuration, problems) = try read(
      """
      { targets: [{ name: "core1", host: "h", ssh: {}, group: "Hall 2/Rack 7/Shelf 1",
                    labels: { env: "prod", zone: "a=b" } }],
        colors: [\(rules)] }
      """)
    #expect(problems.isEmpty)
    let target = try #require(configuration.targets.first)
    #expect(configuration.colors.color(of: target)?.rawValue == expected)
    let listing = DeviceListing([target], colors: configuration.colors)
    let json = String(decoding: listing.whole.json, as: UTF8.self)
    #expect(json.contains("\"color\"") == (expected != nil))
    if let expected { #expect(json.contains(#""color":"\#(expected)""#)) }
  }

  @Test("of a layout a visitor gets the places that are open to them")
  func openPlaces() throws {
    let (configuration, _) = try read(
      #"{ layouts: [{ name: "a", tabs: [{ panes: ["a/ssh/u/22", "b/ssh/u/22"] }, { panes: ["b/ssh/u/23"] }] }] }"#
    )
    let layout = try #require(configuration.layouts.first)
    #expect(
      layout.json { $0.target == "a" }?.text
        == #"{"name":"a","tabs":[{"name":"","arrange":"grid","panes":["a/ssh/u/22"]}]}"#)
    #expect(layout.json { _ in false } == nil)
  }
}
