import Testing

@testable import WebTerm

@Suite("WebSocket frame headers") struct FrameHeaderTests {
  private func decode(
    _ bytes: [UInt8], sender: FrameHeaderDecoder.Sender = .client
  ) throws(FrameHeaderDecoder.Problem) -> [FrameHeader] {
    var decoder = FrameHeaderDecoder(sender: sender)
    var headers: [FrameHeader] = []
    for byte in bytes {
      if let header = try decoder.consume(byte) { headers.append(header) }
    }
    return headers
  }

  @Test("reserved bits are refused", arguments: [0x40, 0x20, 0x10] as [UInt8])
  func reservedBits(_ bit: UInt8) {
    #expect(throws: FrameHeaderDecoder.Problem.reservedBitSet) { try decode([0x82 | bit]) }
  }

  @Test("opcodes without meaning are refused", arguments: [3, 4, 5, 6, 7, 11, 15] as [UInt8])
  func opcodes(_ opcode: UInt8) {
    #expect(throws: FrameHeaderDecoder.Problem.unknownOpcode) { try decode([0x80 | opcode]) }
  }

  @Test("control frames are short and whole")
  func controlFrames() {
    #expect(throws: FrameHeaderDecoder.Problem.fragmentedControlFrame) { try decode([0x09]) }
    #expect(throws: FrameHeaderDecoder.Problem.oversizedControlFrame) { try decode([0x89, 0xfe]) }
  }

  @Test("a client masks, a server does not")
  func masking() {
    #expect(throws: FrameHeaderDecoder.Problem.wrongMasking) { try decode([0x82, 0x01]) }
    #expect(throws: FrameHeaderDecoder.Problem.wrongMasking) {
      try decode([0x82, 0x81], sender: .server)
    }
  }

  @Test("a length in more bytes than it needs is refused")
  func minimalLength() {
    #expect(throws: FrameHeaderDecoder.Problem.lengthNotMinimal) {
      try decode([0x82, 0xfe, 0, 125])
    }
    #expect(throws: FrameHeaderDecoder.Problem.lengthNotMinimal) {
      try decode([0x82, 0xff, 0, 0, 0, 0, 0, 0, 0xff, 0xff])
    }
  }

  @Test("a length beyond 63 bits is refused")
  func hugeLength() {
    #expect(throws: FrameHeaderDecoder.Problem.lengthOutOfRange) {
      try decode([0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0])
    }
  }

  @Test(
    "what is encoded is decoded to the same", arguments: [0, 1, 125, 126, 65535, 65536, 1 << 40])
  func roundTrip(_ length: Int) throws {
    for mask in [nil, 0x8765_4321] as [UInt32?] {
      let header = FrameHeader(.binary, isFinal: length % 2 == 0, length: length, mask: mask)
      let bytes = header.withBytes { $0.withUnsafeBytes(Array.init) }
      #expect(try decode(bytes, sender: mask == nil ? .server : .client) == [header])
    }
  }

  @Test("the mask is undone for every phase, length and alignment")
  func unmasking() {
    let key: UInt32 = 0x1234_5678
    let keyBytes: [UInt8] = [0x78, 0x56, 0x34, 0x12]
    for start in 0..<9 {
      for length in 0..<40 {
        for phase in 0..<4 {
          var bytes = (0..<64).map { UInt8($0) }
          var expected = bytes
          for index in 0..<length { expected[start + index] ^= keyBytes[(phase + index) % 4] }
          var span = bytes.mutableSpan
          Unmasking.apply(key, to: &span, in: start..<(start + length), phase: phase)
          #expect(bytes == expected)
        }
      }
    }
  }
}

@Suite("WebSocket handshake") struct HandshakeTests {
  private func fields(
    connection: [String] = ["keep-alive", "Upgrade"], version: String? = "13",
    key: String? = "dGhlIHNhbXBsZSBub25jZQ==", subprotocols: [String] = ["webterm.v1"]
  ) -> HandshakeFields {
    HandshakeFields(
      upgrade: ["websocket"], connection: connection, version: version, key: key,
      subprotocols: subprotocols)
  }

  @Test("the RFC's example key is answered as in the RFC (section 1.3)")
  func example() throws {
    let accept = try Handshake.accept(fields(), subprotocol: "webterm.v1")
    #expect(accept == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
  }

