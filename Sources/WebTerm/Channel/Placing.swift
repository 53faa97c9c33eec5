// What a page is told of its place in a terminal's output, and the paintings that go with it.

import EventLoop

extension ServerMessage.Welcome {
  /// Where a page begins.
  init(_ terminal: Terminal, _ attachment: Attachment, isResumed: Bool) {
    let relay = terminal.relay
    self.init(
      terminal: terminal.id.description, output: attachment.sent, input: relay.received,
      room: relay.room, isResumed: isResumed, missed: attachment.missed,
      window: attachment.window.size, seen: relay.highestSent,
      detached: Int(terminal.lifetime.patience.components.seconds),
      screen: attachment.painting.count,
      sizes: attachment.sizes.map { [$0.offset, $0.size.columns, $0.size.rows] })
  }
}

extension ServerMessage {
  /// Where a page goes on, when output was skipped.
  static func skip(to attachment: Attachment) -> ServerMessage {
    .skip(attachment.sent, missed: attachment.skipped, screen: attachment.painting.count)
  }
}

extension [UInt8] {
  /// Sends a painting, if there is one, as a message of its own; nothing of it is left.
  mutating func move(to outbox: inout Outbox) {
    guard !isEmpty else { return }
    FrameHeader(.binary, length: count).withBytes { outbox.append($0) }
    outbox.append(self)
    self = []
  }
}
