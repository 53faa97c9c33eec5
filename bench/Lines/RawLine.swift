// The floor's lines: bytes on a socket of the C relay, or on a pty without anybody in between.

import CLinux
import EventLoop
import Glibc

/// A line without any protocol.
final class RawLine: Line, ByteStreamOwner {
  weak var listener: (any LineListener)?
  private let connect: () throws -> Descriptor
  private let context: LineContext
  private var stream: ByteStream?

  /// A connection to a C relay.
  init(port: UInt16, context: LineContext) {
    self.context = context
    connect = {
      let descriptor = try connectSocket(to: .loopback(port))
      descriptor.tuneForTerminal(unsentLimit: 65536)
      return descriptor
    }
  }

  /// A program on a pty of this process.
  init(child: String, what: String, context: LineContext) {
    self.context = context
    connect = { try Self.spawn(child, what) }
  }

  func open() throws {
    stream = try ByteStream(
      try connect(), reactor: context.reactor, buffer: context.buffer, owner: self)
  }

  func type(_ bytes: [UInt8]) {
    stream?.write(bytes)
  }

  func close() {
    stream?.close()
    stream = nil
  }

  func streamOpened() {}

  func stream(received bytes: RawSpan) {
    listener?.line(self, received: bytes)
  }

  func streamEnded(_ reason: String) {
    listener?.lineEnded(self, reason)
  }

  private static func spawn(_ child: String, _ what: String) throws -> Descriptor {
    let words: [UnsafeMutablePointer<CChar>?] = [strdup(child), strdup("-l"), strdup(what), nil]
    let environment: [UnsafeMutablePointer<CChar>?] = [nil]
    defer { words.forEach { free($0) } }
    var master: CInt = -1
    var request = linux_spawn()
    request.columns = 80
    request.rows = 24
    let process = words.withUnsafeBufferPointer { words in
      environment.withUnsafeBufferPointer { environment in
        request.path = words[0].map { UnsafePointer($0) }
        request.arguments = words.baseAddress
        request.environment = environment.baseAddress
        return linux_spawn_on_pty(&request, &master)
      }
    }
    guard process > 0 else { throw SystemError("clone") }
    return Descriptor(owning: master)
  }
}

extension SocketAddress {
  /// This machine, at that port.
  static func loopback(_ port: UInt16) -> SocketAddress {
    SocketAddress(.internet(.ipv4(127 << 24 | 1), port: port))
  }
}
