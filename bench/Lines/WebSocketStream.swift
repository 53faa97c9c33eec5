// A WebSocket's client side, as far as a benchmark needs it: handshake and frames on a byte stream.

import EventLoop
import WebTerm

/// Somebody who uses a WebSocket.
protocol WebSocketStreamOwner: AnyObject {
  /// The request is out; messages may follow it at once.
  func socketOpened()
  /// A piece of a binary message.
  func socket(received piece: RawSpan)
  /// The binary message, of so many bytes, has ended.
  func socketMessageEnded(length: Int)
  func socket(text: String)
  func socketEnded(_ reason: String)
}

/// A client's WebSocket. It answers pings, and a close.
final class WebSocketStream: ByteStreamOwner {
  struct Request {
    let port: UInt16
    let path: String
    let subprotocol: String
    let cookie: String
  }

  private enum State {
    case opening
    /// The answer to the handshake, as far as it has come.
    case handshaking([UInt8])
    case open
  }

  private let request: Request
  /// Kept until it is closed.
  private var owner: (any WebSocketStreamOwner)?
  private var stream: ByteStream?
  private var state = State.opening
  private var decoder = FrameHeaderDecoder(sender: .server)
  private var frame: FrameHeader?
  private var frameLeft = 0
  private var short: [UInt8] = []

  /// - Throws: What the system says.
  init(
    _ request: Request, context: LineContext, owner: any WebSocketStreamOwner
  ) throws(SystemError) {
    self.request = request
    self.owner = owner
    let descriptor = try connectSocket(to: .loopback(request.port))
    descriptor.tuneForTerminal(unsentLimit: 65536)
    stream = try ByteStream(
      descriptor, reactor: context.reactor, buffer: context.buffer, owner: self)
  }

  func close() {
    stream?.close()
    stream = nil
    owner = nil
  }

  /// Closes, and says why.
  private func end(_ reason: String) {
    let told = owner
    close()
    told?.socketEnded(reason)
  }

  func send(_ opcode: FrameHeader.Opcode, _ payload: [UInt8]) {
    // A mask of zeros is a mask (RFC 6455, section 5.3, asks browsers for unpredictable ones).
    FrameHeader(opcode, length: payload.count, mask: 0).withBytes { stream?.write($0, payload) }
  }

  // MARK: Handshake

  func streamOpened() {
    state = .handshaking([])
    let cookie = request.cookie.isEmpty ? "" : "Cookie: \(request.cookie)\r\n"
    stream?.write(
      Array(
        """
        GET \(request.path) HTTP/1.1\r
        Host: localhost\r
        Origin: http://localhost\r
        Connection: Upgrade\r
        Upgrade: websocket\r
        Sec-WebSocket-Version: 13\r
        Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r
        Sec-WebSocket-Protocol: \(request.subprotocol)\r
        \(cookie)\r\n
        """.utf8))
    owner?.socketOpened()
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
        self.end(line)
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
        short = []
        if frameLeft == 0 { frameEnded() }
        continue
      }
      let length = min(frameLeft, bytes.byteCount - offset)
      let piece = bytes.extracting(offset..<(offset + length))
      offset += length
      frameLeft -= length
      if frame?.opcode == .binary {
        owner?.socket(received: piece)
      } else {
        piece.withUnsafeBytes { short.append(contentsOf: $0) }
      }
      if frameLeft == 0 { frameEnded() }
    }
  }

  private func frameEnded() {
    switch frame?.opcode {
    case .binary: owner?.socketMessageEnded(length: frame?.length ?? 0)
    case .text: owner?.socket(text: String(decoding: short, as: UTF8.self))
    case .ping: send(.pong, short)
    case .close:
      send(.close, short)
      end("close")
    default: break
    }
  }

  func streamEnded(_ reason: String) {
    end(reason)
  }
}
