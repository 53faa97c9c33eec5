// The one place where a terminal's output is stored: receive buffer of the pty, send buffer of the
// channel, memory for a resume and history for a reload.

/// A ring of bytes with absolute offsets, counted since the terminal began.
///
///     start                    kept from              end
///       │ history, may be dropped │ still needed       │ free
///       ▼                         ▼                    ▼
///     ──████████████████████████████████████████████████──────
///
/// Bytes are read straight into the free part and written straight out of the rest; nobody copies
/// them. The storage begins with nothing, grows fourfold as it fills, up to `limit`, and is given
/// back by ``shrink(keeping:)``.
struct OutputLog: ~Copyable {
  /// The first storage, in bytes: a greeting and a prompt fit.
  private static let firstCapacity = 1024
  /// What it grows by at a time.
  private static let growth = 4

  /// The most bytes that it ever holds.
  let limit: Int
  /// The offset of the oldest byte held.
  private(set) var start = 0
  /// The offset of the next byte to be produced.
  private(set) var end = 0
  private var storage = UnsafeMutableRawBufferPointer(start: nil, count: 0)

  init(limit: Int) {
    self.limit = max(limit, Self.firstCapacity)
  }

  deinit {
    storage.deallocate()
  }

  /// Bytes of memory taken.
  var capacity: Int { storage.count }

  /// The size that it would grow to next; nil where it may not grow.
  var nextCapacity: Int? {
    guard capacity < limit else { return nil }
    return min(limit, max(Self.firstCapacity, capacity * Self.growth))
  }

  /// How many bytes can be taken in without growing, when nothing before `kept` is needed.
  func room(keepingFrom kept: Int) -> Int { capacity - (end - max(kept, start)) }

  /// How many bytes can be taken in as it is.
  var free: Int { capacity - (end - start) }

  /// Whether it must grow, or something must be dropped, before anything is taken in.
  var isFull: Bool { free == 0 }

  /// Takes bytes in: lends one free piece to `read`, which fills it from its start. Where nothing
  /// is free, `read` is not called: it could not tell that from having nothing.
  ///
  /// - Parameters:
  ///   - most: No more than this many bytes are lent.
  ///   - read: What it leaves initialized is appended. It may leave nothing.
  /// - Returns: How many bytes were appended.
  mutating func append(atMost most: Int, _ read: (inout OutputRawSpan) -> Void) -> Int {
    let position = capacity == 0 ? 0 : end % capacity
    let length = min(most, free, capacity - position)
    guard length > 0 else { return 0 }
    // The piece lies within the storage: position < capacity and length ≤ capacity - position.
    let piece = UnsafeMutableRawBufferPointer(rebasing: storage[position..<(position + length)])
    var span = OutputRawSpan(buffer: piece, initializedCount: 0)
    read(&span)
    let count = span.finalize(for: piece)
    end += count
    return count
  }

  /// Bytes before `offset` are not needed any more.
  mutating func drop(before offset: Int) {
    start = min(max(start, offset), end)
  }

  /// Lends the bytes of `range`, which lie in at most two pieces.
  ///
  /// - Parameters:
  ///   - range: Offsets, all of them held.
  ///   - body: Reads them during the call.
  /// - Returns: What `body` returned.
  func lend<Result>(_ range: Range<Int>, _ body: (RawSpan, RawSpan) -> Result) -> Result {
    guard !range.isEmpty else { return body(RawSpan(), RawSpan()) }
    precondition(start <= range.lowerBound && range.upperBound <= end, "not held")
    let position = range.lowerBound % capacity
    let first = min(range.count, capacity - position)
    let bytes = UnsafeRawBufferPointer(storage)
    // Held bytes are initialized, and both pieces lie within the storage.
    return body(
      UnsafeRawBufferPointer(rebasing: bytes[position..<(position + first)]).bytes,
      UnsafeRawBufferPointer(rebasing: bytes[0..<(range.count - first)]).bytes)
  }

  /// Grows to ``nextCapacity``, where there is one.
  mutating func grow() {
    guard let next = nextCapacity else { return }
    reallocate(next)
  }

  /// Drops everything before `kept` and takes no more memory than the rest needs.
  mutating func shrink(keeping kept: Int) {
    drop(before: kept)
    var least = start == end ? 0 : Self.firstCapacity
    while least < end - start { least = min(limit, least * Self.growth) }
    if least < capacity { reallocate(least) }
  }

  private mutating func reallocate(_ count: Int) {
    let next = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
    let held = start..<end
    lend(held) { first, second in
      copy(first, to: next, at: held.lowerBound)
      copy(second, to: next, at: held.lowerBound + first.byteCount)
    }
    storage.deallocate()
    storage = next
  }

  /// Puts bytes where they belong in a ring of another size; they may lie in two pieces there, too.
  private func copy(_ bytes: RawSpan, to ring: UnsafeMutableRawBufferPointer, at offset: Int) {
    guard !bytes.isEmpty else { return }
    bytes.withUnsafeBytes { bytes in
      let position = offset % ring.count
      let first = min(bytes.count, ring.count - position)
      ring[position..<(position + first)].copyBytes(from: bytes[0..<first])
      ring[0..<(bytes.count - first)].copyBytes(from: bytes[first...])
    }
  }
}
