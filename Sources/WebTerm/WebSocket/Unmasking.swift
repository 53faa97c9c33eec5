// Masking keys and payload bytes. Headers are FrameHeaderDecoder's; nothing here keeps state.

/// The mask on payloads of a client (RFC 6455, section 5.3).
package enum Unmasking {
  /// Unmasks a piece of a payload where it lies; masking is the same operation.
  ///
  /// - Parameters:
  ///   - key: The frame's masking key, first byte lowest.
  ///   - bytes: A buffer that holds the piece.
  ///   - range: Where in it the piece lies; plain when the function returns.
  ///   - phase: The piece's offset in its payload, in bytes.
  package static func apply(
    _ key: UInt32, to bytes: inout MutableSpan<UInt8>, in range: Range<Int>, phase: Int
  ) {
    // Turned so that its lowest byte belongs to the piece's first byte.
    let turn = UInt32(8 * (phase & 3))
    let turned = turn == 0 ? key : key >> turn | key << (32 - turn)
    let wide = UInt64(turned) << 32 | UInt64(turned)
    var raw = bytes.mutableBytes
    var offset = range.lowerBound
    // Eight bytes at a time; memory order is little-endian order on both architectures we run on.
    while offset + 8 <= range.upperBound {
      let word = raw.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
      raw.storeBytes(of: word ^ wide.littleEndian, toByteOffset: offset, as: UInt64.self)
      offset += 8
    }
    // The words above took whole turns of the key, so that its lowest byte is next.
    for index in offset..<range.upperBound {
      let byte = raw.unsafeLoad(fromByteOffset: index, as: UInt8.self)
      let keyByte = UInt8(truncatingIfNeeded: turned >> UInt32(8 * ((index - offset) & 3)))
      raw.storeBytes(of: byte ^ keyByte, toByteOffset: index, as: UInt8.self)
    }
  }
}
