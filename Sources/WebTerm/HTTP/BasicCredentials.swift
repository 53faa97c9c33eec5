// What a browser sends when it was asked for a name and a password.

/// Credentials of the Basic scheme (RFC 7617).
struct BasicCredentials: Equatable {
  let name: String
  let password: String

  /// Reads an Authorization field's value; nil for another scheme or what is not well-formed.
  init?(_ field: String) {
    let words = field.split(separator: " ")
    guard words.count == 2, words[0].lowercased() == "basic",
      let bytes = Self.decode(words[1].utf8),
      let colon = bytes.firstIndex(of: UInt8(ascii: ":")), !bytes.contains(0)
    else { return nil }
    name = String(decoding: bytes[..<colon], as: UTF8.self)
    password = String(decoding: bytes[(colon + 1)...], as: UTF8.self)
  }

  /// Base64 (RFC 4648, section 4), padding included.
  private static func decode(_ text: Substring.UTF8View) -> [UInt8]? {
    guard text.count % 4 == 0, text.count <= 4096 else { return nil }
    let digits = text.reversed().drop { $0 == UInt8(ascii: "=") }.reversed()
    guard text.count - digits.count <= 2 else { return nil }
    var bytes: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    for digit in digits {
      guard let value = value(of: digit) else { return nil }
      bits = bits << 6 | value
      count += 6
      guard count >= 8 else { continue }
      count -= 8
      bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
    }
    return bytes
  }

  private static func value(of digit: UInt8) -> UInt32? {
    switch digit {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(digit - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(digit - UInt8(ascii: "a")) + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(digit - UInt8(ascii: "0")) + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
