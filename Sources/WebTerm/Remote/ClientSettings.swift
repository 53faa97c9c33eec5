// The client programs, as an administrator sets them.

/// Which programs reach the hosts, and what they may do here (`clients`).
struct ClientSettings: Equatable, Sendable {
  /// By absolute path; telnet is ours where none is named.
  var paths: [Method: String] = [:]
  var keyScan: String?
  /// Whether ssh may be run here and now, to ask what it can: root runs only what root alone has
  /// named and can change.
  var mayBeAsked = true
  /// The name of the account that the clients run as, where the server is root.
  var user: String?
  /// What they are fenced in by, with that account where a name is given.
  var fence = Sandbox.Settings()
}

extension ClientSettings {
  /// Reads `clients`.
  init(_ root: inout Section) {
    self.init()
    root.section("clients") { section in
      paths[.ssh] = section.path("ssh")
      let expected = "\"built-in\" or an absolute path"
      let telnet = section.string("telnet", expected) { text in
        text == "built-in" || text.hasPrefix("/") ? text : nil
      }
      paths[.telnet] = telnet == "built-in" ? nil : telnet
      user = section.string("user")
      fence.calls = section.choice("fence") ?? fence.calls
    }
  }
}
