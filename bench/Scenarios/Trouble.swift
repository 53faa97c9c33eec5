// Who makes trouble beside a terminal in which somebody types.

import EventLoop
import WebTerm

/// One of the things that may hold the loop up. It goes on until it is closed.
protocol Trouble: AnyObject {
  func close()
}

/// A host that prints without end what is dear to draw; with `sizes`, its page changes its size all
/// the time, and with `interrupts` it presses ^C.
final class HostileHost: Trouble, LineListener, TimerHandler {
  private static let pause: Duration = .milliseconds(50)

  private let line: ChannelLine
  private let reactor: Reactor
  private let sizes: [(columns: Int, rows: Int)]
  private let interrupts: Bool
  private var timer: Reactor.Timer?
  private var ticks = 0
  private(set) var isReady = false
  private(set) var failure: String?

  /// - Throws: What the line says.
  init(
    _ line: ChannelLine, size: (columns: Int, rows: Int),
    sizes: [(columns: Int, rows: Int)] = [], interrupts: Bool = false, reactor: Reactor
  ) throws {
    self.line = line
    self.reactor = reactor
    self.sizes = sizes
    self.interrupts = interrupts
    line.size = size
    line.listener = self
    try line.open()
  }

  func line(_ line: any Line, received bytes: RawSpan) {
    guard !isReady else { return }
    isReady = true
    line.type([UInt8(ascii: "\n")])
    guard !sizes.isEmpty || interrupts else { return }
    let timer = reactor.makeTimer(handler: self)
    self.timer = timer
    reactor.set(timer, to: .now + Self.pause)
  }

  func lineEnded(_ line: any Line, _ reason: String) { failure = reason }

  func timerFired(now: MonotonicInstant) {
    ticks += 1
    if !sizes.isEmpty {
      let size = sizes[ticks % sizes.count]
      line.say([#"{"type":"resize","cols":\#(size.columns),"rows":\#(size.rows)}"#])
    }
    if interrupts { line.type([3]) }
    if let timer { reactor.set(timer, to: now + Self.pause) }
  }

  func close() {
    if let timer = timer.take() { reactor.remove(timer) }
    line.end()
    line.close()
  }
}

/// A page that says something as fast as it is heard.
final class Chatterer: Trouble, LineListener {
  private let line: ChannelLine
  private let messages: [String]
  private let batch: Int
  private(set) var said = 0

  /// - Parameters:
  ///   - line: Its channel.
  ///   - messages: What it says.
  ///   - batch: How often it says them at a time. Two batches are on their way.
  /// - Throws: What the line says.
  init(_ line: ChannelLine, _ messages: [String], batch: Int) throws {
    self.line = line
    self.messages = messages
    self.batch = batch
    line.listener = self
    line.whenAttached = { [unowned self] in speak() }
    line.whenPong = { [unowned self] id in if id == "0" { speak() } }
    try line.open()
  }

  private func speak() {
    // Two batches are on their way, so that the server never waits for this one.
    line.say(messages, times: batch)
    line.say([#"{"type":"ping","id":0}"#])
    said += messages.count * batch
  }

  func line(_ line: any Line, received bytes: RawSpan) {}

  func lineEnded(_ line: any Line, _ reason: String) {}

  func close() {
    line.end()
    line.close()
  }
}

/// A directory that hears the news.
final class Directory: Trouble, WebSocketStreamOwner {
  private var stream: WebSocketStream?
  private(set) var messages = 0

  /// - Throws: What the system says.
  init(port: UInt16, cookie: String, context: LineContext) throws {
    stream = try WebSocketStream(
      WebSocketStream.Request(
        port: port, path: "/devices", subprotocol: "webterm.news.v1", cookie: cookie),
      context: context, owner: self)
  }

  func socketOpened() {}
  func socket(received piece: RawSpan) {}
  func socketMessageEnded(length: Int) {}
  func socket(text: String) { messages += 1 }
  func socketEnded(_ reason: String) {}

  func close() { stream?.close() }
}

extension Asker: Trouble {}
