// What a telnet remote shows: a host's bytes without telnet's own.

import EventLoop

/// What is shown before anything that is still to be read: what was typed, and what was held back.
struct TelnetShowing {
  /// What is read at once where something is held back, in bytes.
  private static let piece = 4096

  private var bytes: ArraySlice<UInt8> = []

  var isEmpty: Bool { bytes.isEmpty }
  var count: Int { bytes.count }

  mutating func add(_ more: [UInt8]) { bytes += more }

  /// Keys that the host does not repeat.
  mutating func add(typed keys: [UInt8]) {
    for key in keys {
      bytes.append(key)
      if key == UInt8(ascii: "\r") { bytes.append(UInt8(ascii: "\n")) }
    }
  }

  private mutating func add(_ input: ArraySlice<UInt8>, heardBy session: inout TelnetSession) {
    var position = 0
    while let range = session.next(input.span, &position) {
      bytes += session.takeReleased()
      bytes += input[range]
    }
    bytes += session.takeReleased()
  }

  /// Moves as much as there is room for.
  mutating func move(into span: inout OutputRawSpan) {
    while span.freeCapacity > 0, let byte = bytes.popFirst() { span.append(byte) }
  }

  /// Reads once from a host.
  ///
  /// - Parameters:
  ///   - span: Has room for at least one byte. What is shown goes there, or waits here where bytes
  ///     of earlier pieces are held back and come before: more may be shown then than has come.
  ///   - socket: The host's.
  ///   - session: Says what is shown.
  /// - Returns: Whether the host has ended its direction.
  /// - Throws: What read(2) says.
  mutating func read(
    into span: inout OutputRawSpan, from socket: borrowing TelnetSocket,
    heardBy session: inout TelnetSession
  ) throws(SystemError) -> Bool {
    guard session.isHolding else {
      return try span.withUnsafeMutableBytes { (bytes, filled) throws(SystemError) -> Bool in
        let free = UnsafeMutableRawBufferPointer(rebasing: bytes[filled...])
        let result = try socket.read(into: free)
        guard case .bytes(let count) = result else { return result == .end }
        // The first `count` bytes were just written.
        filled += Self.closeGaps(
          in: UnsafeMutableRawBufferPointer(rebasing: free[..<count]), heardBy: &session)
        return false
      }
    }
    var input = [UInt8](repeating: 0, count: min(span.freeCapacity, Self.piece))
    // The closure of an array's is not typed in what it throws.
    var outcome = Result<Descriptor.ReadResult, SystemError>.success(.wouldBlock)
    input.withUnsafeMutableBytes { bytes in
      outcome = Result { () throws(SystemError) in try socket.read(into: bytes) }
    }
    let result = try outcome.get()
    guard case .bytes(let count) = result else { return result == .end }
    add(input[..<count], heardBy: &session)
    move(into: &span)
    return false
  }

  /// Closes the gaps that telnet's own bytes leave in a host's, where nothing is held back.
  ///
  /// - Parameters:
  ///   - read: What has come; what is shown stands at its beginning then.
  ///   - session: Says which is which.
  /// - Returns: How many bytes are shown, never more than have come.
  private static func closeGaps(
    in read: UnsafeMutableRawBufferPointer, heardBy session: inout TelnetSession
  ) -> Int {
    // What is moved never goes beyond what was looked at.
    let input = UnsafeBufferPointer(read.bindMemory(to: UInt8.self)).span
    var (position, shown) = (0, 0)
    while let range = session.next(input, &position) {
      UnsafeMutableRawBufferPointer(rebasing: read[shown...])
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: read[range]))
      shown += range.count
    }
    return shown
  }
}
