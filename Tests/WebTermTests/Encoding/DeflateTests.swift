// What is compressed here comes out again of a decoder that follows RFC 1951 and knows nothing of
// the encoder.

import Testing

@testable import WebTerm

/// A decoder of dynamic blocks, written for these tests.
private struct Inflate {
  enum Problem: Error { case malformed(String) }

  private let bytes: ArraySlice<UInt8>
  private var place = 0

  init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

  private mutating func bits(_ count: Int) throws -> Int {
    var value = 0
    for index in 0..<count {
      let at = bytes.startIndex + place / 8
      guard at < bytes.endIndex else { throw Problem.malformed("the end in the middle") }
      value |= Int(bytes[at] >> (place % 8) & 1) << index
      place += 1
    }
    return value
  }

  private mutating func symbol(_ lengths: [Int]) throws -> Int {
    // Codes of each length follow each other; the one that is read is somewhere among them.
    var (code, first) = (0, 0)
    for bits in 1...15 {
      code = code << 1 | (try self.bits(1))
      first = first << 1
      let ofThis = lengths.indices.filter { lengths[$0] == bits }
      if code - first < ofThis.count, code >= first { return ofThis[code - first] }
      first += ofThis.count
    }
    throw Problem.malformed("an unknown code")
  }

  mutating func run() throws -> [UInt8] {
    guard try bits(1) == 1, try bits(2) == 2 else { throw Problem.malformed("one dynamic block") }
    let (literals, distances, counts) = (try bits(5) + 257, try bits(5) + 1, try bits(4) + 4)
    var codeLengths = [Int](repeating: 0, count: 19)
    for symbol in [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15].prefix(counts)
    {
      codeLengths[symbol] = try bits(3)
    }
    var lengths: [Int] = []
    while lengths.count < literals + distances {
      switch try symbol(codeLengths) {
      case 16: lengths += [Int](repeating: try #require(lengths.last), count: try bits(2) + 3)
      case 17: lengths += [Int](repeating: 0, count: try bits(3) + 3)
      case 18: lengths += [Int](repeating: 0, count: try bits(7) + 11)
      case let length: lengths.append(length)
      }
    }
    guard lengths.count == literals + distances else { throw Problem.malformed("too many") }
    let (own, far) = (Array(lengths.prefix(literals)), Array(lengths.suffix(distances)))
    var output: [UInt8] = []
    while true {
      let symbol = try symbol(own)
      if symbol < 256 {
        output.append(UInt8(symbol))
      } else if symbol == 256 {
        return output
      } else {
        let length = try lengthBase(symbol - 257)
        let distance = try distanceBase(try self.symbol(far))
        guard distance <= output.count else { throw Problem.malformed("too far back") }
        for _ in 0..<length { output.append(output[output.count - distance]) }
      }
    }
  }

  private mutating func lengthBase(_ symbol: Int) throws -> Int {
    if symbol < 8 { return symbol + 3 }
    if symbol == 28 { return 258 }
    let extra = symbol / 4 - 1
    return ((4 + symbol % 4) << extra) + 3 + (try bits(extra))
  }

  private mutating func distanceBase(_ symbol: Int) throws -> Int {
    if symbol < 4 { return symbol + 1 }
    let extra = symbol / 2 - 1
    return ((2 + symbol % 2) << extra) + 1 + (try bits(extra))
  }
}

@Suite("Compression") struct DeflateTests {
  private func expectRoundTrip(_ bytes: [UInt8], _ name: String = "") throws {
    let packed = Gzip.compress(bytes)
    var inflate = Inflate(packed.dropFirst(10).dropLast(8))
    #expect(try inflate.run() == bytes, "\(name)")
    let trailer = packed.suffix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    #expect(trailer == UInt64(bytes.count) << 32 | UInt64(CRC32.of(bytes)))
  }

  @Test("nothing, little, one thing, and everything come out again")
  func small() throws {
    try expectRoundTrip([])
    try expectRoundTrip([7])
    try expectRoundTrip([7, 7, 7])
    try expectRoundTrip([UInt8](repeating: 1, count: 100_000))
    try expectRoundTrip((0...255).map { UInt8($0) })
    try expectRoundTrip(Array("abcabcabcabcabd".utf8))
  }

  @Test("whatever comes, comes out again", arguments: 0..<40)
  func random(_ seed: UInt64) throws {
    var random = SplitMix(state: seed)
    var bytes: [UInt8] = []
    let size = Int(random.next() % 60_000)
    let alphabet = 1 + Int(random.next() % 256)
    while bytes.count < size {
      if random.next() % 3 == 0, !bytes.isEmpty {
        let distance = 1 + Int(random.next() % UInt64(min(bytes.count, 40_000)))
        for _ in 0..<random.next() % 400 { bytes.append(bytes[bytes.count - distance]) }
      } else {
        bytes.append(UInt8(Int(random.next() % 256) % alphabet))
      }
    }
    try expectRoundTrip(bytes, "seed \(seed)")
  }

  @Test("codes stay within their bounds where counts grow like Fibonacci's numbers")
  func deep() throws {
    var counts = [1, 1]
    while counts.count < 30 { counts.append(counts[counts.count - 1] + counts[counts.count - 2]) }
    for longest in [7, 15] {
      let code = HuffmanCode(
        counts: longest == 7 ? Array(counts.prefix(19)) : counts, longest: longest)
      #expect(code.lengths.allSatisfy { (1...longest).contains($0) })
      // A code that is complete wastes nothing.
      #expect(code.lengths.reduce(0.0) { $0 + 1 / Double(1 << $1) } == 1)
    }
  }
}
