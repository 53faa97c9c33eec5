// The lines of a request head, each by itself: what may stand in them.

/// Why a request cannot be read on. The connection is closed after the answer.
enum RequestProblem: Error, Equatable {
  /// What breaks the grammar, in a sentence without its end.
  case malformed(String)
  case versionNotSupported
  case targetTooLong
  case fieldsTooLarge
  case bodyRefused
}

/// A request line (RFC 9112, section 3).
struct RequestLine {
  let method: String
  let target: String
  let minorVersion: Int

  /// - Throws: ``RequestProblem`` where it breaks the grammar.
  init(_ line: [UInt8]) throws(RequestProblem) {
    let parts = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    guard parts.count == 3 else { throw .malformed("the request line needs three parts") }
    guard !parts[0].isEmpty, parts[0].allSatisfy(\.isTokenByte) else {
      throw .malformed("the method is not a token")
    }
    guard !parts[1].isEmpty, parts[1].allSatisfy({ (0x21...0x7e).contains($0) }) else {
      throw .malformed("the request target has a byte that is not allowed")
    }
    method = String(decoding: parts[0], as: UTF8.self)
    target = String(decoding: parts[1], as: UTF8.self)
    let version = String(decoding: parts[2], as: UTF8.self)
    switch version {
    case "HTTP/1.1": minorVersion = 1
    case "HTTP/1.0": minorVersion = 0
    default:
      guard version.hasPrefix("HTTP/"), version.utf8.count == 8 else {
        throw .malformed("the protocol version")
      }
      throw .versionNotSupported
    }
  }
}

extension RequestHead.Field {
  /// - Throws: ``RequestProblem`` where the line breaks the grammar.
  init(_ line: [UInt8]) throws(RequestProblem) {
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
      throw .malformed("a field line without colon")
    }
    // A name that is a token has no white space before the colon, and a folded line has no name.
    let name = line[..<colon]
    guard !name.isEmpty, name.allSatisfy(\.isTokenByte) else {
      throw .malformed("a field name that is not a token")
    }
    let value = line[(colon + 1)...]
    guard value.allSatisfy({ $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7f) }) else {
      throw .malformed("a control character in a field value")
    }
    self.init(
      name: String(decoding: name, as: UTF8.self).asciiLowercased,
      value: String(decoding: value, as: UTF8.self).trimmingBlanks())
  }
}

extension UInt8 {
  /// A byte that may stand in a token (RFC 9110, section 5.6.2).
  var isTokenByte: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default:
      "!#$%&'*+-.^_`|~".utf8.contains(self)
    }
  }
}
