// A terminal's address, as URLs and layouts have it.

/// What stands behind `/remote/` in an address: `target/method/user/port`. Whether there is such a
/// target is not said.
struct TerminalAddress: Equatable, Sendable {
  let target: String
  let method: Method
  let user: Username
  let port: UInt16

  /// Reads one; nil where it is not well-formed.
  init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 4, !parts[0].isEmpty, parts[0].utf8.allSatisfy(\.isNameByte),
      let method = Method(rawValue: String(parts[1])),
      let name = PercentDecoding.decode(parts[2]), let user = Username(name),
      let port = UInt16(address: parts[3])
    else { return nil }
    (target, self.method, self.user, self.port) = (String(parts[0]), method, user, port)
  }

  var text: String { "\(target)/\(method.rawValue)/\(user.text)/\(port)" }
}
