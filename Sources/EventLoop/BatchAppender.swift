// A thread that appends to many files, which are open only while it writes: thousands of files need
// no descriptors, and a disk that stands still holds nothing up.

import Glibc
import Synchronization

/// Appends lines to files, in batches.
///
/// What waits for one file is bounded; lines that come while it is full are lost as a whole,
/// counted, and said in the file as soon as that takes something again. What a file does not take
/// now waits and is tried again. A file is opened by its path for each batch: one that was moved
/// away is made anew.
public final class BatchAppender: Sendable {
  /// Bytes that may wait for one file, and for all.
  public static let mostForFile = 1 << 20
  public static let mostForAll = 1 << 26
  /// Lines that come within so long are written together, in milliseconds.
  private static let gathering = 100
  /// With so much for one file the rest of that is not waited for.
  private static let urgent = 1 << 17
  /// When a file that took nothing is tried again, in milliseconds: each time twice as late.
  private static let firstRetry = 500
  private static let lastRetry = 8000

  /// What has become of a file.
  public enum News: Sendable {
    /// It takes nothing now.
    case fails(File, SystemError)
    /// It takes lines again.
    case goesOn(File)
  }

  /// A file that is appended to.
  public final class File: Sendable {
    fileprivate struct State {
      /// Whole lines that came last.
      var waiting: [UInt8] = []
      /// Lines that were lost behind these.
      var lost = 0
      /// Bytes that the thread has taken and not written yet.
      var taken = 0
      /// Whether the thread knows of it.
      var isQueued = false
    }

    public let path: String
    fileprivate let state = Mutex(State())

    public init(_ path: String) {
      self.path = path
    }
  }

  private struct Shared {
    var queue: [File] = []
    /// Whether there is much for a file.
    var isUrgent = false
    var isRunning = false
    var isOver = false
    /// Files that the thread has not done with.
    var pending = 0
  }

  /// Of a file, what the thread alone knows.
  private struct Work {
    let file: File
    var bytes: ArraySlice<UInt8> = []
    var due = 0
    var retry = BatchAppender.firstRetry
    var isFailing = false
  }

  private let shared = Mutex(Shared())
  private let total = Atomic<Int>(0)
  private let lostLines = Atomic<Int>(0)
  private let bell: Bell
  private let idle: Bell
  private let note: @Sendable (Int) -> [UInt8]
  private let news: Mailbox<News>.Sender?

  /// - Parameters:
  ///   - news: Hears of files that fail and go on.
  ///   - note: Makes the line that says how many were lost, with its end.
  /// - Throws: What eventfd(2) says.
  public init(
    news: Mailbox<News>.Sender?, note: @escaping @Sendable (_ lost: Int) -> [UInt8]
  ) throws(SystemError) {
    bell = try Bell()
    idle = try Bell()
    self.news = news
    self.note = note
  }

  /// Lines that were lost so far.
  public var lost: Int { lostLines.load(ordering: .relaxed) }

  /// Appends whole lines, or loses them. Never waits.
  ///
  /// - Parameters:
  ///   - bytes: Each line with its end.
  ///   - lines: How many they are.
  ///   - file: Where they belong.
  public func append(_ bytes: [UInt8], lines: Int, to file: File) {
    let isFull = total.load(ordering: .relaxed) + bytes.count > Self.mostForAll
    let (mustQueue, isUrgent) = file.state.withLock { state -> (Bool, Bool) in
      let before = state.waiting.count
      // Behind lines that were lost none may stand before that is said.
      if isFull || state.lost > 0
        || state.waiting.count + state.taken + bytes.count > Self.mostForFile
      {
        state.lost += lines
        lostLines.add(lines, ordering: .relaxed)
      } else {
        state.waiting += bytes
        total.add(bytes.count, ordering: .relaxed)
      }
      defer { state.isQueued = true }
      return (!state.isQueued, before < Self.urgent && state.waiting.count >= Self.urgent)
    }
    if isUrgent {
      shared.withLock { $0.isUrgent = true }
      bell.ring()
    }
    guard mustQueue else { return }
    let mustStart = shared.withLock { shared in
      shared.queue.append(file)
      shared.pending += 1
      defer { shared.isRunning = true }
      return !shared.isRunning
    }
    if mustStart { start() }
    bell.ring()
  }

  private func start() {
    do throws(SystemError) {
      try startThread { [self] in run() }
    } catch {
      // Without the thread lines wait for the next file that comes.
      shared.withLock { $0.isRunning = false }
    }
  }

  /// Ends the thread, after what it is at.
  public func close() {
    shared.withLock { $0.isOver = true }
    bell.ring()
  }

  // MARK: The thread

