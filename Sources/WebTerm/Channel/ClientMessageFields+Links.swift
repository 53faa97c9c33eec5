// What messages about links say, and what a guest calls itself.

extension ClientMessageFields {
  /// The longest name of a guest, in characters.
  private static let longestName = 40

  /// What a guest calls itself; nil where the hello says nothing of it.
  ///
  /// - Throws: ``ClientMessage/Problem`` where that is no name.
  func guest() throws(ClientMessage.Problem) -> String? {
    if case .absent = name { return nil }
    guard let name = name.value, name.unicodeScalars.count <= Self.longestName,
      name.unicodeScalars.allSatisfy(VisibleText.isVisible),
      name.utf8.contains(where: { $0 != UInt8(ascii: " ") })
    else {
      throw ClientMessage.Problem(
        reason: "name must have 1 to \(Self.longestName) characters that show")
    }
    return name
  }

  /// The link that is wanted.
  ///
  /// - Throws: ``ClientMessage/Problem`` where something of it is missing, or out of range.
  func sharing() throws(ClientMessage.Problem) -> SharedLinkRequest {
    guard let role = role.value.flatMap(Role.init(rawValue:)), let label = label.value else {
      throw ClientMessage.Problem(reason: "a link needs a role and a label")
    }
    if case .mistyped = uses { throw ClientMessage.Problem(reason: "uses must be a whole number") }
    guard
      let request = SharedLinkRequest(
        role: role, seconds: try number(seconds, "seconds"), label: label, uses: uses.value)
    else {
      throw ClientMessage.Problem(reason: "seconds, uses or label is out of range")
    }
    return request
  }

  /// The link that is called back, by its number; nil for a text that is none.
  ///
  /// - Throws: ``ClientMessage/Problem`` where it is no text.
  func sharedLink() throws(ClientMessage.Problem) -> Int? {
    guard let link = link.value else { throw ClientMessage.Problem(reason: "link must be a text") }
    return Int(link)
  }
}
