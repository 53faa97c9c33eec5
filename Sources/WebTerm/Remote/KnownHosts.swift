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
    lines = Self.lines(in: content)
  }

  /// The lines of such a file, without their ends, of which an editor may have made CR LF: to
  /// Swift's texts that is one character.
  static func lines(in content: [UInt8]) -> [String] {
    content.split(separator: UInt8(ascii: "\n")).map { line in
      String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
    }
  }

  /// Stands for whatever name there is, where a line may be about any.
  static let anyHost = "*"

  /// The markers and the names of hosts that a file speaks of (sshd(8)), in lower case as ssh
  /// compares them. Names that are hashed, and patterns, may be anybody's: ``anyHost``.
  static func names(in content: [UInt8]) -> Set<String> {
    var names: Set<String> = []
    for line in lines(in: content) {
      var fields = line.utf8.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }[...]
      guard fields.first?.first != UInt8(ascii: "#") else { continue }
      if fields.first?.first == UInt8(ascii: "@"), let marker = fields.popFirst() {
        names.insert(String(Substring(marker)))
      }
      for name in fields.first?.split(separator: UInt8(ascii: ",")) ?? [] {
        let mayBeAnybody = name.contains { "*?!|".utf8.contains($0) }
        names.insert(mayBeAnybody ? anyHost : Substring(name).asciiLowercased)
      }
    }
    return names
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

  /// The keys in ssh-keyscan's output, each as `type base64`: lines of three fields, of which the
  /// first is the host. Its comments and errors have another form.
  package static func keys(in scan: [UInt8]) -> [String] {
    String(decoding: scan, as: UTF8.self).split(whereSeparator: \.isNewline).compactMap { line in
      let fields = line.split(separator: " ")
      guard fields.count == 3, !fields[0].hasPrefix("#"), isKeyType(fields[1]), isBase64(fields[2])
      else { return nil }
      return "\(fields[1]) \(fields[2])"
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
