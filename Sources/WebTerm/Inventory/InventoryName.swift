// What a device of another program's inventory is called in addresses.

/// Makes names of a-z, 0-9 and `-` of any text.
enum InventoryName {
  /// The longest one; what is longer is cut and told apart by its end.
  private static let longest = 96

  /// A text as a target's name: a-z and 0-9, with a hyphen for all that is something else.
  ///
  /// Texts with other letters, and those that are too long or mean something in an address, get an
  /// end that depends on the whole text alone: "Küche" and "Käche" stay two, and what a device is
  /// called does not depend on others.
  ///
  /// - Returns: The name; empty where the text has neither a letter nor a digit.
  static func of(_ text: String) -> String {
    var name: [UInt8] = []
    var isPlain = true
    for byte in text.utf8 {
      let lower = (0x41...0x5a).contains(byte) ? byte | 0x20 : byte
      if lower.isNameByte, lower != UInt8(ascii: "-") {
        name.append(lower)
      } else {
        if byte >= 0x80 { isPlain = false }
        if let last = name.last, last != UInt8(ascii: "-") { name.append(UInt8(ascii: "-")) }
      }
    }
    if name.last == UInt8(ascii: "-") { name.removeLast() }
    let plain = String(decoding: name, as: UTF8.self)
    guard !isPlain || name.count > longest || Method(rawValue: plain) != nil else { return plain }
    let beginning = name.isEmpty ? "n" : String(plain.prefix(longest - 12))
    return "\(beginning)-\(digest(text))"
  }

  /// FNV-1a of 64 bits, in 11 digits of base 36 at the most.
  private static func digest(_ text: String) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return String(hash >> 8, radix: 36)
  }
}
