// JSON as it is written: for pages, logs and the control socket.

/// A JSON value that may stand inside an HTML script element: `<` is never written as such.
indirect enum JSONText {
  case string(String)
  case number(Int)
  case boolean(Bool)
  case array([JSONText])
  case object([(String, JSONText)])
  /// JSON that was written before.
  case verbatim(String)

  var text: String {
    switch self {
    case .string(let value): "\"\(Self.guarded(Self.escape(value)))\""
    case .number(let number): "\(number)"
    case .boolean(let flag): "\(flag)"
    case .verbatim(let text): text
    case .array(let values): "[\(values.map(\.text).joined(separator: ","))]"
    case .object(let fields):
      "{\(fields.map { "\"\($0.0)\":\($0.1.text)" }.joined(separator: ","))}"
    }
  }

  private static func guarded(_ text: String) -> String {
    text.replacing("<", with: "\\u003c").replacing("&", with: "\\u0026")
  }

  /// A text as the inside of a JSON string, with quotes, backslashes and control characters escaped
  /// (RFC 8259, section 7).
  static func escape(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case _
      where scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value)
        || scalar.value == 0x2028 || scalar.value == 0x2029:
        result += "\\u" + scalar.value.hex(digits: 4)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
