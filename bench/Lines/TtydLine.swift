// A peer's lines: ttyd's protocol, in which the first byte of every message says what it is.

import EventLoop
import WebTerm

/// A terminal of ttyd 1.7: '0' before input and output, JSON at the start.
final class TtydLine: Line, WebSocketStreamOwner {
  weak var listener: (any LineListener)?
  private let port: UInt16
  private let what: String
  private let context: LineContext
  private var stream: WebSocketStream?
  /// Whether the message's first byte was seen, and is that of output.
  private var isOutput: Bool?

  init(port: UInt16, what: String, context: LineContext) {
    self.port = port
    self.what = what
    self.context = context
  }

  func open() throws {
    stream = try WebSocketStream(
      WebSocketStream.Request(
        port: port, path: "/ws?arg=-l&arg=\(what)", subprotocol: "tty", cookie: ""),
      context: context, owner: self)
  }

  func type(_ bytes: [UInt8]) {
    stream?.send(.binary, [UInt8(ascii: "0")] + bytes)
  }

  func close() {
    stream?.close()
    stream = nil
  }

  func socketOpened() {
    stream?.send(.binary, Array(#"{"AuthToken":"","columns":80,"rows":24}"#.utf8))
  }

  func socket(received piece: RawSpan) {
    var piece = piece
    if isOutput == nil {
      isOutput = piece.unsafeLoad(as: UInt8.self) == UInt8(ascii: "0")
      piece = piece.extracting(droppingFirst: 1)
    }
    if isOutput == true, !piece.isEmpty { listener?.line(self, received: piece) }
  }

  func socketMessageEnded(length: Int) {
    isOutput = nil
  }

  func socket(text: String) {}

  func socketEnded(_ reason: String) {
    close()
    listener?.lineEnded(self, reason)
  }
}
