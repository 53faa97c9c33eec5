// From frames to messages: which frame may follow which, how large, and what text is.

/// Who is told what a WebSocket peer has sent.
protocol MessageReceiver: AnyObject {
  /// Whether it takes another frame now.
  var takesMore: Bool { get }
  /// A piece of a binary message, plain; it is lent for the length of the call.
  func received(binary piece: Span<UInt8>)
  /// The binary message, all of whose pieces were received, has ended.
  func receivedWholeBinary()
  /// A whole text message, checked to be UTF-8.
  func received(text: [UInt8])
  /// A ping (to be answered with the same payload).
  func received(ping payload: [UInt8])
  /// A pong.
  func received(pong payload: [UInt8])
  /// A close frame; nil where it carried no code. Nothing is read after it.
  func received(close code: CloseCode?)
}

extension MessageReceiver {
  /// As many as the assembler's limits say.
  var takesMore: Bool { true }

  /// A receiver that takes binary messages as a stream does not care where they end.
  func receivedWholeBinary() {}
}

/// Reads a WebSocket peer's bytes and hands out what they say (RFC 6455, sections 5 to 8).
///
/// Binary payload is unmasked where it lies and passed on in the pieces in which it came: it is
/// never gathered. Text and control payloads are gathered, both of them short.
struct MessageAssembler {
  /// Why the peer cannot be understood any more.
  enum Problem: Error, Equatable {
    case protocolViolation
    case notUTF8
    case tooBig

    /// What it is told.
    var closeCode: CloseCode {
      switch self {
      case .protocolViolation: .protocolError
      case .notUTF8: .notUTF8
      case .tooBig: .tooBig
      }
    }
  }

  /// How large messages may be, in bytes, and how much is read at a time.
  struct Limits {
    let text: Int
    let binary: Int
    /// Frames that end in one call: 64 KB can be 10,000 of them.
    var frames = Int.max
  }

  private struct Frame {
    let header: FrameHeader
    var bytesRead = 0
  }

  private enum Kind {
    case text(UTF8Check)
    case binary
  }

  private let limits: Limits
  private var decoder: FrameHeaderDecoder
  private var frame: Frame?
  private var message: Kind?
  private var messageLength = 0
  private var text: [UInt8] = []
  private var control: [UInt8] = []
  private var isClosed = false

  init(limits: Limits, sender: FrameHeaderDecoder.Sender = .client) {
    self.limits = limits
    decoder = FrameHeaderDecoder(sender: sender)
  }

  /// Reads on; whatever the bytes complete is told to `receiver`, in order.
  ///
  /// - Parameters:
  ///   - bytes: What arrived. Masked payload is plain when the function returns.
  ///   - receiver: Told during the call; it must not call this assembler.
  /// - Returns: How many bytes were read: all of them, unless there are more frames than the limits
  ///   allow at a time or the receiver takes no more.
  /// - Throws: A ``Problem``; what came before it was told.
  mutating func consume(
    _ bytes: inout MutableSpan<UInt8>, receiver: some MessageReceiver
  ) throws(Problem) -> Int {
    var (offset, framesLeft) = (0, limits.frames)
    while offset < bytes.count, !isClosed, framesLeft > 0, receiver.takesMore {
      if frame == nil {
        try consumeHeader(bytes[offset])
        offset += 1
      }
      guard let current = frame else { continue }
      let end = min(bytes.count, offset + current.header.length - current.bytesRead)
      try consumePayload(&bytes, offset..<end, receiver)
      offset = end
      if frame == nil { framesLeft -= 1 }
    }
    // What follows a close frame is nothing.
    return isClosed ? bytes.count : offset
  }

  // MARK: Headers

  private mutating func consumeHeader(_ byte: UInt8) throws(Problem) {
    let header: FrameHeader?
    do {
      header = try decoder.consume(byte)
    } catch .lengthOutOfRange {
      throw .tooBig
    } catch {
      throw .protocolViolation
    }
    guard let header else { return }
    try begin(header)
    frame = Frame(header: header)
  }

  private mutating func begin(_ header: FrameHeader) throws(Problem) {
    guard !header.opcode.isControl else {
      control.removeAll(keepingCapacity: true)
      return
    }
    guard (header.opcode == .continuation) == (message != nil) else { throw .protocolViolation }
    if header.opcode != .continuation {
      message = header.opcode == .text ? .text(UTF8Check()) : .binary
      messageLength = 0
    }
    let limit = if case .text = message { limits.text } else { limits.binary }
    guard header.length <= limit - messageLength else { throw .tooBig }
    messageLength += header.length
  }

  // MARK: Payloads

  private mutating func consumePayload(
    _ bytes: inout MutableSpan<UInt8>, _ range: Range<Int>, _ receiver: some MessageReceiver
  ) throws(Problem) {
    guard let current = frame else { return }
    if let mask = current.header.mask {
      Unmasking.apply(mask, to: &bytes, in: range, phase: current.bytesRead)
    }
    let piece = bytes.span.extracting(range)
    if current.header.opcode.isControl {
      append(piece, to: &control)
    } else if case .text(var check) = message {
      for index in piece.indices {
        guard check.accepts(piece[index]) else { throw .notUTF8 }
      }
      message = .text(check)
      append(piece, to: &text)
    } else if !piece.isEmpty {
      receiver.received(binary: piece)
    }
    frame?.bytesRead += range.count
    if current.bytesRead + range.count == current.header.length {
      frame = nil
      try end(current.header, receiver)
    }
  }

  private mutating func end(
    _ header: FrameHeader, _ receiver: some MessageReceiver
  ) throws(Problem) {
    switch header.opcode {
    case .ping: receiver.received(ping: control)
    case .pong: receiver.received(pong: control)
    case .close: try endWithClose(receiver)
    case .continuation, .text, .binary:
      guard header.isFinal else { return }
      defer { message = nil }
      guard case .text(let check) = message else { return receiver.receivedWholeBinary() }
      guard check.isComplete else { throw .notUTF8 }
      defer { text.removeAll(keepingCapacity: true) }
      receiver.received(text: text)
    }
  }

  private mutating func endWithClose(_ receiver: some MessageReceiver) throws(Problem) {
    isClosed = true
    guard !control.isEmpty else { return receiver.received(close: nil) }
    guard control.count >= 2 else { throw .protocolViolation }
    let code = CloseCode(rawValue: UInt16(control[0]) << 8 | UInt16(control[1]))
    guard code.mayBeSent else { throw .protocolViolation }
    var check = UTF8Check()
    for byte in control.dropFirst(2) {
      guard check.accepts(byte) else { throw .notUTF8 }
    }
    guard check.isComplete else { throw .notUTF8 }
    receiver.received(close: code)
  }

  private func append(_ piece: Span<UInt8>, to buffer: inout [UInt8]) {
    piece.withUnsafeBufferPointer { buffer.append(contentsOf: $0) }
  }
}
