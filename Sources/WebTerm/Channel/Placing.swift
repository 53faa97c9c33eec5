// What a page is told of its place in a terminal's output.

import EventLoop

extension ServerMessage.Welcome {
  /// Where a page begins.
  init(_ terminal: Terminal, _ attachment: Attachment, isResumed: Bool) {
    let relay = terminal.relay
    self.init(
      terminal: terminal.id.description, output: attachment.sent, input: relay.received,
      room: relay.room, isResumed: isResumed, missed: attachment.missed,
      window: attachment.window.size, viewer: attachment.number, turn: terminal.viewers.turn,
      seen: relay.highestSent,
      detached: Int(terminal.lifetime.patience.components.seconds),
      screen: attachment.painting.bytes.count,
      sizes: attachment.sizes.map { [$0.offset, $0.size.columns, $0.size.rows] },
      idle: terminal.lifetime.idleLeft(now: .now))
  }
}

extension ServerMessage {
  /// Where a page goes on, when output was skipped.
  static func skip(to attachment: Attachment) -> ServerMessage {
    .skip(attachment.sent, missed: attachment.skipped, screen: attachment.painting.bytes.count)
  }
}
