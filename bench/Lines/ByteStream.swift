// A socket or a pty master in the reactor: bytes in, bytes out.

import EventLoop
import Glibc

/// Somebody who uses a byte stream.
protocol ByteStreamOwner: AnyObject {
  /// It is connected.
  func streamOpened()
  func stream(received bytes: RawSpan)
  func streamEnded(_ reason: String)
}

/// One non-blocking descriptor with what waits to be written to it.
final class ByteStream: ReadinessHandler {
  /// All streams of a thread read into the same memory: nobody keeps it.
  private static let bufferSize = 262_144

  /// The memory that streams read into.
  final class Buffer {
    fileprivate let bytes = UnsafeMutableRawBufferPointer.allocate(
      byteCount: ByteStream.bufferSize, alignment: 16)

    deinit {
      bytes.deallocate()
    }
  }

  /// Kept until it is closed: a weak reference would take its time with every key.
  private var owner: (any ByteStreamOwner)?
  private let reactor: Reactor
  private let buffer: Buffer
  private var descriptor: Descriptor?
  private var registration: Reactor.Registration?
  private var outbox = Outbox()
  private var isOpen = false

  /// - Throws: What epoll_ctl(2) says.
  init(
    _ descriptor: consuming Descriptor, reactor: Reactor, buffer: Buffer, owner: any ByteStreamOwner
  ) throws(SystemError) {
    self.reactor = reactor
    self.buffer = buffer
    self.owner = owner
    self.descriptor = consume descriptor
    try withDescriptor { descriptor throws(SystemError) in
      registration = try reactor.add(descriptor, for: .writable, handler: self)
    }
  }

  /// Sends after what still waits.
  func write(_ bytes: [UInt8]) {
    write(RawSpan(), bytes)
  }

  /// Sends both, one after the other, after what still waits.
  func write(_ head: RawSpan, _ bytes: [UInt8]) {
    outbox.append(head)
    outbox.append(bytes)
    if isOpen { flush() }
  }

  func close() {
    if let registration = registration.take() {
      try? withDescriptor { reactor.remove(registration, descriptor: $0) }
    }
    descriptor = nil
    owner = nil
  }

  func ready(_ readiness: Readiness) {
    if !isOpen {
      isOpen = true
      owner?.streamOpened()
      flush()
      return
    }
    if readiness.contains(.writable) { flush() }
    if !readiness.isDisjoint(with: [.readable, .hungUp, .failed]) { read() }
  }

  private func read() {
    var result: Descriptor.ReadResult? = Descriptor.ReadResult.end
    var reason = "end"
    do throws(SystemError) {
      try withDescriptor { descriptor throws(SystemError) in
        result = try descriptor.read(into: buffer.bytes)
      }
    } catch {
      reason = error.reason
    }
    switch result {
    case .bytes(let count):
      owner?.stream(received: UnsafeRawBufferPointer(rebasing: buffer.bytes[..<count]).bytes)
    case .wouldBlock:
      break
    case .end, nil:
      let told = owner
      close()
      told?.streamEnded(reason)
    }
  }

  private func flush() {
    var isComplete = true
    try? withDescriptor { descriptor throws(SystemError) in
      isComplete = try outbox.write(to: descriptor, lending: RawSpan(), RawSpan()).isComplete
    }
    guard let registration else { return }
    try? withDescriptor { descriptor in
      reactor.setInterest(
        registration, descriptor: descriptor, to: isComplete ? .readable : [.readable, .writable])
    }
  }

  private func withDescriptor(
    _ body: (borrowing Descriptor) throws(SystemError) -> Void
  ) throws(SystemError) {
    switch descriptor {
    case .some(let descriptor): try body(descriptor)
    case .none: break
    }
  }
}
