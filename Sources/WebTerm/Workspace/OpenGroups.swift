// The groups that a login sees, to be asked for by pattern.

/// Groups of devices, with those above each: `hall1/rack2` is in `hall1`, too.
struct OpenGroups {
  private let groups: Set<[UInt8]>

  /// - Parameter names: As they stand at targets, in UTF-8.
  init(_ names: some Sequence<[UInt8]>) {
    var groups: Set<[UInt8]> = []
    for var name in names {
      // One that is there already has those above it there, too.
      while groups.insert(name).inserted, let slash = name.lastIndex(of: UInt8(ascii: "/")) {
        name.removeSubrange(slash...)
      }
    }
    self.groups = groups
  }

  /// Whether a pattern, with `*` for anything, means one of them or one above it.
  func has(_ pattern: String) -> Bool {
    guard pattern.utf8.contains(UInt8(ascii: "*")) else {
      return groups.contains(Array(pattern.utf8))
    }
    let users = UserPattern(pattern: pattern)
    return groups.contains { users.matches(String(decoding: $0, as: UTF8.self)) }
  }
}