  @Test("SHA-1 gives the RFC's results (RFC 3174, section 7.3)")
  func sha1() {
    func hex(_ text: String) -> String {
      SHA1.hash(Array(text.utf8)).map { byte in
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }.joined()
    }
    #expect(hex("abc") == "a9993e364706816aba3e25717850c26c9cd0d89d")
    #expect(
      hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
        == "84983e441c3bd26ebaae4aa1f95129e5e54670f1")
    #expect(hex("") == "da39a3ee5e6b4b0d3255bfef95601890afd80709")
  }

  @Test("base64 pads as in RFC 4648, section 10")
  func base64() {
    let examples = [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
      ("foobar", "Zm9vYmFy"),
    ]
    for (plain, encoded) in examples { #expect(Base64.encode(Array(plain.utf8)) == encoded) }
  }

  @Test("each part that is missing or wrong is refused")
  func refusals() {
    func expectRefusal(_ fields: HandshakeFields, _ isRight: (Handshake.Problem) -> Bool) {
      do throws(Handshake.Problem) {
        _ = try Handshake.accept(fields, subprotocol: "webterm.v1")
        Issue.record("accepted")
      } catch {
        #expect(isRight(error))
      }
    }
    let isMalformed: (Handshake.Problem) -> Bool = {
      if case .malformed = $0 { true } else { false }
    }
    expectRefusal(fields(connection: ["keep-alive"]), isMalformed)
    for version in ["8", nil] { expectRefusal(fields(version: version)) { $0 == .wrongVersion } }
    expectRefusal(fields(key: nil), isMalformed)
    expectRefusal(fields(key: "short=="), isMalformed)
    expectRefusal(fields(subprotocols: ["tty"])) { $0 == .wrongSubprotocol }
  }
}

@Suite("WebSocket messages") struct MessageAssemblerTests {
  /// What a stream of pieces says.
  private func assemble(_ pieces: [[UInt8]]) -> [Heard] {
    let recorder = MessageRecorder()
    var assembler = MessageAssembler(limits: .init(text: 20, binary: 30))
    do {
      for piece in pieces {
        var bytes = piece
        var span = bytes.mutableSpan
        _ = try assembler.consume(&span, receiver: recorder)
      }
    } catch {
      recorder.heard.append(.problem(error))
    }
    return recorder.heard
  }

  private func expectHeard(
    _ frames: [UInt8], _ expected: [Heard], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(assemble([frames]) == expected, sourceLocation: sourceLocation)
    expectSameForEveryCut(of: frames, sourceLocation: sourceLocation) { assemble($0) }
  }

  private func frame(
    _ opcode: FrameHeader.Opcode, _ payload: [UInt8], isFinal: Bool = true
  ) -> [UInt8] {
    let key: UInt32 = 0xa1b2_c3d4
    let header = FrameHeader(opcode, isFinal: isFinal, length: payload.count, mask: key)
    var masked = payload
    var span = masked.mutableSpan
    Unmasking.apply(key, to: &span, in: 0..<payload.count, phase: 0)
    return header.withBytes { $0.withUnsafeBytes(Array.init) } + masked
  }

  private func frame(
    _ opcode: FrameHeader.Opcode, _ text: String, isFinal: Bool = true
  ) -> [UInt8] {
    frame(opcode, Array(text.utf8), isFinal: isFinal)
  }

  @Test("the RFC's masked Hello is read (section 5.7)")
  func example() {
    expectHeard(
      [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58], [.text("Hello")])
  }

  @Test("so many frames are read at a time, whatever they are, and the rest says the same")
  func shares() throws {
    let frames =
      frame(.text, "a", isFinal: false)
      + (0..<20).flatMap { _ in frame(.continuation, "", isFinal: false) }
      + frame(.continuation, "b") + (0..<5).flatMap { frame(.ping, "\($0)") }
      + frame(.binary, "last")
    let recorder = MessageRecorder()
    var assembler = MessageAssembler(limits: .init(text: 20, binary: 30, frames: 4))
    var (rest, calls) = (frames, 0)
    while !rest.isEmpty {
      var span = rest.mutableSpan
      let taken = try assembler.consume(&span, receiver: recorder)
      rest.removeFirst(taken)
      calls += 1
    }
    #expect(calls == 7)
    #expect(recorder.heard == assemble([frames]))
  }

  @Test("a fragmented message is one message, with a ping in between")
  func fragments() {
    expectHeard(
      frame(.text, "Hé", isFinal: false) + frame(.ping, "p")
        + frame(.continuation, "l", isFinal: false) + frame(.continuation, "lo"),
      [.ping("p"), .text("Héllo")])
  }

  @Test("a character may be cut by a fragment, but not by the end")
  func cutCharacter() {
    let bytes = Array("é".utf8)
    expectHeard(
      frame(.text, [bytes[0]], isFinal: false) + frame(.continuation, [bytes[1]]), [.text("é")])
    expectHeard(frame(.text, [bytes[0]]), [.problem(.notUTF8)])
  }

  @Test("text that is not UTF-8 is refused at its first wrong byte")
  func notUTF8() {
    expectHeard(frame(.text, [0x61, 0xff], isFinal: false), [.problem(.notUTF8)])
    expectHeard(frame(.text, [0xed, 0xa0, 0x80]), [.problem(.notUTF8)])
  }

  @Test("binary payload is passed on unaltered, 0xFF and all")
  func binary() {
    let payload = (0..<30).map { UInt8(255 - $0) }
    expectHeard(frame(.binary, payload), [.binary(payload)])
    expectHeard(frame(.binary, []), [])
  }

