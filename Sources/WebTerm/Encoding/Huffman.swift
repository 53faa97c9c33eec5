// Huffman codes as DEFLATE has them: canonical, of bounded length.

/// Writes bits, lowest first (RFC 1951, section 3.1.1).
struct BitWriter {
  private var bytes: [UInt8] = []
  private var pending: UInt64 = 0
  private var count = 0

  /// Writes the lowest bits of a value, at most 32.
  mutating func write(_ value: Int, bits: Int) {
    pending |= UInt64(value) << UInt64(count)
    count += bits
    while count >= 8 {
      bytes.append(UInt8(truncatingIfNeeded: pending))
      pending >>= 8
      count -= 8
    }
  }

  /// Fills the last byte up.
  mutating func finish() -> [UInt8] {
    if count > 0 { bytes.append(UInt8(truncatingIfNeeded: pending)) }
    return bytes
  }
}

/// A canonical code (RFC 1951, section 3.2.2).
struct HuffmanCode {
  /// Bits of each symbol's code; 0 where it does not occur.
  let lengths: [Int]
  /// The codes, first bit lowest.
  private let codes: [Int]

  /// The best code for symbols that occur so often, of which none is longer than `longest` bits.
  init(counts: [Int], longest: Int) {
    var counts = counts
    var lengths = Self.lengths(for: counts)
    // Halved differences make the rarest codes shorter.
    while lengths.contains(where: { $0 > longest }) {
      counts = counts.map { $0 == 0 ? 0 : ($0 + 1) / 2 }
      lengths = Self.lengths(for: counts)
    }
    self.lengths = lengths
    codes = Self.canonical(lengths)
  }

  func write(_ symbol: Int, to writer: inout BitWriter) {
    writer.write(codes[symbol], bits: lengths[symbol])
  }

  private static func lengths(for counts: [Int]) -> [Int] {
    var lengths = [Int](repeating: 0, count: counts.count)
    let used = counts.indices.filter { counts[$0] > 0 }
    guard used.count > 1 else {
      for symbol in used { lengths[symbol] = 1 }
      return lengths
    }
    // Two queues: the leaves in order, and what is made of them, which comes in order by itself.
    let leaves = used.sorted { counts[$0] < counts[$1] }
    var weights = leaves.map { counts[$0] }
    var parents = [Int](repeating: 0, count: leaves.count)
    var (leaf, inner) = (0, leaves.count)
    func next() -> Int {
      let takesLeaf =
        leaf < leaves.count && (inner >= weights.count || weights[leaf] <= weights[inner])
      defer { if takesLeaf { leaf += 1 } else { inner += 1 } }
      return takesLeaf ? leaf : inner
    }
    for _ in 1..<leaves.count {
      let (first, second) = (next(), next())
      weights.append(weights[first] + weights[second])
      parents.append(0)
      (parents[first], parents[second]) = (weights.count - 1, weights.count - 1)
    }
    var depths = [Int](repeating: 0, count: weights.count)
    for node in (0..<weights.count - 1).reversed() { depths[node] = depths[parents[node]] + 1 }
    for (position, symbol) in leaves.enumerated() { lengths[symbol] = depths[position] }
    return lengths
  }

  private static func canonical(_ lengths: [Int]) -> [Int] {
    var next = [Int](repeating: 0, count: 17)
    var code = 0
    for bits in 1...16 {
      code = (code + (bits == 1 ? 0 : lengths.count { $0 == bits - 1 })) << 1
      next[bits] = code
    }
    return lengths.map { bits in
      guard bits > 0 else { return 0 }
      defer { next[bits] += 1 }
      return reversed(next[bits], bits: bits)
    }
  }

  private static func reversed(_ code: Int, bits: Int) -> Int {
    (0..<bits).reduce(0) { $0 << 1 | (code >> $1 & 1) }
  }
}

/// The codes of one block, and how a decoder is told of them (RFC 1951, section 3.2.7).
struct BlockCodes {
  let literals: HuffmanCode
  let distances: HuffmanCode

  /// In this order the lengths of the code for code lengths are written.
  private static let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

  func writeHeader(to writer: inout BitWriter) {
    let literalLengths = Self.trimmed(literals.lengths, least: 257)
    let distanceLengths = Self.trimmed(distances.lengths, least: 1)
    let runs = Self.runs(literalLengths + distanceLengths)
    var counts = [Int](repeating: 0, count: 19)
    for run in runs { counts[run.symbol] += 1 }
    let code = HuffmanCode(counts: counts, longest: 7)
    let ordered = Self.trimmed(Self.order.map { code.lengths[$0] }, least: 4)
    writer.write(literalLengths.count - 257, bits: 5)
    writer.write(distanceLengths.count - 1, bits: 5)
    writer.write(ordered.count - 4, bits: 4)
    for length in ordered { writer.write(length, bits: 3) }
    for run in runs {
      code.write(run.symbol, to: &writer)
      writer.write(run.extra, bits: run.bits)
    }
  }

  private static func trimmed(_ lengths: [Int], least: Int) -> [Int] {
    let used = (lengths.lastIndex { $0 > 0 } ?? 0) + 1
    return Array(lengths.prefix(max(least, used)))
  }

  /// Lengths as symbols: 16 repeats the one before, 17 and 18 are zeros.
  private static func runs(_ lengths: [Int]) -> [(symbol: Int, extra: Int, bits: Int)] {
    var runs: [(symbol: Int, extra: Int, bits: Int)] = []
    var position = 0
    while position < lengths.count {
      let length = lengths[position]
      var count = 1
      while position + count < lengths.count, lengths[position + count] == length { count += 1 }
      if length == 0, count >= 11 {
        count = min(count, 138)
        runs.append((18, count - 11, 7))
      } else if length == 0, count >= 3 {
        runs.append((17, count - 3, 3))
      } else if count >= 4 {
        count = min(count, 7)
        runs.append((length, 0, 0))
        runs.append((16, count - 4, 2))
      } else {
        count = 1
        runs.append((length, 0, 0))
      }
      position += count
    }
    return runs
  }
}

/// What symbols stand for lengths and distances (RFC 1951, section 3.2.5).
enum DeflateTables {
  static let lengthBits = [
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
  ]
  static let lengthBases: [Int] = {
    var bases: [Int] = []
    var base = 3
    for bits in lengthBits.dropLast() {
      bases.append(base)
      base += 1 << bits
    }
    return bases + [258]
  }()
  /// The symbol of each length, less 257, from length 3 on.
  static let lengthSymbol: [Int] = (3...258).map { length in
    length == 258 ? 28 : (lengthBases.dropLast().lastIndex { $0 <= length } ?? 0)
  }

  static func distanceBits(_ symbol: Int) -> Int { symbol < 4 ? 0 : symbol / 2 - 1 }

  static let distanceBases: [Int] = {
    var base = 1
    return (0..<30).map { symbol in
      defer { base += 1 << distanceBits(symbol) }
      return base
    }
  }()

  /// The symbol of a distance from 1 to 32,768.
  static func distanceSymbol(_ distance: Int) -> Int {
    guard distance > 4 else { return distance - 1 }
    let highest = Int.bitWidth - 1 - (distance - 1).leadingZeroBitCount
    return 2 * highest + ((distance - 1) >> (highest - 1) & 1)
  }
}
