// Compression for what is made while the server runs; the page's files are compressed when it is
// built.

/// DEFLATE (RFC 1951): matches found through hash chains, written as one block with Huffman codes
/// of its own.
struct Deflate {
  /// Literal and length symbols, and distance symbols, with what follows them in extra bits.
  private enum Token {
    case literal(UInt8)
    case match(length: Int, distance: Int)
  }

  private static let window = 32_768
  private static let shortest = 3
  private static let longest = 258
  /// So many earlier positions are tried for a match; one of this length is good enough.
  private static let mostTries = 48
  private static let goodLength = 128

  /// Compresses.
  static func compress(_ bytes: [UInt8]) -> [UInt8] {
    let tokens = tokens(of: bytes)
    var literals = [Int](repeating: 0, count: 286)
    var distances = [Int](repeating: 0, count: 30)
    literals[256] = 1
    for token in tokens {
      switch token {
      case .literal(let byte): literals[Int(byte)] += 1
      case .match(let length, let distance):
        literals[257 + DeflateTables.lengthSymbol[length - shortest]] += 1
        distances[DeflateTables.distanceSymbol(distance)] += 1
      }
    }
    // A decoder expects one distance code at least.
    if distances.allSatisfy({ $0 == 0 }) { distances[0] = 1 }
    let own = BlockCodes(
      literals: HuffmanCode(counts: literals, longest: 15),
      distances: HuffmanCode(counts: distances, longest: 15))
    var writer = BitWriter()
    writer.write(1, bits: 1)
    writer.write(2, bits: 2)
    own.writeHeader(to: &writer)
    for token in tokens { write(token, with: own, to: &writer) }
    own.literals.write(256, to: &writer)
    return writer.finish()
  }

  private static func write(_ token: Token, with codes: BlockCodes, to writer: inout BitWriter) {
    switch token {
    case .literal(let byte): codes.literals.write(Int(byte), to: &writer)
    case .match(let length, let distance):
      let symbol = DeflateTables.lengthSymbol[length - shortest]
      codes.literals.write(257 + symbol, to: &writer)
      writer.write(
        length - DeflateTables.lengthBases[symbol], bits: DeflateTables.lengthBits[symbol])
      let position = DeflateTables.distanceSymbol(distance)
      codes.distances.write(position, to: &writer)
      writer.write(
        distance - DeflateTables.distanceBases[position], bits: DeflateTables.distanceBits(position)
      )
    }
  }

  private static func tokens(of bytes: [UInt8]) -> [Token] {
    var tokens: [Token] = []
    tokens.reserveCapacity(bytes.count / 4)
    /// The last position of each hash, and for each position the one before it.
    var last = [Int](repeating: -1, count: 1 << 15)
    var before = [Int](repeating: -1, count: bytes.count)
    func hash(_ position: Int) -> Int {
      (Int(bytes[position]) << 10 ^ Int(bytes[position + 1]) << 5 ^ Int(bytes[position + 2]))
        & 0x7fff
    }
    func remember(_ position: Int) {
      guard position + shortest <= bytes.count else { return }
      before[position] = last[hash(position)]
      last[hash(position)] = position
    }
    var position = 0
    while position < bytes.count {
      let (length, distance) = longestMatch(bytes, at: position, last, before, hash)
      if length >= shortest {
        tokens.append(.match(length: length, distance: distance))
        for covered in position..<position + length { remember(covered) }
        position += length
      } else {
        tokens.append(.literal(bytes[position]))
        remember(position)
        position += 1
      }
    }
    return tokens
  }

  private static func longestMatch(
    _ bytes: [UInt8], at position: Int, _ last: [Int], _ before: [Int], _ hash: (Int) -> Int
  ) -> (length: Int, distance: Int) {
    guard position + shortest <= bytes.count else { return (0, 0) }
    let most = min(longest, bytes.count - position)
    var best = (length: 0, distance: 0)
    var candidate = last[hash(position)]
    for _ in 0..<mostTries {
      guard candidate >= 0, position - candidate <= window else { break }
      var length = 0
      while length < most, bytes[candidate + length] == bytes[position + length] { length += 1 }
      if length > best.length { best = (length, position - candidate) }
      if length >= min(goodLength, most) { break }
      candidate = before[candidate]
    }
    return best
  }
}

/// A gzip file (RFC 1952).
enum Gzip {
  /// Compresses.
  static func compress(_ bytes: [UInt8]) -> [UInt8] {
    // No name, no time; the system is unknown.
    var file: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]
    file += Deflate.compress(bytes)
    let sum = CRC32.of(bytes)
    for number in [sum, UInt32(truncatingIfNeeded: bytes.count)] {
      for shift in stride(from: 0, to: 32, by: 8) {
        file.append(UInt8(truncatingIfNeeded: number >> shift))
      }
    }
    return file
  }
}