  @Test("messages beyond their limits are refused before their payload")
  func limits() {
    expectHeard(
      Array(frame(.text, [UInt8](repeating: 65, count: 21)).prefix(6)), [.problem(.tooBig)])
    expectHeard(
      frame(.binary, [UInt8](repeating: 1, count: 20), isFinal: false)
        + frame(.continuation, [UInt8](repeating: 1, count: 11)),
      [.binary([UInt8](repeating: 1, count: 20)), .problem(.tooBig)])
  }

  @Test("a continuation needs a beginning, and a beginning an end")
  func sequence() {
    expectHeard(frame(.continuation, "x"), [.problem(.protocolViolation)])
    expectHeard(
      frame(.text, "x", isFinal: false) + frame(.text, "y"), [.problem(.protocolViolation)])
  }

  @Test("a close frame ends the stream, with its code or without")
  func close() {
    expectHeard(frame(.close, []) + frame(.text, "late"), [.close(nil)])
    expectHeard(frame(.close, [0x03, 0xe8]), [.close(CloseCode(rawValue: 1000))])
    expectHeard(frame(.close, [0x03]), [.problem(.protocolViolation)])
    expectHeard(frame(.close, [0x03, 0xed]), [.problem(.protocolViolation)])
    expectHeard(frame(.close, [0x03, 0xe8, 0xff]), [.problem(.notUTF8)])
  }

  @Test("random messages in random fragments and pieces come out as they went in")
  func random() {
    var generator = SeededGenerator(seed: 5)
    for _ in 0..<200 {
      var stream: [UInt8] = []
      var expected: [Heard] = []
      for _ in 0..<5 {
        let payload = (0..<Int.random(in: 1...20, using: &generator)).map { _ in
          UInt8.random(in: 0x20...0x7e, using: &generator)
        }
        let cut = Int.random(in: 0...payload.count, using: &generator)
        stream += frame(.text, Array(payload[..<cut]), isFinal: false)
        if Bool.random(using: &generator) {
          stream += frame(.pong, "")
          expected.append(.pong(""))
        }
        stream += frame(.continuation, Array(payload[cut...]))
        expected.append(.text(String(decoding: payload, as: UTF8.self)))
      }
      var pieces: [[UInt8]] = []
      while !stream.isEmpty {
        let count = Int.random(in: 1...stream.count, using: &generator)
        pieces.append(Array(stream[..<count]))
        stream.removeFirst(count)
      }
      #expect(assemble(pieces) == expected)
    }
  }
}

@Suite("UTF-8 check") struct UTF8CheckTests {
  /// Whether the check takes all bytes and ends with a whole character.
  private func accepts(_ bytes: [UInt8]) -> Bool {
    var check = UTF8Check()
    return bytes.allSatisfy { check.accepts($0) } && check.isComplete
  }

  @Test("it agrees with the standard library about every one- and two-byte string")
  func short() {
    for first in UInt8.min...UInt8.max {
      #expect(accepts([first]) == (String(validating: [first], as: UTF8.self) != nil))
      for second in UInt8.min...UInt8.max {
        let bytes = [first, second]
        #expect(accepts(bytes) == (String(validating: bytes, as: UTF8.self) != nil))
      }
    }
  }

  @Test("it agrees with the standard library about random longer ones")
  func long() {
    var generator = SeededGenerator(seed: 3)
    let pool: [UInt8] = [
      0x41, 0x80, 0xbf, 0xc2, 0xe0, 0xa0, 0x9f, 0xed, 0xf0, 0x90, 0x8f, 0xf4, 0xf5,
    ]
    for _ in 0..<20_000 {
      let bytes = (0..<4).map { _ in pool.randomElement(using: &generator) ?? 0 }
      #expect(accepts(bytes) == (String(validating: bytes, as: UTF8.self) != nil))
    }
  }
}

/// What a message receiver was told. Pieces of binary payload that follow each other are joined.
private enum Heard: Equatable {
  case text(String)
  case binary([UInt8])
  case ping(String)
  case pong(String)
  case close(CloseCode?)
  case problem(MessageAssembler.Problem)
}

private final class MessageRecorder: MessageReceiver {
  var heard: [Heard] = []

  func received(binary piece: Span<UInt8>) {
    let bytes = piece.withUnsafeBufferPointer(Array.init)
    if case .binary(let before) = heard.last {
      heard[heard.count - 1] = .binary(before + bytes)
    } else {
      heard.append(.binary(bytes))
    }
  }

  func received(text: [UInt8]) {
    heard.append(.text(String(decoding: text, as: UTF8.self)))
  }

  func received(ping payload: [UInt8]) {
    heard.append(.ping(String(decoding: payload, as: UTF8.self)))
  }

  func received(pong payload: [UInt8]) {
    heard.append(.pong(String(decoding: payload, as: UTF8.self)))
  }

  func received(close code: CloseCode?) {
    heard.append(.close(code))
  }
}
