// What every terminal is opened with, as an administrator sets it.

/// How a terminal is kept (`terminal`).
struct TerminalSettings: Equatable, Sendable {
  /// What the host is told that the terminal is (terminfo(5)).
  var type = "xterm-256color"
  /// Bytes of output kept for a re-attach.
  var history = 262_144
  /// Whether ^C is answered by the screen of now instead of what is on its way.
  var catchUp = true
}

extension TerminalSettings {
  /// Reads `terminal`.
  init(_ root: inout Section) {
    self.init()
    root.section("terminal") { section in
      type = section.string("type", "the name of a terminal type", TerminalType.named) ?? type
      history = section.integer("history", in: 0...(1 << 30)) ?? history
      catchUp = section.boolean("catchUp") ?? catchUp
    }
  }
}
