// By what right a viewer looks at a terminal.

/// What a viewer may be, from the least to the most: each may do what those before it may.
enum Standing: Int, CaseIterable, Comparable, Sendable {
  /// May only watch: a link to watch, or a console whose target says `may: "watch"`.
  case watcher
  /// Has a link to type: asks for the keyboard.
  case guest
  /// May type at a console.
  case visitor
  /// An operator, at any terminal.
  case `operator`
  /// A private terminal's owner. A console has none.
  case owner

  static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

  /// Whether it may ever type.
  var mayType: Bool { self >= .guest }

  /// Whether it may take the keyboard from a typist.
  var mayForce: Bool { self >= .visitor }

  /// Whether it may make links.
  var mayShare: Bool { self >= .visitor }

  /// Whether it may see and call back the links of others.
  var seesAllLinks: Bool { self >= .operator }
}
