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
  convenience init(child: String, what: String, context: LineContext) {
    self.init(program: child, ["-l", what], context: context)
  }

  /// Any program on a pty of this process.
  init(program: String, _ arguments: [String], context: LineContext) {
    self.context = context
    connect = { [started] in try Self.spawn(program, arguments, started) }
  }

  /// The program's process.
  final class Started {
    fileprivate(set) var process: pid_t = 0
  }

  let started = Started()

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

  private static func spawn(
    _ program: String, _ arguments: [String], _ started: Started
  ) throws -> Descriptor {
    let words = ([program] + arguments).map { strdup($0) } + [nil]
    let environment: [UnsafeMutablePointer<CChar>?] = [nil]
    defer { words.forEach { free($0) } }
    var side: CInt = -1
    let master = linux_open_pty(80, 24, &side)
    guard master >= 0 else { throw SystemError("openpty") }
    let ours = Descriptor(owning: master)
    let terminal = Descriptor(owning: side)
    var request = linux_spawn()
    request.terminal = terminal.number
    request.standard_error = -1
    let process = words.withUnsafeBufferPointer { words in
      environment.withUnsafeBufferPointer { environment in
        request.path = words[0].map { UnsafePointer($0) }
        request.arguments = words.baseAddress
        request.environment = environment.baseAddress
        return linux_spawn_on_pty(&request)
      }
    }
    guard process > 0 else { throw SystemError("clone") }
    started.process = process
    return ours
  }
}

extension SocketAddress {
  /// This machine, at that port.
  static func loopback(_ port: UInt16) -> SocketAddress {
    SocketAddress(.internet(.ipv4(127 << 24 | 1), port: port))
  }
}
