// A hash for which no other message can be found: what secrets are kept as, and what chains
// records.

/// SHA-256 (FIPS 180-4, section 6.2), of bytes in whatever pieces they come.
struct SHA256 {
  /// Bytes of a hash.
  static let size = 32
  private static let blockSize = 64

  private var state: [8 of UInt32] = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab,
    0x5be0_cd19,
  ]
  /// The beginning of a block.
  private var pending: [64 of UInt8] = .init(repeating: 0)
  private var pendingCount = 0
  /// Bytes so far.
  private var length: UInt64 = 0

  /// The 32 bytes of the hash of `message`.
  static func hash(_ message: [UInt8]) -> [UInt8] {
    var hash = SHA256()
    hash.add(message.span.bytes)
    return hash.finish()
  }

  /// More of the message.
  mutating func add(_ piece: RawSpan) {
    length &+= UInt64(piece.byteCount)
    var offset = 0
    if pendingCount > 0 {
      offset = min(Self.blockSize - pendingCount, piece.byteCount)
      for index in 0..<offset { pending[pendingCount + index] = byte(of: piece, at: index) }
      pendingCount += offset
      guard pendingCount == Self.blockSize else { return }
      pendingCount = 0
      let block = pending
      add(block: block.span.bytes, at: 0)
    }
    while piece.byteCount - offset >= Self.blockSize {
      add(block: piece, at: offset)
      offset += Self.blockSize
    }
    while offset < piece.byteCount {
      pending[pendingCount] = byte(of: piece, at: offset)
      pendingCount += 1
      offset += 1
    }
  }

  /// The hash of all that was added; nothing more may be added.
  mutating func finish() -> [UInt8] {
    let bits = length &* 8
    // A one bit, zeros, and the length in bits, up to a multiple of 64 bytes.
    let zeros = (Self.blockSize + 55 - pendingCount) % Self.blockSize
    let padding =
      [0x80] + [UInt8](repeating: 0, count: zeros)
      + stride(from: 56, through: 0, by: -8).map {
        UInt8(truncatingIfNeeded: bits >> UInt64($0))
      }
    add(padding.span.bytes)
    return (0..<Self.size).map { UInt8(truncatingIfNeeded: state[$0 / 4] >> (24 - 8 * ($0 % 4))) }
  }

  private func byte(of piece: RawSpan, at offset: Int) -> UInt8 {
    piece.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt8.self)
  }

  private mutating func add(block bytes: RawSpan, at offset: Int) {
    var words: [64 of UInt32] = .init(repeating: 0)
    for index in 0..<16 {
      words[index] =
        bytes.unsafeLoadUnaligned(fromByteOffset: offset + 4 * index, as: UInt32.self).bigEndian
    }
    for index in 16..<64 {
      let (early, late) = (words[index - 15], words[index - 2])
      let first = rotate(early, 7) ^ rotate(early, 18) ^ early >> 3
      let second = rotate(late, 17) ^ rotate(late, 19) ^ late >> 10
      words[index] = words[index - 16] &+ first &+ words[index - 7] &+ second
    }
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    for index in 0..<64 {
      let choice = (e & f) ^ (~e & g)
      let upper = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
      let one = h &+ upper &+ choice &+ Self.constants[index] &+ words[index]
      let majority = (a & b) ^ (a & c) ^ (b & c)
      let two = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) &+ majority
      (h, g, f, e, d, c, b, a) = (g, f, e, d &+ one, c, b, a, one &+ two)
    }
    state[0] &+= a
    state[1] &+= b
    state[2] &+= c
    state[3] &+= d
    state[4] &+= e
    state[5] &+= f
    state[6] &+= g
    state[7] &+= h
  }

  private func rotate(_ value: UInt32, _ bits: UInt32) -> UInt32 {
    value >> bits | value << (32 - bits)
  }

  /// The first 32 bits of the fractions of the cube roots of the first 64 primes.
  private static let constants: [64 of UInt32] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4,
    0xab1c_5ed5, 0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe,
    0x9bdc_06a7, 0xc19b_f174, 0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f,
    0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da, 0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7,
    0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967, 0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc,
    0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85, 0xa2bf_e8a1, 0xa81a_664b,
    0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070, 0x19a4_c116,
    0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7,
    0xc671_78f2,
  ]
}
