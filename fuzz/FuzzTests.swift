// A short run of every harness with inputs that are the same each time.

import Testing

/// Changes inputs as fuzzers do, by a seed.
private struct Mutator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  private mutating func random(_ count: Int) -> Int {
    // SplitMix64.
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return Int((z ^ (z >> 31)) % UInt64(max(1, count)))
  }

  mutating func mutate(_ input: [UInt8], with others: [[UInt8]]) -> [UInt8] {
    var bytes = input
    for _ in 0...random(4) {
      let place = random(bytes.count + 1)
      switch random(6) {
      case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8(random(8))
      case 1 where place < bytes.count: bytes[place] = UInt8(random(256))
      case 2: bytes.insert(UInt8(random(256)), at: place)
      case 3: bytes.removeSubrange(place..<min(bytes.count, place + random(9)))
      case 4:
        let other = others[random(others.count)]
        bytes.insert(contentsOf: other[random(other.count + 1)...], at: place)
      default:
        let end = min(bytes.count, place + random(20))
        bytes.insert(contentsOf: bytes[place..<end], at: place)
      }
    }
    return bytes
  }
}

@Suite("Parsers under random input") struct FuzzTests {
  @Test("every rule holds", arguments: Harnesses.all.keys.sorted())
  func everyRuleHolds(_ name: String) throws {
    let harness = try #require(Harnesses.all[name])
    var mutator = Mutator(seed: 7)
    for seed in harness.seeds {
      harness.run(seed)
      for length in 0..<seed.count { harness.run(Array(seed[..<length])) }
    }
    for round in 0..<harness.rounds {
      let seed = harness.seeds[round % harness.seeds.count]
      harness.run(mutator.mutate(seed, with: harness.seeds))
    }
  }
}
