// HTML as it is written. Nothing else here writes a stranger's text into a page.

/// A page with placeholders for what the server knows: `{{title}}`. It is taken apart once, so that
/// what is put into a placeholder is never looked at for others again.
struct HTMLTemplate {
  /// What may stand in a placeholder.
  enum Value {
    /// Any text; it is escaped.
    case text(String)
    /// JSON inside a script element.
    case json(JSONText)
    /// Elements of ours.
    case markup(String)
  }

  private enum Part {
    case markup([UInt8])
    case placeholder(String)
  }

  private let parts: [Part]

  /// - Parameter text: The template. What stands in double braces is a placeholder's name.
  init(_ text: String) {
    var parts: [Part] = []
    var rest = text[...]
    while let start = rest.firstRange(of: "{{"),
      let end = rest[start.upperBound...].firstRange(of: "}}")
    {
      parts.append(.markup(Array(rest[..<start.lowerBound].utf8)))
      parts.append(.placeholder(String(rest[start.upperBound..<end.lowerBound])))
      rest = rest[end.upperBound...]
    }
    self.parts = parts + [.markup(Array(rest.utf8))]
  }

  /// The document.
  ///
  /// - Parameter values: By placeholder; one without a value stays empty.
  /// - Returns: UTF-8.
  func filled(_ values: [String: Value]) -> [UInt8] {
    var bytes: [UInt8] = []
    for part in parts {
      switch part {
      case .markup(let markup): bytes += markup
      case .placeholder(let name): values[name]?.write(to: &bytes)
      }
    }
    return bytes
  }
}

extension HTMLTemplate.Value {
  fileprivate func write(to bytes: inout [UInt8]) {
    switch self {
    case .markup(let markup): bytes += markup.utf8
    case .json(let json): json.write(to: &bytes)
    case .text(let text):
      for byte in text.utf8 {
        switch byte {
        case UInt8(ascii: "&"): bytes += "&amp;".utf8
        case UInt8(ascii: "<"): bytes += "&lt;".utf8
        case UInt8(ascii: ">"): bytes += "&gt;".utf8
        case UInt8(ascii: "\""): bytes += "&quot;".utf8
        case UInt8(ascii: "'"): bytes += "&#39;".utf8
        default: bytes.append(byte)
        }
      }
    }
  }
}
