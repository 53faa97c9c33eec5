// The server's lines: a page without a browser, on the subprotocol webterm.v1.

import EventLoop
import WebTerm

/// A terminal channel. It acknowledges as the page does: what was processed, at most every 10 ms, or
/// when a quarter of the window waits for it.
final class ChannelLine: Line, ByteStreamOwner, TimerHandler {
  private enum State {
    case opening
    /// The answer to the handshake, as far as it has come.
    case handshaking([UInt8])
    case open
  }

  private static let pause: Duration = .milliseconds(10)

  weak var listener: (any LineListener)?
  private let context: LineContext
  private let port: UInt16
  private let cookie: String
  private let what: String
  private var stream: ByteStream?
  private var timer: Reactor.Timer?
  private var state = State.opening
  private var decoder = FrameHeaderDecoder(sender: .server)
  private var frame: FrameHeader?
  private var frameLeft = 0
  private var text: [UInt8] = []
  private var impatience = Int.max
  private var isReportDue = false
  /// The terminal's ID, once the server has told it.
  private(set) var terminal = ""
  /// Output bytes that have come, counted since the terminal began.
  private(set) var received = 0
  private var reported = 0
  /// Where to go on; nil opens a new terminal.
  var resume: (terminal: String, output: Int)?

  /// - Parameters:
  ///   - port: Where the server, or a proxy in front of it, listens.
  ///   - cookie: The visitor's, `webterm=…`.
  ///   - what: What the child is to do.
  ///   - context: What all lines share.
  init(port: UInt16, cookie: String, what: String, context: LineContext) {
    self.port = port
    self.cookie = cookie
    self.what = what
    self.context = context
  }

  func open() throws {
    let descriptor = try connectSocket(to: .loopback(port))
    descriptor.tuneForTerminal(unsentLimit: 65536)
    stream = try ByteStream(
      descriptor, reactor: context.reactor, buffer: context.buffer, owner: self)
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

  /// Ends the terminal, too.
  func end() {
    send(.text, Array(#"{"type":"close"}"#.utf8))
  }

  // MARK: Handshake

  func streamOpened() {
    state = .handshaking([])
    stream?.write(
      Array(
        """
        GET /remote/telnet/\(what)/23 HTTP/1.1\r
        Host: localhost\r
        Origin: http://localhost\r
        Connection: Upgrade\r
        Upgrade: websocket\r
        Sec-WebSocket-Version: 13\r
        Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r
        Sec-WebSocket-Protocol: webterm.v1\r
        Cookie: \(cookie)\r
        \r\n
        """.utf8))
    let resumption = resume.map {
      #","resume":{"terminal":"\#($0.terminal)","output":\#($0.output)}"#
    }
    send(.text, Array(#"{"type":"hello","cols":80,"rows":24\#(resumption ?? "")}"#.utf8))
  }

  private func takeAnswer(_ bytes: RawSpan, _ answer: [UInt8]) {
    var answer = answer
    let before = answer.count
    bytes.withUnsafeBytes { answer.append(contentsOf: $0) }
    let end = Array("\r\n\r\n".utf8)
    for start in max(0, before - 3)..<max(0, answer.count - 3)
    where answer[start..<(start + 4)].elementsEqual(end) {
      guard answer.starts(with: Array("HTTP/1.1 101 ".utf8)) else {
        let line = String(decoding: answer.prefix { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
        close()
        listener?.lineEnded(self, line)
        return
      }
      state = .open
      take(bytes, from: start + 4 - before)
      return
    }
    state = .handshaking(answer)
  }

  // MARK: Frames

  func stream(received bytes: RawSpan) {
    switch state {
    case .opening: break
    case .handshaking(let answer): takeAnswer(bytes, answer)
    case .open: take(bytes, from: 0)
    }
  }

  private func take(_ bytes: RawSpan, from start: Int) {
    var offset = start
    while offset < bytes.byteCount {
      if frameLeft == 0 {
        let byte = bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
        offset += 1
        guard let header = (try? decoder.consume(byte)) ?? nil else { continue }
        frame = header
        frameLeft = header.length
        text = []
        if frameLeft == 0 { frameEnded() }
        continue
      }
      let length = min(frameLeft, bytes.byteCount - offset)
      let piece = bytes.extracting(offset..<(offset + length))
      offset += length
      frameLeft -= length
      if frame?.opcode == .binary {
        output(piece)
      } else {
        piece.withUnsafeBytes { text.append(contentsOf: $0) }
      }
      if frameLeft == 0 { frameEnded() }
    }
  }

  private func output(_ piece: RawSpan) {
    listener?.line(self, received: piece)
  }

  /// A browser hands a message over, and its screen processes it, as a whole.
  private func processed(_ bytes: Int) {
    received += bytes
    if received - reported >= impatience {
      report()
    } else if !isReportDue, let timer {
      isReportDue = true
      context.reactor.set(timer, to: context.reactor.now + Self.pause)
    }
  }

  func timerFired(now: ContinuousClock.Instant) {
    isReportDue = false
    report()
  }

  private func report() {
    guard reported < received else { return }
    reported = received
    send(.text, Array(#"{"type":"ack","output":\#(received)}"#.utf8))
  }

  private func frameEnded() {
    switch frame?.opcode {
    case .binary: processed(frame?.length ?? 0)
    case .text: message(String(decoding: text, as: UTF8.self))
    case .ping: send(.pong, text)
    case .close:
      send(.close, text)
      close()
      listener?.lineEnded(self, "close")
    default: break
    }
  }

  private func message(_ json: String) {
    guard json.contains(#""type":"welcome""#) else {
      if json.contains(#""type":"error""#) { listener?.lineEnded(self, json) }
      return
    }
    terminal = Self.value(of: "terminal", in: json) ?? ""
    received = Self.value(of: "output", in: json).flatMap { Int($0) } ?? 0
    reported = received
    impatience = (Self.value(of: "window", in: json).flatMap { Int($0) } ?? 4096) / 4
  }

  /// A field of the server's flat messages.
  private static func value(of key: String, in json: String) -> String? {
    let words = json.split { "{}:,\"".contains($0) }
    return words.firstIndex { $0 == key }.map { String(words[$0 + 1]) }
  }

  private func send(_ opcode: FrameHeader.Opcode, _ payload: [UInt8]) {
    // A mask of zeros is a mask (RFC 6455, section 5.3, asks browsers for unpredictable ones).
    var frame: [UInt8] = []
    frame.reserveCapacity(payload.count + 14)
    FrameHeader(opcode, length: payload.count, mask: 0).withBytes { header in
      header.withUnsafeBytes { frame.append(contentsOf: $0) }
    }
    frame.append(contentsOf: payload)
    stream?.write(frame)
  }

  func streamEnded(_ reason: String) {
    close()
    listener?.lineEnded(self, reason)
  }
}
