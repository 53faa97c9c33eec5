// What belongs beside a target: the outlets that it is plugged into, the switch that it hangs on.

/// An entry of `related`.
struct RelatedTerminal: Equatable, Sendable {
  /// Entries of one target.
  private static let most = 16

  /// What the page calls it.
  let title: String
  let address: TerminalAddress

  /// Reads `related`.
  static func all(_ section: inout Section) -> [RelatedTerminal] {
    let problems = section.problems
    let expected = "an array of at most \(most) { title, address }"
    guard let elements = section.elements("related", expected) else { return [] }
    guard elements.count <= most else {
      problems.add(
        .error, section.path(to: "related"), expected, found: "\(elements.count) of them")
      return []
    }
    return elements.compactMap { value, path in
      var terminal: Self?
      Section.read(value, at: path, problems) { section in
        let title = section.required("title", DisplayName.expected, DisplayName.isValid)
        let hasAddress = section.has("address")
        let expected = "\"target/method/user/port\""
        if !hasAddress { section.report("address", expected, .null) }
        guard let address = section.string("address", expected, TerminalAddress.init), let title
        else { return }
        terminal = Self(title: title, address: address)
      }
      return terminal
    }
  }

  /// For the page.
  var json: JSONText {
    .object([("title", .string(title)), ("address", .string(address.text))])
  }
}
