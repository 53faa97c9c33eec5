// Bytes that wait for a slower peer. Every queue of bytes in this project is one of these.

/// Bytes in the order in which they came, taken from the front.
///
/// What was taken gives its room back: the storage is never more than about twice what waits, plus
/// ``keptCapacity``, however long the queue goes without being empty.
///
///     storage  ▒▒▒▒▒▒▒▒████████████████░░░░░░
///              taken    waits (count)   spare
public struct ByteQueue {
  /// Storage up to this many bytes is kept for what comes next; more is given back when the queue
  /// is empty.
  public static let keptCapacity = 512

  private var bytes: [UInt8] = []
  // Bytes before this index were taken.
  private var head = 0

  /// An empty one. It holds no memory until something is appended.
  public init() {}

  /// Bytes that wait.
  public var count: Int { bytes.count - head }

  /// Whether nothing waits.
  public var isEmpty: Bool { head == bytes.count }

  /// Bytes of memory taken.
  public var capacity: Int { bytes.capacity }

  /// Puts a copy of `more` behind what waits.
  public mutating func append(_ more: [UInt8]) {
    makeRoom(more.count)
    bytes.append(contentsOf: more)
  }

  /// Puts a copy of `more` behind what waits.
  public mutating func append(_ more: RawSpan) {
    makeRoom(more.byteCount)
    more.withUnsafeBytes { bytes.append(contentsOf: $0) }
  }

  /// Puts a copy of `more` before what waits: it is taken next.
  public mutating func prepend(_ more: [UInt8]) {
    bytes.replaceSubrange(0..<head, with: more)
    head = 0
  }

  /// Takes `number` bytes from the front.
  public mutating func drop(_ number: Int) {
    precondition(number <= count, "more than there is")
    head += number
    if isEmpty {
      head = 0
      bytes.removeAll(keepingCapacity: bytes.capacity <= Self.keptCapacity)
    } else if head > max(count, Self.keptCapacity) {
      compact()
    }
  }

  /// Forgets everything, storage included.
  public mutating func clear() {
    bytes = []
    head = 0
  }

  /// Lends everything that waits.
  public func withBytes<R, E>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
    try body(bytes.span.extracting(droppingFirst: head).bytes)
  }

  /// Lends everything that waits, to be read or changed where it lies; then takes as many bytes as
  /// `body` says.
  public mutating func take(_ body: (inout MutableSpan<UInt8>) -> Int) {
    let first = head
    let taken = bytes.withUnsafeMutableBufferPointer { bytes in
      // `head` is within the array, all of which is initialized.
      var rest = UnsafeMutableBufferPointer(rebasing: bytes[first...]).mutableSpan
      return body(&rest)
    }
    drop(taken)
  }

  /// Rather than that storage grows, what was taken makes room.
  private mutating func makeRoom(_ more: Int) {
    if head > 0, bytes.count + more > bytes.capacity { compact() }
  }

  private mutating func compact() {
    // A new array has no more room than it needs; where the old one is not much larger it stays.
    if bytes.capacity > 4 * max(count, Self.keptCapacity) {
      bytes = Array(bytes[head...])
    } else {
      bytes.removeSubrange(0..<head)
    }
    head = 0
  }
}
