// What a person may be at a terminal.

/// To type includes to watch: of two roles the lesser is the smaller one.
enum Role: String, CaseIterable, Comparable, Sendable {
  case watch
  case type

  static func < (a: Self, b: Self) -> Bool { a == .watch && b == .type }
}