  private func run() {
    var works: [Work] = []
    while true {
      wait(until: works.map(\.due).min())
      let (files, isAtOnce, isOver) = shared.withLock { shared in
        defer { (shared.queue, shared.isUrgent) = ([], false) }
        return (shared.queue, shared.isUrgent || shared.isOver, shared.isOver)
      }
      let now = Self.milliseconds
      works += files.map { Work(file: $0, due: now + Self.gathering) }
      for index in works.indices
      where works[index].due <= now || (isAtOnce && !works[index].isFailing) {
        write(&works[index])
      }
      works.removeAll { $0.due == .max }
      if isOver, works.allSatisfy(\.isFailing) {
        shared.withLock { $0.pending = 0 }
        idle.ring()
        return
      }
    }
  }

  private func wait(until due: Int?) {
    guard let due else { return bell.wait() }
    let left = due - Self.milliseconds
    if left > 0 { bell.wait(atMost: CInt(left)) }
  }

  /// Writes what there is for a file; its next time is the end of all times where that is all.
  private func write(_ work: inout Work) {
    take(&work)
    do throws(SystemError) {
      try Self.append(&work.bytes, to: work.file.path) { count in
        total.subtract(count, ordering: .relaxed)
      }
      let isDone = work.file.state.withLock { state in
        state.taken = 0
        state.isQueued = !(state.waiting.isEmpty && state.lost == 0)
        return !state.isQueued
      }
      if work.isFailing { news?.post(.goesOn(work.file)) }
      work.isFailing = false
      work.retry = Self.firstRetry
      work.due = isDone ? .max : Self.milliseconds + Self.gathering
      if isDone {
        shared.withLock { $0.pending -= 1 }
        idle.ring()
      }
    } catch {
      if !work.isFailing { news?.post(.fails(work.file, error)) }
      work.isFailing = true
      work.due = Self.milliseconds + work.retry
      work.retry = min(Self.lastRetry, work.retry * 2)
      let left = work.bytes.count
      work.file.state.withLock { $0.taken = left }
    }
  }

  private func take(_ work: inout Work) {
    // What is said of lost lines stands behind those before them, and before all that come.
    guard work.bytes.isEmpty else { return }
    let (bytes, lost) = work.file.state.withLock { state in
      defer { (state.waiting, state.lost) = ([], 0) }
      state.taken = state.waiting.count
      return (state.waiting, state.lost)
    }
    work.bytes = bytes[...]
    guard lost > 0 else { return }
    let words = note(lost)
    total.add(words.count, ordering: .relaxed)
    work.bytes += words
  }

  private static var milliseconds: Int { Int(MonotonicInstant.now.nanoseconds / 1_000_000) }

  /// Appends bytes to a file, which is made where it is missing.
  ///
  /// - Parameters:
  ///   - bytes: What was written is taken off; a line that was written in part is taken back.
  ///   - path: The file's.
  ///   - written: Told how many bytes were.
  /// - Throws: What the system says.
  private static func append(
    _ bytes: inout ArraySlice<UInt8>, to path: String, written: (Int) -> Void
  ) throws(SystemError) {
    guard !bytes.isEmpty else { return }
    // Neither a FIFO without a reader nor one that is full may hold up the thread.
    let flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW
    let number = Glibc.open(path, flags, 0o640)
    guard number >= 0 else { throw SystemError("open", path, code: errno) }
    defer { Glibc.close(number) }
    var status = stat()
    // A service's mask may be narrower than a log's readers are.
    if fstat(number, &status) == 0, status.st_size == 0 { fchmod(number, 0o640) }
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { bytes in
        retrying { Glibc.write(number, bytes.baseAddress, bytes.count) }
      }
      let error = SystemError("write", path, code: errno)
      if count > 0 {
        var whole = count
        if count < bytes.count { whole = takeBack(bytes.prefix(count), number) }
        bytes.removeFirst(whole)
        written(whole)
      }
      if count <= 0 { throw error }
    }
  }

  /// Of what was written, takes back what is no whole line, where the file can be cut.
  ///
  /// - Returns: How many bytes are written.
  private static func takeBack(_ bytes: ArraySlice<UInt8>, _ number: CInt) -> Int {
    let end = bytes.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes.startIndex
    let rest = bytes.endIndex - end
    var status = stat()
    guard rest > 0, fstat(number, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      ftruncate(number, status.st_size - off_t(rest)) == 0
    else { return bytes.count }
    return bytes.count - rest
  }

  /// Waits until everything is written or fails, but no longer than so many milliseconds: for the
  /// end of a process.
  public func drain(atMost milliseconds: Int) {
    close()
    let deadline = Self.milliseconds + milliseconds
    while shared.withLock({ $0.isRunning && $0.pending > 0 }) {
      let left = deadline - Self.milliseconds
      guard left > 0 else { return }
      idle.wait(atMost: CInt(left))
    }
  }
}
