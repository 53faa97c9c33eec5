// The telnet floor's lines: WebSocket frames that carry a terminal's bytes and nothing else.

import EventLoop
import WebTerm

/// A WebSocket whose binary messages are the line's bytes.
final class FrameLine: Line, WebSocketStreamOwner {
  weak var listener: (any LineListener)?
  private let port: UInt16
  private let context: LineContext
  private var stream: WebSocketStream?

  init(port: UInt16, context: LineContext) {
    self.port = port
    self.context = context
  }

  func open() throws {
    stream = try WebSocketStream(
      WebSocketStream.Request(port: port, path: "/", subprotocol: "bytes", cookie: ""),
      context: context, owner: self)
  }

  func type(_ bytes: [UInt8]) {
    stream?.send(.binary, bytes)
  }

  func close() {
    stream?.close()
    stream = nil
  }

  func socketOpened() {}

  func socket(received piece: RawSpan) {
    listener?.line(self, received: piece)
  }

  func socketMessageEnded(length: Int) {}

  func socket(text: String) {}

  func socketEnded(_ reason: String) {
    close()
    listener?.lineEnded(self, reason)
  }
}
