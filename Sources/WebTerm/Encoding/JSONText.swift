// JSON as it is written: for pages, channels, logs and the control socket. Nothing else here writes
// JSON.

/// A JSON value that may stand inside an HTML script element and in one line of a log: keys and
/// strings may hold anything, and neither `<`, `&` nor a control character is ever written as such.
indirect enum JSONText {
  case string(String)
  case number(Int)
  case boolean(Bool)
  case array([JSONText])
  /// Keys may hold anything, as strings do.
  case object([(String, JSONText)])
  case null
  /// JSON that was written here before.
  case verbatim([UInt8])

  var text: String { String(decoding: bytes, as: UTF8.self) }

  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    write(to: &bytes)
    return bytes
  }

  /// Appends the value.
  func write(to bytes: inout [UInt8]) {
    switch self {
    case .string(let value): Self.write(value, to: &bytes)
    case .number(let number): bytes += "\(number)".utf8
    case .boolean(let flag): bytes += (flag ? "true" : "false").utf8
    case .null: bytes += "null".utf8
    case .verbatim(let written): bytes += written
    case .array(let values):
      bytes.append(UInt8(ascii: "["))
      for (index, value) in values.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        value.write(to: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    case .object(let fields):
      bytes.append(UInt8(ascii: "{"))
      for (index, (key, value)) in fields.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        Self.write(key, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        value.write(to: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    }
  }

  private static func write(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    append(text, to: &bytes, isGuarded: true)
    bytes.append(UInt8(ascii: "\""))
  }

  /// A text as the inside of a JSON string, with quotes, backslashes and all that cannot be seen
  /// escaped (RFC 8259, section 7).
  static func escape(_ text: String) -> String {
    var bytes: [UInt8] = []
    append(text, to: &bytes, isGuarded: false)
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func append(_ text: String, to bytes: inout [UInt8], isGuarded: Bool) {
    // Nearly every text is plain ASCII, and is taken as it is.
    let isPlain = text.utf8.allSatisfy { byte in
      byte >= 0x20 && byte < 0x7f && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
        && byte != UInt8(ascii: "<") && byte != UInt8(ascii: "&")
    }
    if isPlain {
      bytes += text.utf8
      return
    }
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": bytes += #"\""#.utf8
      case "\\": bytes += #"\\"#.utf8
      case "\n": bytes += #"\n"#.utf8
      case "<" where isGuarded, "&" where isGuarded, _ where !VisibleText.isVisible(scalar):
        for unit in String(scalar).utf16 { bytes += "\\u\(unit.hex(digits: 4))".utf8 }
      default: bytes += UTF8.encode(scalar).map { Array($0) } ?? []
      }
    }
  }
}

extension Unicode.Scalar {
  /// Whether it cannot be seen but changes what is seen around it: controls, breaks of lines and
  /// paragraphs, and what turns the direction of writing for what follows (UAX #9). All are below
  /// U+10000.
  var isHidden: Bool {
    switch value {
    case 0..<0x20, 0x7f...0x9f, 0x2028...0x202e, 0x2066...0x2069: true
    default: false
    }
  }
}
