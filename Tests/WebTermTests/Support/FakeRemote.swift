// A remote without a host: the test decides what it produces and takes.

import EventLoop

@testable import WebTerm

/// A remote under the test's control.
final class FakeRemote: Remote {
  var observer: (any RemoteObserver)?
  /// Bytes that a read brings, the next one first.
  var pending: [UInt8] = []
  /// Bytes that were written.
  var written: [UInt8] = []
  /// How many more bytes it takes.
  var appetite = Int.max
  var size: TerminalSize?
  var isReading = false
  var isWriting = false
  var isHungUp = false
  var failure: RemoteFailure?
  var isUnreached = false
  /// How many breaks were sent.
  var breaks = 0

  func start(_ size: TerminalSize) throws(RemoteFailure) {
    if let failure { throw failure }
    self.size = size
  }

  func read(into span: inout OutputRawSpan) {
    let count = min(span.freeCapacity, pending.count)
    for byte in pending.prefix(count) { span.append(byte) }
    pending.removeFirst(count)
  }

  func write(_ bytes: RawSpan) -> Int {
    let count = min(appetite, bytes.byteCount)
    bytes.extracting(0..<count).withUnsafeBytes { written.append(contentsOf: $0) }
    appetite -= count
    return count
  }

  func setInterest(reading: Bool, writing: Bool) {
    isReading = reading
    isWriting = writing
  }

  func resize(_ size: TerminalSize) {
    self.size = size
  }

  func sendBreak() -> Bool {
    breaks += 1
    return true
  }

  func hangUp() {
    isHungUp = true
    observer = nil
  }

  /// Produces output, as far as the terminal reads it.
  func produce(_ bytes: [UInt8]) {
    pending += bytes
    while isReading, !pending.isEmpty {
      let before = pending.count
      observer?.remoteIsReadable()
      if pending.count == before { return }
    }
  }
}
