// The hash, by NIST's own examples and in pieces.

import Testing

@testable import WebTerm

@Suite("SHA-256") struct SHA256Tests {
  private func hex(_ bytes: [UInt8]) -> String { bytes.map { $0.hex(digits: 2) }.joined() }

  @Test(
    "the examples of FIPS 180-4",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
      (
        "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
          + "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
        "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
      ),
    ]) func examples(_ message: String, _ expected: String)
  {
    #expect(hex(SHA256.hash(Array(message.utf8))) == expected)
  }

  @Test("a million times the letter a") func million() {
    #expect(
      hex(SHA256.hash([UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)))
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test("pieces make no difference, around each end of a block") func pieces() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SplitMix(state: seed)
    for length in Array(0...3) + Array(52...70) + Array(116...130) + [1000] {
      let message = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
      let whole = SHA256.hash(message)
      var hash = SHA256()
      var rest = message[...]
      while !rest.isEmpty {
        let count = Int.random(in: 0...min(rest.count, 80), using: &random)
        hash.add(Array(rest.prefix(count)).span.bytes)
        rest = rest.dropFirst(count)
      }
      #expect(hash.finish() == whole, "\(length) bytes, seed \(seed)")
    }
  }

  /// What another program says of the same bytes (sha256sum).
  @Test("lengths around the padding") func padding() {
    let expected = [
      55: "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318",
      56: "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a",
      63: "7d3e74a05d7db15bce4ad9ec0658ea98e3f06eeecf16b4c6fff2da457ddc2f34",
      64: "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb",
      65: "635361c48bb9eab14198e76ea8ab7f1a41685d6ad62aa9146d301d4f17eb0ae0",
    ]
    for (length, hash) in expected {
      #expect(hex(SHA256.hash([UInt8](repeating: 0x61, count: length))) == hash)
    }
  }
}
