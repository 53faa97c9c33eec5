// A telnet remote's socket, and what it is waited for.

import EventLoop

/// A socket that comes once a host has answered. Without it nothing is read, and nothing is taken.
struct TelnetSocket: ~Copyable {
  private var descriptor: Descriptor?
  private let watch: DescriptorWatch

  /// - Parameter reactor: The loop.
  init(reactor: Reactor) {
    watch = DescriptorWatch(reactor: reactor)
  }

  var isOpen: Bool {
    switch descriptor {
    case .some: true
    case nil: false
    }
  }

  /// Takes a connected socket over, of which the kernel keeps so many bytes unsent.
  mutating func open(_ connected: consuming Descriptor, sendBuffer: Int) {
    connected.tuneForHost(sendBuffer: CInt(sendBuffer))
    descriptor = consume connected
  }

  mutating func close() {
    switch descriptor {
    case .some(let descriptor): watch.close(descriptor)
    case nil: break
    }
    descriptor = nil
  }

  // MARK: Bytes

  /// Reads once.
  ///
  /// - Throws: What read(2) says.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Descriptor.ReadResult
  {
    try descriptor?.read(into: buffer) ?? .wouldBlock
  }

  /// Writes once; returns how many bytes were taken. What fails here shows as the end when the
  /// socket is read.
  func write(_ bytes: RawSpan) -> Int { (try? descriptor?.write(bytes)) ?? 0 }

  /// Whether the next byte is the one that the host has marked (tcp(7)).
  var isAtUrgentByte: Bool { descriptor?.isAtUrgentByte() == true }

  /// That byte, where it has come.
  var urgentByte: UInt8? { descriptor?.urgentByte() }

  // MARK: What is waited for

  var interest: Readiness { watch.interest }

  func setInterest(_ interest: Readiness, for owner: any WatchOwner) {
    switch descriptor {
    case .some(let descriptor): watch.set(to: interest, of: descriptor, for: owner)
    case nil: break
    }
  }

  /// Waits, where the kernel had no room for that a while ago.
  func watchAgain() {
    switch descriptor {
    case .some(let descriptor): watch.tryAgain(of: descriptor)
    case nil: break
    }
  }
}
