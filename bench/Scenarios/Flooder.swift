// Somebody who reads a flood, counts it and may interrupt it.

import EventLoop

/// Starts a flood on a line and counts what comes of it.
final class Flooder: LineListener {
  typealias Instant = MonotonicInstant

  /// What the child says last when it was interrupted.
  private static let marker = Array("STOPPED".utf8)

  let line: any Line
  /// Bytes of the flood that have come.
  private(set) var count = 0
  /// When the first of them came.
  private(set) var firstAt: Instant?
  /// When the marker came.
  private(set) var stoppedAt: Instant?
  private(set) var isReady = false
  /// Why nothing more will come; nil while more may.
  private(set) var end: String?
  private var tail: [UInt8] = []
  private var looksForMarker = false

  init(_ line: any Line) {
    self.line = line
    line.listener = self
  }

  /// Lets the child begin.
  func start() {
    line.type([UInt8(ascii: "\n")])
  }

  /// Presses ^C.
  func interrupt() {
    looksForMarker = true
    line.type([3])
  }

  func line(_ line: any Line, received bytes: RawSpan) {
    guard isReady else {
      isReady = true
      return
    }
    if firstAt == nil { firstAt = .now }
    count += bytes.byteCount
    guard looksForMarker else { return }
    let kept = min(bytes.byteCount, Self.marker.count)
    bytes.extracting(last: kept).withUnsafeBytes { tail.append(contentsOf: $0) }
    tail = Array(tail.suffix(Self.marker.count))
    if tail == Self.marker { stoppedAt = .now }
  }

  func lineEnded(_ line: any Line, _ reason: String) {
    end = reason
  }
}
