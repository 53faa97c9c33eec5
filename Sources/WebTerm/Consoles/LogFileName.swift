// What the file of a console's log is called.

/// Names of files that no name of a line can make lead out of their folder.
enum LogFileName {
  static let end = ".log"
  /// The longest part before the end, in bytes: a file's name has 255.
  static let longest = 200

  /// The file of a console: its line's name, else target, method and port.
  static func name(of destination: Destination) -> String {
    let plain =
      "\(destination.target.name)-\(destination.method.rawValue)-\(destination.port)"
    return safe(destination.line ?? plain) + end
  }

  /// The file of a console whose line has the same name as another one.
  static func longName(of destination: Destination) -> String {
    let plain =
      "\(destination.target.name)-\(destination.method.rawValue)-\(destination.port)"
    return safe("\(destination.line ?? "")~\(plain)") + end
  }

  /// A name as part of a path: what separates folders, what does not show and a point at the
  /// beginning are written by number, as in addresses, and what is too long ends in a number of
  /// its own.
  static func safe(_ name: String) -> String {
    var result: [UInt8] = []
    for (index, byte) in name.utf8.enumerated() {
      let isSpecial =
        byte < 0x20 || byte == 0x7f || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "%")
        || (index == 0 && byte == UInt8(ascii: "."))
      if isSpecial {
        let digits = String(byte, radix: 16, uppercase: true)
        result += Array("%\(digits.utf8.count < 2 ? "0" : "")\(digits)".utf8)
      } else {
        result.append(byte)
      }
    }
    guard result.count > longest else { return String(decoding: result, as: UTF8.self) }
    // FNV-1a: names that begin alike are told apart.
    let hash = result.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    let beginning = String(decoding: result, as: UTF8.self).cut(to: longest - 20)
    return "\(beginning)~\(String(hash, radix: 16))"
  }
}
