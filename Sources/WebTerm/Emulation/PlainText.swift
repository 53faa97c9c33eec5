// Finding text that needs no parser, many bytes at a time.

/// Scans for the end of runs of plain characters, 32 bytes at once. Each test leaves the highest
/// bit of the bytes that it finds.
enum PlainText {
  private typealias Vector = SIMD4<UInt64>

  private static let vectorSize = 32

  @inline(__always)
  private static var highest: Vector { all(0x80) }
  @inline(__always)
  private static var others: Vector { all(0x7f) }

  @inline(__always)
  private static func all(_ byte: UInt8) -> Vector {
    Vector(repeating: UInt64(byte) &* 0x0101_0101_0101_0101)
  }

  @inline(__always)
  private static func equal(_ bytes: Vector, _ byte: UInt8) -> Vector {
    let difference = bytes ^ all(byte)
    return ~(((difference & others) &+ others) | difference) & highest
  }

  /// Bytes below 0x20.
  @inline(__always)
  private static func controls(_ bytes: Vector) -> Vector {
    ~((bytes & others) &+ all(0x60)) & ~bytes & highest
  }

  /// Bytes that are no ASCII, and DEL.
  @inline(__always)
  private static func foreign(_ bytes: Vector) -> Vector {
    (bytes & highest) | equal(bytes, 0x7f)
  }

  /// Where the first byte that `finds` is, or `end`.
  @inline(__always)
  private static func first(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int, _ finds: (Vector) -> Vector
  ) -> Int {
    let raw = UnsafeRawBufferPointer(bytes)
    var index = start
    while index < end {
      var vector = Vector()
      if index + vectorSize <= end {
        // The vector lies within the bytes.
        vector = raw.loadUnaligned(fromByteOffset: index, as: Vector.self)
      } else {
        withUnsafeMutableBytes(of: &vector) { rest in
          rest.copyMemory(from: UnsafeRawBufferPointer(rebasing: raw[index..<end]))
        }
      }
      let found = finds(vector)
      for lane in 0..<4 where found[lane] != 0 {
        return min(end, index + lane * 8 + found[lane].trailingZeroBitCount / 8)
      }
      index += vectorSize
    }
    return end
  }

  /// Where the run of printable ASCII that begins at `start` ends.
  static func end(of bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    // Most runs are short: what begins with something else is none.
    guard start < bytes.count, bytes[start] &- 0x20 <= 0x5e else { return start }
    return first(bytes, from: start, to: bytes.count) { controls($0) | foreign($0) }
  }

  /// Where the first byte is that may not be ordinary output (``OrdinaryOutput``): ESC, SO, SI and
  /// the first byte of C1 controls in UTF-8.
  static func suspect(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    first(bytes, from: start, to: bytes.count) { bytes in
      equal(bytes, 0x1b) | equal(bytes | all(1), 0x0f) | equal(bytes, 0xc2)
    }
  }

  /// Where the last such byte is; nil where there is none.
  static func last(
    _ byte: UInt8, in bytes: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int
  ) -> Int? {
    let raw = UnsafeRawBufferPointer(bytes)
    var index = end
    while index - vectorSize >= start {
      // The vector lies within the bytes.
      let vector = raw.loadUnaligned(fromByteOffset: index - vectorSize, as: Vector.self)
      if equal(vector, byte) != Vector() { break }
      index -= vectorSize
    }
    while index > start {
      index -= 1
      if bytes[index] == byte { return index }
    }
    return nil
  }

  /// Where the last such pair of bytes begins; nil where there is none.
  static func last(
    _ first: UInt8, _ second: UInt8, in bytes: UnsafeBufferPointer<UInt8>, from start: Int,
    to end: Int
  ) -> Int? {
    let raw = UnsafeRawBufferPointer(bytes)
    var index = end
    while index - vectorSize > start {
      // Both vectors lie within the bytes.
      let firsts = raw.loadUnaligned(fromByteOffset: index - vectorSize - 1, as: Vector.self)
      let seconds = raw.loadUnaligned(fromByteOffset: index - vectorSize, as: Vector.self)
      if equal(firsts, first) & equal(seconds, second) != Vector() { break }
      index -= vectorSize
    }
    while index - 2 >= start {
      if bytes[index - 1] == second, bytes[index - 2] == first { return index - 2 }
      index -= 1
    }
    return nil
  }

  /// Where the first byte is that may begin a control sequence or a command: ESC, and the first
  /// byte of C1 controls in UTF-8.
  static func introducer(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int
  ) -> Int {
    first(bytes, from: start, to: end) { equal($0, 0x1b) | equal($0, 0xc2) }
  }

  /// Where the first such byte is; `end` where there is none.
  static func first(
    _ byte: UInt8, in bytes: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int
  ) -> Int {
    first(bytes, from: start, to: end) { equal($0, byte) }
  }
}
