// What a page is told of its viewer.

import EventLoop

extension ServerMessage.Welcome {
  /// Where a page begins.
  init(_ viewer: Viewer, isResumed: Bool) {
    let terminal = viewer.terminal
    self.init(
      terminal: terminal.id.description, output: viewer.output.sent, input: viewer.typed,
      room: viewer.room, isResumed: isResumed, missed: viewer.output.missed,
      window: viewer.output.window.size, viewer: viewer.number, turn: terminal.viewers.turn,
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

  /// Input that has come, and the room for more.
  static func input(of viewer: Viewer) -> ServerMessage {
    .input(viewer.typed, room: viewer.room)
  }
}
