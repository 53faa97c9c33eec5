// Files with targets as generators write them: names, keys and titles of others.

@testable import WebTerm

/// The reader of inventories, and the lists and pages that show what it has read.
enum InventoryHarness: Harness {
  static let seeds: [[UInt8]] = [
    #"[{ "targets": ["10.0.0.5:7001"], "labels": { "instance": "sw01", "rack \"7\"": "</script>", "title": "{{data}}" } }]"#,
    #"[{ "targets": ["[::1]:22", "h"], "labels": { "instance": "a\u0022b", "x<y": "\ud83d\ude00", "owner": "eve" } }]"#,
    #"{ targets: [{ name: 'a', host: 'h', title: '<b>', labels: { 'k"': "v\\" }, group: "a/b", ssh: { users: ['a*'] } }] }"#,
    #"[{ name: 'b', host: '::1', telnet: { ports: { "7001": "line \"1\"" } }, paste: { waitFor: "[#>] ?$" } }]"#,
    #"[{ "targets": ["зал:1", "10.0.0.1:1"], "labels": { "instance": "зал", "site": "\u202e" } }]"#,
  ].map { Array($0.utf8) }

  private static let terms: InventoryPolicy = {
    let rule = """
      { inventory: { name: "{{instance}}", title: "{{title}}", group: "{{site}}/{{rack}}" },
        auth: { mode: "header", name: "x" } }
      """
    guard let tree = try? JSONTree.parse(Array(rule.utf8), file: "c") else { fatalError("a rule") }
    return Configuration(tree, ProblemList(file: "c")).inventoryPolicy
  }()

  static func run(_ bytes: [UInt8]) {
    guard let content = try? InventoryFile.read(bytes, "f", terms) else { return }
    let listing = DeviceListing(content.targets).whole.json
    require(!listing.contains(UInt8(ascii: "<")), "no markup in a list")
    guard case .array(let listed)? = try? JSONTree.parse(listing, file: "l") else {
      return require(false, "a list is JSON")
    }
    require(listed.count == content.targets.count, "a list has every target")
    for (target, tree) in zip(content.targets, listed) {
      require(target.name.utf8.allSatisfy(\.isNameByte), "a name is plain")
      require(Target.isHost(target.host), "a host is no option")
      let labels = JSONTree.object(target.labels.mapValues { .string($0) })
      guard case .object(let fields, _) = tree else {
        return require(false, "a device is an object")
      }
      require(fields["title"] == target.title.map { .string($0) }, "a title is what went in")
      require(fields["labels"] ?? .object([:]) == labels, "labels are what went in")
      let page = HTMLTemplate("<title>{{title}}</title>{{data}}").filled([
        "title": .text(target.title ?? ""), "data": .json(.string(target.title ?? "")),
      ])
      require(page.count { $0 == UInt8(ascii: "<") } == 2, "a title is no markup")
    }
  }
}
