import Testing

@testable import WebTerm

@Suite("Keys of pages") struct PageKeysTests {
  @Test("each terminal has one, no two the same, and their order says nothing")
  func permutation() {
    let keys = PageKeys()
    let all = (1...5000).map { keys.key(of: $0) }
    #expect(all == (1...5000).map { keys.key(of: $0) })
    #expect(Set(all).count == all.count && all.allSatisfy { (0..<1 << 52).contains($0) })
    let rising = zip(all, all.dropFirst()).count { $0 < $1 }
    // Half of them, as of numbers that are drawn.
    #expect((2000...3000).contains(rising))
    #expect(zip(all, all.dropFirst()).allSatisfy { abs($0 - $1) > 1 })
    // Another process calls them otherwise.
    let others = PageKeys()
    #expect((1...100).map { others.key(of: $0) } != Array(all.prefix(100)))
  }
}
