// How long things may take, as an administrator sets it.

/// The time limits of the configuration (`timeouts`).
struct Timeouts: Equatable, Sendable {
  /// Without input, after which a terminal ends; zero is never.
  var idle: Duration = .zero
  /// How long a terminal outlives its channel.
  var detached: Duration = .seconds(600)
  /// Until a telnet host has answered.
  var connect: Duration = .seconds(10)
  /// For a request's header, and for a channel's hello.
  var handshake: Duration = .seconds(10)
}

extension Timeouts {
  /// Reads `timeouts`.
  init(_ root: inout Section) {
    self.init()
    root.section("timeouts") { section in
      idle = section.seconds("idle", from: 0) ?? idle
      detached = section.seconds("detached", from: 0) ?? detached
      connect = section.seconds("connect", from: 0.1) ?? connect
      handshake = section.seconds("handshake", from: 0.1) ?? handshake
    }
  }
}
