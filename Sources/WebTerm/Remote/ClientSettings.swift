// The client programs, as an administrator sets them.

/// Which programs reach the hosts, and what they may do here (`clients`).
struct ClientSettings: Equatable, Sendable {
  /// By absolute path.
  var paths: [Method: String] = [:]
  var keyScan: String?
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
      for method in Method.allCases { paths[method] = section.path(method.rawValue) }
      user = section.string("user")
      fence.calls = section.choice("fence") ?? fence.calls
    }
  }
}
