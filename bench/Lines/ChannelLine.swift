// The server's lines: a page without a browser, on the subprotocol webterm.v1.

import EventLoop
import WebTerm

/// A terminal channel. It acknowledges as the page does: what was processed, at most every 10 ms,
/// or when a quarter of the window waits for it; the echoes of a few keys together, after 250 ms.
final class ChannelLine: Line, WebSocketStreamOwner, TimerHandler {
  private enum Wait {
    case none, long, short
  }

  private static let pause: Duration = .milliseconds(10)
  private static let longPause: Duration = .milliseconds(250)
  /// Less than this, in bytes, is reported after the long pause.
  private static let little = 256

  weak var listener: (any LineListener)?
  private let context: LineContext
  private let port: UInt16
  private let cookie: String
  private let path: String
  private var stream: WebSocketStream?
  private var timer: Reactor.Timer?
  private var impatience = Int.max
  private var wait = Wait.none
  /// The terminal's ID, once the server has told it.
  private(set) var terminal = ""
  /// Whether the server has let us in.
  private(set) var isAttached = false
  /// Called then.
  var whenAttached: (() -> Void)?
  /// Called with the ID of each answer to a `ping`.
  var whenPong: ((String) -> Void)?
  /// The screen's columns and rows.
  var size = (columns: 80, rows: 24)
  /// Called when the screen behind what was skipped is there.
  var whenSkipped: (() -> Void)?
  /// Output bytes that have come, counted since the terminal began.
  private(set) var received = 0
  private var reported = 0
  /// Bytes of a painted screen that are still to come.
  private var paintingLeft = 0
  /// Where to go on; nil opens a new terminal.
  var resume: (terminal: String, output: Int)?

  /// - Parameters:
  ///   - port: Where the server, or a proxy in front of it, listens.
  ///   - cookie: The visitor's, `webterm=…`.
  ///   - path: The terminal's address.
  ///   - context: What all lines share.
  init(port: UInt16, cookie: String, path: String, context: LineContext) {
    self.port = port
    self.cookie = cookie
    self.path = path
    self.context = context
  }

  /// A terminal whose telnet program is the child, or a device at that port; `what` is what the
  /// child is to do.
  convenience init(
    port: UInt16, cookie: String, what: String, target: UInt16 = 23, context: LineContext
  ) {
    self.init(
      port: port, cookie: cookie, path: "/remote/telnet/\(what)/\(target)", context: context)
  }

  func open() throws {
    stream = try WebSocketStream(
      WebSocketStream.Request(
        port: port, path: path, subprotocol: "webterm.v1",
        cookie: cookie),
      context: context, owner: self)
    timer = context.reactor.makeTimer(handler: self)
  }

  func type(_ bytes: [UInt8]) {
    send(.binary, bytes)
  }

  func close() {
    stream?.close()
    stream = nil
    if let timer = timer.take() { context.reactor.remove(timer) }
  }

  /// Says something in text messages, each so often.
  func say(_ messages: [String], times: Int = 1) {
    for _ in 0..<times { for message in messages { send(.text, Array(message.utf8)) } }
  }

  /// Ends the terminal, too.
  func end() {
    send(.text, Array(#"{"type":"close"}"#.utf8))
  }

  // MARK: Messages

  func socketOpened() {
    let resumption = resume.map {
      #","resume":{"terminal":"\#($0.terminal)","output":\#($0.output)}"#
    }
    let fields = #""cols":\#(size.columns),"rows":\#(size.rows)\#(resumption ?? "")"#
    send(.text, Array(#"{"type":"hello",\#(fields)}"#.utf8))
  }

  func socket(received piece: RawSpan) {
    if paintingLeft == 0 { listener?.line(self, received: piece) }
  }

  func socketMessageEnded(length: Int) {
    // A painted screen is a message of its own, has no offset and is not acknowledged.
    guard paintingLeft > 0 else { return processed(length) }
    paintingLeft -= length
    if paintingLeft == 0 { whenSkipped?() }
  }

  func socket(text: String) {
    message(text)
  }

  /// A browser hands a message over, and its screen processes it, as a whole.
  private func processed(_ bytes: Int) {
    received += bytes
    let waiting = received - reported
    if waiting >= impatience {
      report()
    } else if waiting >= Self.little, wait != .short {
      wait(.short, Self.pause)
    } else if wait == .none {
      wait(.long, Self.longPause)
    }
  }

  private func wait(_ kind: Wait, _ pause: Duration) {
    guard let timer else { return }
    wait = kind
    context.reactor.set(timer, to: context.reactor.now + pause)
  }

  func timerFired(now: MonotonicInstant) {
    wait = .none
    report()
  }

  private func report() {
    guard reported < received else { return }
    reported = received
    send(.text, Array(#"{"type":"ack","output":\#(received)}"#.utf8))
  }

  private func message(_ json: String) {
    let words = Self.words(of: json)
    switch words.value(of: "type") {
    case "welcome": break
    case "pong":
      whenPong?(words.value(of: "id") ?? "")
      return
    case "skip":
      received = words.value(of: "output").flatMap { Int($0) } ?? received
      paintingLeft = words.value(of: "screen").flatMap { Int($0) } ?? 0
      return report()
    case "error":
      listener?.lineEnded(self, json)
      return
    default: return
    }
    terminal = words.value(of: "terminal") ?? ""
    received = words.value(of: "output").flatMap { Int($0) } ?? 0
    reported = received
    paintingLeft = words.value(of: "screen").flatMap { Int($0) } ?? 0
    isAttached = true
    whenAttached?()
    impatience = (words.value(of: "window").flatMap { Int($0) } ?? 4096) / 4
  }

  /// The keys and values of one of the server's messages, which are flat. Bytes, not characters:
  /// thousands of messages a second are to cost the generator little.
  private static func words(of json: String) -> [Substring.UTF8View] {
    json.utf8.split { "{}:,\"".utf8.contains($0) }
  }

  private func send(_ opcode: FrameHeader.Opcode, _ payload: [UInt8]) {
    stream?.send(opcode, payload)
  }

  func socketEnded(_ reason: String) {
    close()
    listener?.lineEnded(self, reason)
  }
}

extension [Substring.UTF8View] {
  /// The word behind a key.
  fileprivate func value(of key: String) -> String? {
    firstIndex { $0.elementsEqual(key.utf8) }.flatMap {
      $0 + 1 < count ? String(self[$0 + 1]) : nil
    }
  }
}
