// A tool that asks the server something again and again.

import EventLoop

/// Connects, asks, reads to the end, and begins anew.
final class Asker: ByteStreamOwner {
  private let address: SocketAddress
  private let request: [UInt8]
  private let context: LineContext
  private var stream: ByteStream?
  private var isStopped = false
  /// How many answers have come.
  private(set) var answers = 0
  private(set) var failure: String?

  /// - Throws: What the system says.
  init(_ address: SocketAddress, _ request: String, context: LineContext) throws {
    self.address = address
    self.request = Array(request.utf8)
    self.context = context
    try ask()
  }

  private func ask() throws {
    stream = try ByteStream(
      try connectSocket(to: address), reactor: context.reactor, buffer: context.buffer, owner: self)
  }

  func streamOpened() { stream?.write(request) }

  func stream(received bytes: RawSpan) {}

  func streamEnded(_ reason: String) {
    stream = nil
    answers += 1
    guard !isStopped else { return }
    do { try ask() } catch { failure = "\(error)" }
  }

  func close() {
    isStopped = true
    stream?.close()
  }
}
