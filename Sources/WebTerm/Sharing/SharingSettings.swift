// Whether terminals may be shown to others by links, as an administrator sets it.

/// Whom a link opens for (`sharing`).
enum SharingSettings: Equatable, Sendable {
  /// There are no links.
  case off
  /// Who has logged in.
  case logins
  /// Every browser that has it.
  case guests

  /// Reads `sharing`.
  ///
  /// - Parameters:
  ///   - root: The whole configuration.
  ///   - hasLogins: Whether visitors are asked who they are.
  init(_ root: inout Section, hasLogins: Bool) {
    self = hasLogins ? .logins : .off
    switch root.take("sharing") {
    case nil: break
    case .boolean(false): self = .off
    case .string("guests"): self = .guests
    case .string("logins") where hasLogins: self = .logins
    case .string("logins")?:
      root.report(
        "sharing", "false or \"guests\" while auth.mode is \"none\"", .string("logins"))
    case let other?: root.report("sharing", "false, \"logins\" or \"guests\"", other)
    }
  }
}
