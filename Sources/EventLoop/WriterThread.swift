// A thread that writes to files whose readers may stop: a full disk or a stopped reader makes it
// wait, never the loop.

import Glibc
import Synchronization

/// A file that is only ever appended to, for as long as it is referred to.
public final class AppendedFile: Sendable {
  fileprivate let number: CInt
  private let descriptor: Descriptor?

  /// Takes over a file.
  public init(_ descriptor: consuming Descriptor) {
    number = descriptor.number
    self.descriptor = consume descriptor
  }

  /// The process's own standard error, which stays open.
  public init(standardError: Void) {
    number = STDERR_FILENO
    descriptor = nil
  }
}

/// A thread that appends lines to files, in the order in which they were posted.
///
/// What waits is bounded: lines that come while it is full are lost, and counted.
public final class WriterThread: Sendable {
  /// Bytes that may wait.
  public static let capacity = 1 << 20

  private struct Line {
    let file: AppendedFile
    let bytes: [UInt8]
  }

  private struct State {
    var lines: [Line] = []
    /// Of lines that are not written yet.
    var bytes = 0
    var isRunning = false
    var lost = 0
    var lostUntold = 0
    var failed = 0
    var lastFailure: SystemError?
  }

  private let state = Mutex(State())
  private let bell: Bell
  private let idle: Bell

  /// - Throws: What eventfd(2) says.
  public init() throws(SystemError) {
    bell = try Bell()
    idle = try Bell()
  }

  /// Lines that were lost because those before them were not taken.
  public var lost: Int { state.withLock(\.lost) }

  /// Lines that the system refused, or took only a part of.
  public var failed: Int { state.withLock(\.failed) }

  /// What the system said when it refused a line last; nil where it never did.
  public var lastFailure: SystemError? { state.withLock(\.lastFailure) }

  /// Posts a line, as a whole or not at all. Never waits for the file.
  ///
  /// - Returns: How many lines were lost since one was taken last, where this one is taken; nil
  ///   where it is lost.
  public func post(_ bytes: [UInt8], to file: AppendedFile) -> Int? {
    let (lostBefore, mustStart) = state.withLock { state -> (Int?, Bool) in
      guard state.bytes + bytes.count <= Self.capacity else {
        state.lost += 1
        state.lostUntold += 1
        return (nil, false)
      }
      defer {
        state.isRunning = true
        state.lostUntold = 0
      }
      state.lines.append(Line(file: file, bytes: bytes))
      state.bytes += bytes.count
      return (state.lostUntold, !state.isRunning)
    }
    if mustStart { start() }
    bell.ring()
    return lostBefore
  }

  private func start() {
    do throws(SystemError) {
      try startThread { [self] in run() }
    } catch {
      // Without the thread lines wait for the next one that is posted.
      state.withLock { $0.isRunning = false }
    }
  }

  private func run() {
    while true {
      var lines = takeAll()
      while !lines.isEmpty {
        for line in lines { write(line) }
        lines = takeAll()
      }
      idle.ring()
      bell.wait()
    }
  }

  private func takeAll() -> [Line] {
    state.withLock { state in
      defer { state.lines = [] }
      return state.lines
    }
  }

  private func write(_ line: Line) {
    let written = line.bytes.withUnsafeBytes { Self.write($0, to: line.file.number) }
    let error = SystemError("write")
    state.withLock { state in
      state.bytes -= line.bytes.count
      if written != line.bytes.count {
        state.failed += 1
        state.lastFailure = error
      }
    }
  }

  /// Writes all of it, and waits where the file takes nothing now: another process may have made
  /// our standard error non-blocking, since it is its, too (open(2)).
  ///
  /// - Returns: How many bytes the system took.
  private static func write(_ bytes: UnsafeRawBufferPointer, to number: CInt) -> Int {
    var written = 0
    while written < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
      let count = retrying { Glibc.write(number, rest.baseAddress, rest.count) }
      if count > 0 {
        written += count
      } else if count == -1, errno == EAGAIN {
        var wait = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
        _ = poll(&wait, 1, -1)
      } else {
        break
      }
    }
    return written
  }

  /// Waits until everything is written, but no longer than so many milliseconds: for the end of a
  /// process.
  public func drain(atMost milliseconds: Int) {
    let deadline = MonotonicInstant.now + .milliseconds(milliseconds)
    while state.withLock({ $0.isRunning && $0.bytes > 0 }) {
      let left = deadline.nanoseconds - MonotonicInstant.now.nanoseconds
      guard left > 0 else { return }
      idle.wait(atMost: CInt(left / 1_000_000 + 1))
    }
  }
}
