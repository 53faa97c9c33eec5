// Feeding a codec with the same bytes in every split.

import Testing

/// Runs `feed` with `bytes` as a whole, byte by byte, and cut in two at every place; the results
/// must be the same.
func expectSameForEveryCut<Result: Equatable>(
  of bytes: [UInt8], sourceLocation: SourceLocation = #_sourceLocation,
  _ feed: ([[UInt8]]) -> Result
) {
  let whole = feed([bytes])
  #expect(feed(bytes.map { [$0] }) == whole, sourceLocation: sourceLocation)
  for cut in 1..<max(1, bytes.count) {
    let result = feed([Array(bytes[..<cut]), Array(bytes[cut...])])
    #expect(result == whole, "cut at \(cut)", sourceLocation: sourceLocation)
  }
}

/// The same numbers in every run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
