// Frames as no browser sends them.

@testable import WebTerm

/// The frame decoder and the message assembler.
enum WebSocketHarness: Harness {
  /// Writes down what it is told; pieces of a binary message are joined, since cuts may differ.
  private final class Recorder: MessageReceiver {
    enum Event: Equatable {
      case binary([UInt8])
      case text([UInt8])
      case ping([UInt8])
      case pong([UInt8])
      case close(CloseCode?)
    }

    var events: [Event] = []

    func received(binary piece: Span<UInt8>) {
      let piece = piece.withUnsafeBufferPointer(Array.init)
      guard case .binary(let former) = events.last else { return events.append(.binary(piece)) }
      events[events.count - 1] = .binary(former + piece)
    }
    func received(text: [UInt8]) {
      require(String(validating: text, as: UTF8.self) != nil, "text is UTF-8")
      events.append(.text(text))
    }
    func received(ping payload: [UInt8]) { events.append(.ping(payload)) }
    func received(pong payload: [UInt8]) { events.append(.pong(payload)) }
    func received(close code: CloseCode?) { events.append(.close(code)) }
  }

  private static let limits = MessageAssembler.Limits(text: 256, binary: 1024)

  static let seeds: [[UInt8]] = [
    frame(0x81, Array("hé".utf8)), frame(0x82, [0, 255, 1]), frame(0x89, [1]) + frame(0x8a, []),
    frame(0x01, Array("ab".utf8)) + frame(0x89, []) + frame(0x80, Array("c".utf8)),
    frame(0x02, [7]) + frame(0x00, [8]) + frame(0x80, [9]),
    frame(0x88, [3, 232] + Array("bye".utf8)),
    frame(0x88, []), frame(0x82, [UInt8](repeating: 5, count: 300)),
    [0x82, 0xff, 0, 0, 0, 0, 0, 1, 0, 0, 1, 2, 3, 4],
  ]

  private static func frame(_ first: UInt8, _ payload: [UInt8]) -> [UInt8] {
    let mask: [UInt8] = [0x12, 0x34, 0x56, 0x78]
    let length: [UInt8] =
      payload.count < 126
      ? [0x80 | UInt8(payload.count)]
      : [0xfe, UInt8(payload.count >> 8), UInt8(payload.count & 255)]
    return [first] + length + mask + payload.enumerated().map { $1 ^ mask[$0 % 4] }
  }

  static func run(_ bytes: [UInt8]) {
    let whole = feed([bytes])
    require(feed(pieces(of: bytes)) == whole, "messages do not depend on where they were cut")
    require(feed(bytes.map { [$0] }) == whole, "messages do not depend on single bytes")
    for case .text(let text) in whole.events {
      require(text.count <= limits.text, "text keeps its limit")
    }
  }

  private struct Outcome: Equatable {
    let events: [Recorder.Event]
    let problem: MessageAssembler.Problem?
  }

  private static func feed(_ pieces: [[UInt8]]) -> Outcome {
    var assembler = MessageAssembler(limits: limits)
    let recorder = Recorder()
    do throws(MessageAssembler.Problem) {
      for piece in pieces {
        var piece = piece
        var span = piece.mutableSpan
        _ = try assembler.consume(&span, receiver: recorder)
      }
    } catch {
      return Outcome(events: recorder.events, problem: error)
    }
    return Outcome(events: recorder.events, problem: nil)
  }
}
