// What a page is told of its viewer.

import EventLoop

extension ServerMessage.Welcome {
  /// Where a page begins.
  init(_ viewer: Viewer, isResumed: Bool) {
    let terminal = viewer.terminal
    self.init(
      terminal: terminal.id.description, output: viewer.output.sent, input: viewer.input.received,
      room: viewer.room, isResumed: isResumed, missed: viewer.output.missed,
      window: viewer.output.window.size, viewer: viewer.number, role: viewer.role,
      turn: terminal.viewers.keyboard.turn, size: terminal.size,
      seen: terminal.highestSent,
      detached: Int(terminal.lifetime.patience.components.seconds),
      screen: viewer.output.painting.bytes.count,
      sizes: viewer.output.sizes.map { [$0.offset, $0.size.columns, $0.size.rows] },
      idle: terminal.lifetime.idleLeft(now: .now))
  }
}

extension ServerMessage {
  /// Where a page goes on, when output was skipped.
  static func skip(to viewer: Viewer) -> ServerMessage {
    .skip(
      viewer.output.sent, missed: viewer.output.skipped,
      screen: viewer.output.painting.bytes.count)
  }

  /// What a viewer may do.
  static func role(_ role: Role, of viewer: Viewer, by: String?) -> ServerMessage {
    .role(
      role, turn: viewer.terminal.viewers.keyboard.turn, by: by, input: viewer.input.received,
      room: viewer.room, seen: viewer.terminal.highestSent)
  }

  /// Input that has come, and the room for more.
  static func input(of viewer: Viewer) -> ServerMessage {
    .input(viewer.input.received, room: viewer.room)
  }
}
