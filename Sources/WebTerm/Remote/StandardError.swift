// What a client says for itself, apart from what the host says: its standard error, on a pipe.

import EventLoop
import Glibc

/// The reading end of a client's standard error.
final class StandardError: WatchOwner {
  /// What one look takes, in bytes; what is left is reported again.
  private static let longestRead = 65536
  /// What is kept of all that a client says, in bytes: notices are shorter. What comes beyond is
  /// read, so that the client goes on, and dropped.
  private static let most = 262_144

  /// Called when there is something to take, or nothing more will come.
  var told: (() -> Void)?
  private let watch: DescriptorWatch
  private var source: Descriptor?
  private var taken = 0
  /// Whether the last look took all that there was.
  private(set) var isDry = true
  /// Whether the client has let go of its standard error, as it does when it ends.
  private(set) var isOver = false

  init(reactor: Reactor) {
    watch = DescriptorWatch(reactor: reactor)
  }

  /// Makes the pipe (pipe(2)).
  ///
  /// - Returns: The end for the client, to be closed here when the client has it.
  /// - Throws: What the system says.
  func open() throws(SystemError) -> Descriptor {
    var ends: [CInt] = [-1, -1]
    guard pipe(&ends) == 0 else { throw SystemError("pipe", code: errno) }
    let reading = Descriptor(owning: ends[0])
    let writing = Descriptor(owning: ends[1])
    // The client's end waits, as it expects; ours does not. No other process has either of them: a
    // client is started with none that is not its own.
    guard fcntl(reading.number, F_SETFL, O_NONBLOCK) == 0,
      fcntl(reading.number, F_SETFD, FD_CLOEXEC) == 0,
      fcntl(writing.number, F_SETFD, FD_CLOEXEC) == 0
    else { throw SystemError("fcntl", code: errno) }
    source = consume reading
    return writing
  }

  /// Says whether ``told`` is to be called. A hang-up is reported whether it was asked for or
  /// not, so that nothing is registered where it is not read.
  func setInterest(_ isWanted: Bool) {
    switch source {
    case .some(let source): watch.set(to: isWanted ? .readable : [], of: source, for: self)
    case nil: break
    }
  }

  func watchAgain() {
    switch source {
    case .some(let source): watch.tryAgain(of: source)
    case nil: break
    }
  }

  func ready(_ readiness: Readiness) {
    told?()
  }

  /// Takes what has been said since the last time.
  func take() -> [UInt8] {
    var bytes: [UInt8] = []
    isDry = isOver
    while !isDry, bytes.count < Self.longestRead {
      let piece = read()
      isDry = piece.isEmpty
      bytes += piece
    }
    let kept = bytes.prefix(Self.most - taken)
    taken += kept.count
    return Array(kept)
  }

  private func read() -> [UInt8] {
    let piece = [UInt8](capacity: 4096) { span in
      span.withUnsafeMutableBufferPointer { buffer, count in
        switch source {
        case .some(let source):
          let result = try? source.read(into: UnsafeMutableRawBufferPointer(buffer))
          if case .bytes(let read) = result { count = read }
          isOver = result == .end || result == nil
        case nil:
          isOver = true
        }
      }
    }
    if isOver { close() }
    return piece
  }

  /// Nothing more is wanted.
  func close() {
    setInterest(false)
    source = nil
  }
}
