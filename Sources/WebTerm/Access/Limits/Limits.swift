// How many of everything there may be, as an administrator sets it. Admission keeps it.

/// The bounds of the configuration (`limits`).
struct Limits: Equatable, Sendable {
  /// Connections of one address for each terminal that it may have.
  private static let connectionsPerTerminal = 4

  /// Terminals of the whole server.
  var terminals = 1000
  /// Terminals of one visitor.
  var perVisitor = 64
  /// Terminals of one address.
  var perAddress = 128
  /// Viewers of one terminal at once.
  var viewers = 32
  /// Terminals that one address may open within a minute.
  var openPerMinute = 30
  /// Bytes of all logs together.
  var memory = 1 << 30
  /// The longest life of a terminal; zero is without end.
  var session: Duration = .zero

  /// Connections of one address.
  var connectionsPerAddress: Int { perAddress * Self.connectionsPerTerminal }
}

extension Limits {
  /// Reads `limits`.
  init(_ root: inout Section) {
    self.init()
    root.section("limits") { section in
      let range = 1...1_000_000
      terminals = section.integer("terminals", in: range) ?? terminals
      perVisitor = section.integer("perVisitor", in: range) ?? perVisitor
      perAddress = section.integer("perAddress", in: range) ?? perAddress
      viewers = section.integer("viewers", in: 1...1000) ?? viewers
      openPerMinute = section.integer("openPerMinute", in: range) ?? openPerMinute
      session = section.seconds("session", from: 0) ?? session
      memory = section.integer("memory", in: 1_048_576...(1 << 50)) ?? memory
    }
  }
}
