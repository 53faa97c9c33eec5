// Percent-encoding in one path segment (RFC 3986, section 2.1).

/// Percent-encoding.
enum PercentDecoding {
  /// The bytes that `text` stands for; nil where a `%` is not followed by two hex digits.
  static func decode(_ text: some StringProtocol) -> [UInt8]? {
    var result: [UInt8] = []
    var bytes = text.utf8.makeIterator()
    while let byte = bytes.next() {
      guard byte == UInt8(ascii: "%") else {
        result.append(byte)
        continue
      }
      guard let high = bytes.next()?.hexValue, let low = bytes.next()?.hexValue
      else { return nil }
      result.append(high << 4 | low)
    }
    return result
  }
}
