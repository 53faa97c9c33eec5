// A known_hosts file that an administrator keeps, and what a scan of the hosts would change in it.

/// The lines of a known_hosts file.
package struct KnownHosts {
  /// What the file says of a key that a host showed.
  package enum Standing: String {
    case known
    case new
    /// The file has another key of this type for the host.
    case changed
  }

  private var lines: [String]

  package init(_ content: [UInt8]) {
    lines = String(decoding: content, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// A host's name at a port, as it stands in such a file (sshd(8)).
  package static func alias(of host: String, port: UInt16) -> String {
    port == 22 ? host : "[\(host)]:\(port)"
  }

  /// The file's content.
  package var content: [UInt8] { Array(lines.map { "\($0)\n" }.joined().utf8) }

  package func standing(of key: String, at alias: String) -> Standing {
    if lines.contains("\(alias) \(key)") { return .known }
    return lines.contains { Self.isOther(key, $0, alias) } ? .changed : .new
  }

  /// Takes a key in, in place of any other of its type for the host.
  package mutating func accept(_ key: String, at alias: String) {
    guard standing(of: key, at: alias) != .known else { return }
    lines.removeAll { Self.isOther(key, $0, alias) }
    lines.append("\(alias) \(key)")
  }

  private static func isOther(_ key: String, _ line: String, _ alias: String) -> Bool {
    let type = key.prefix { $0 != " " }
    return line.hasPrefix("\(alias) \(type) ")
  }

  /// The keys in ssh-keyscan's output, each as `type base64`: lines of three words, of which the first
  /// is the host. Its comments and errors have another form.
  package static func keys(in scan: [UInt8]) -> [String] {
    String(decoding: scan, as: UTF8.self).split(whereSeparator: \.isNewline).compactMap { line in
      let words = line.split(separator: " ")
      guard words.count == 3, !words[0].hasPrefix("#"), isKeyType(words[1]), isBase64(words[2])
      else { return nil }
      return "\(words[1]) \(words[2])"
    }
  }

  private static func isKeyType(_ word: Substring) -> Bool {
    ["ssh-", "ecdsa-", "sk-"].contains { word.hasPrefix($0) }
      && word.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
  }

  private static func isBase64(_ word: Substring) -> Bool {
    word.utf8.count >= 32
      && word.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"):
          true
        default: "+/=".utf8.contains(byte)
        }
      }
  }
}
