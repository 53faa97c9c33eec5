// Directories that are watched: who comes, who goes, and what was written (inotify(7)).

import Glibc

/// Reports what changes in directories. Which ones, a helper's thread may say: to look a path up
/// may wait for a disk.
public final class DirectoryWatch: ReadinessHandler {
  /// What of an inotify instance may be used from any thread.
  public struct Watcher: Sendable {
    private final class Instance: Sendable {
      let descriptor: Descriptor

      init() throws(SystemError) {
        let number = inotify_init1(CInt(IN_NONBLOCK | IN_CLOEXEC))
        guard number >= 0 else { throw SystemError("inotify_init1") }
        descriptor = Descriptor(owning: number)
      }
    }

    private static let events = UInt32(
      IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF
        | IN_MOVE_SELF | IN_ONLYDIR)

    private let instance: Instance

    fileprivate init() throws(SystemError) {
      instance = try Instance()
    }

    fileprivate func withDescriptor<Result>(_ body: (borrowing Descriptor) -> Result) -> Result {
      body(instance.descriptor)
    }

    fileprivate func register(
      _ body: (borrowing Descriptor) throws(SystemError) -> Reactor.Registration
    ) throws(SystemError) -> Reactor.Registration {
      try body(instance.descriptor)
    }

    /// Watches a directory from now on, or still.
    ///
    /// - Returns: The watch's number; nil where the path cannot be watched, because it is not there
    ///   or no directory.
    public func watch(_ path: String) -> CInt? {
      let number = inotify_add_watch(instance.descriptor.number, path, Self.events)
      return number < 0 ? nil : number
    }

    /// Watches it no more.
    public func forget(_ watch: CInt) {
      inotify_rm_watch(instance.descriptor.number, watch)
    }
  }

  /// A change in a watched directory.
  public struct Event: Equatable {
    /// The watch's number; nil where changes were lost.
    public let watch: CInt?
    /// The file's name; empty where it is the directory itself.
    public let name: String
  }

  /// Adds and removes watches.
  public let watcher: Watcher
  private let reactor: Reactor
  private let receive: (Event) -> Void
  private var registration: Reactor.Registration?
  private var buffer = [UInt8](repeating: 0, count: 16384)

  /// - Parameters:
  ///   - reactor: The loop that is to hear.
  ///   - receive: Called on the loop's thread with each change.
  /// - Throws: What inotify_init1(2) or epoll_ctl(2) says.
  public init(reactor: Reactor, receive: @escaping (Event) -> Void) throws(SystemError) {
    watcher = try Watcher()
    self.reactor = reactor
    self.receive = receive
    registration = try watcher.register { descriptor throws(SystemError) in
      try reactor.add(descriptor, for: .readable, handler: self)
    }
  }

  public func ready(_ readiness: Readiness) {
    let count = watcher.withDescriptor { read($0.number, &buffer, buffer.count) }
    guard count > 0 else { return }
    Self.events(in: Array(buffer[..<count])).forEach(receive)
  }

  /// The events as the kernel writes them, one after another, each with its name's length.
  private static func events(in bytes: [UInt8]) -> [Event] {
    let headSize = MemoryLayout<inotify_event>.size
    var events: [Event] = []
    bytes.withUnsafeBytes { bytes in
      var index = 0
      while index + headSize <= bytes.count {
        let head = bytes.loadUnaligned(fromByteOffset: index, as: inotify_event.self)
        let nameStart = index + headSize
        let nameEnd = min(bytes.count, nameStart + Int(head.len))
        let name = String(decoding: bytes[nameStart..<nameEnd].prefix { $0 != 0 }, as: UTF8.self)
        events.append(Event(watch: head.wd < 0 ? nil : head.wd, name: name))
        index = nameEnd
      }
    }
    return events
  }

  /// Reports nothing more.
  public func close() {
    guard let registration = registration.take() else { return }
    watcher.withDescriptor { reactor.remove(registration, descriptor: $0) }
  }
}
