// Texts that everybody types again and again, kept once.

/// A text to be typed (`snippets`). What stands in double braces is filled in by the page:
/// `{{user}}`, `{{device}}`, `{{port}}`, and `{{?VLAN}}`, which is asked for.
struct Snippet: Equatable, Sendable {
  let name: String
  let text: String
  /// Groups of devices that it is for, with `*` for anything; what is below a group belongs to it.
  /// Empty is all.
  let groups: [String]

  /// The longest text, in characters.
  private static let longest = 4096

  /// Reads `snippets`.
  static func all(_ root: inout Section) -> [Snippet] {
    var snippets: [Snippet] = []
    for (value, path) in root.elements("snippets", "an array of snippets") ?? [] {
      Section.read(value, at: path, root.problems) { section in
        let name = section.required("name", "1 to 128 printable characters", DisplayName.isValid)
        let text = section.required("text", "1 to \(longest) characters") {
          (1...longest).contains($0.unicodeScalars.count)
        }
        let groups = section.strings("groups")?.map(\.text) ?? []
        guard let name, let text else { return }
        if snippets.contains(where: { $0.name == name }) {
          section.report("name", "a name of its own", .string(name))
        }
        snippets.append(Snippet(name: name, text: text, groups: groups))
      }
    }
    return snippets
  }

  /// For the page of a login that sees these groups; nil where it is for none of them.
  func json(for open: OpenGroups) -> JSONText? {
    guard !groups.isEmpty else { return json }
    let visible = groups.filter(open.has)
    return visible.isEmpty ? nil : Self(name: name, text: text, groups: visible).json
  }

  /// For the page.
  var json: JSONText {
    .object([
      ("name", .string(name)), ("text", .string(text)),
      ("groups", .array(groups.map { .string($0) })),
    ])
  }
}
