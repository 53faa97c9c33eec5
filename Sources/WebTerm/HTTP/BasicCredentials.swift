// What a browser sends when it was asked for a name and a password.

/// Credentials of the Basic scheme (RFC 7617).
struct BasicCredentials: Equatable {
  /// Longer ones are not taken, in base64 digits.
  private static let longest = 4096

  /// As they came: what is no UTF-8 may be a password in another encoding, and is no name.
  let name: [UInt8]
  let password: [UInt8]

  /// Reads an Authorization field's value; nil for another scheme or what is not well-formed.
  init?(_ field: String) {
    let parts = field.split(atByte: " ")
    guard parts.count == 2, parts[0].asciiLowercased == "basic",
      parts[1].utf8.count <= Self.longest, let bytes = Base64.decode(parts[1].utf8),
      let colon = bytes.firstIndex(of: UInt8(ascii: ":")), !bytes.contains(0)
    else { return nil }
    name = Array(bytes[..<colon])
    password = Array(bytes[(colon + 1)...])
  }
}
