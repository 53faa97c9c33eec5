// A response's status line and header fields as bytes.

/// The head of one HTTP response (RFC 9112, section 4).
struct ResponseHead: Equatable {
  let status: Status
  private(set) var fields: [(name: String, value: String)] = []

  init(_ status: Status) {
    self.status = status
  }

  /// Adds a field. A value is ours or was checked to be free of control characters.
  mutating func add(_ name: String, _ value: String) {
    fields.append((name, value))
  }

  /// The bytes up to and including the empty line.
  var encoded: [UInt8] {
    var text = "HTTP/1.1 \(status.rawValue) \(status.reason)\r\n"
    for (name, value) in fields {
      text += "\(name): \(value)\r\n"
    }
    text += "\r\n"
    return Array(text.utf8)
  }

  static func == (a: Self, b: Self) -> Bool { a.encoded == b.encoded }

  /// The status codes that are in use here (RFC 9110, section 15).
  enum Status: Int {
    case switchingProtocols = 101
    case ok = 200
    case noContent = 204
    case notModified = 304
    case badRequest = 400
    case unauthorized = 401
    case forbidden = 403
    case notFound = 404
    case methodNotAllowed = 405
    case requestTimeout = 408
    case contentTooLarge = 413
    case unsupportedMediaType = 415
    case uriTooLong = 414
    case misdirectedRequest = 421
    case upgradeRequired = 426
    case tooManyRequests = 429
    case fieldsTooLarge = 431
    case internalError = 500
    case unavailable = 503
    case versionNotSupported = 505

    var reason: String {
      switch self {
      case .switchingProtocols: "Switching Protocols"
      case .ok: "OK"
      case .noContent: "No Content"
      case .notModified: "Not Modified"
      case .badRequest: "Bad Request"
      case .unauthorized: "Unauthorized"
      case .forbidden: "Forbidden"
      case .notFound: "Not Found"
      case .methodNotAllowed: "Method Not Allowed"
      case .requestTimeout: "Request Timeout"
      case .contentTooLarge: "Content Too Large"
      case .unsupportedMediaType: "Unsupported Media Type"
      case .uriTooLong: "URI Too Long"
      case .misdirectedRequest: "Misdirected Request"
      case .upgradeRequired: "Upgrade Required"
      case .tooManyRequests: "Too Many Requests"
      case .fieldsTooLarge: "Request Header Fields Too Large"
      case .internalError: "Internal Server Error"
      case .unavailable: "Service Unavailable"
      case .versionNotSupported: "HTTP Version Not Supported"
      }
    }
  }
}
