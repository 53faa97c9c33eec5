// A parsed request head. How it is found in a stream of bytes is RequestParser's.

/// The request line and header fields of one HTTP request (RFC 9112, sections 3 and 5).
struct RequestHead: Equatable {
  /// One field; the name in lower case, the value without surrounding white space.
  struct Field: Equatable {
    let name: String
    let value: String
  }

  /// As sent; methods are case-sensitive.
  let method: String
  /// The request target in origin form: an absolute path with its query, percent-encoding intact.
  let target: String
  /// 0 for HTTP/1.0, 1 for HTTP/1.1.
  let minorVersion: Int
  /// Host and port that the request is meant for; nil only in HTTP/1.0.
  let authority: String?
  let fields: [Field]
  /// What was posted; mostly nothing.
  var body: [UInt8] = []

  /// The value of a field that may stand only once; `name` in lower case. Nil where there are
  /// several: what two parsers could read in two ways is not read at all.
  func value(_ name: String) -> String? {
    let values = fields.filter { $0.name == name }
    return values.count == 1 ? values[0].value : nil
  }

  /// The elements of a comma-separated field, of all its lines (RFC 9110, section 5.6.1).
  func list(_ name: String) -> [String] {
    fields.filter { $0.name == name }.flatMap { field in
      field.value.split(atByte: ",").map { $0.trimmingBlanks() }
    }.filter { !$0.isEmpty }
  }

  /// Whether a comma-separated field holds `token`, in whatever case.
  func has(_ token: String, in name: String) -> Bool {
    list(name).contains { $0.asciiLowercased == token }
  }

  /// The target without its query.
  var path: Substring {
    target.prefix { $0 != "?" }
  }

  /// Whether the connection may carry another request afterwards (RFC 9112, section 9.3).
  var keepsAlive: Bool {
    if has("close", in: "connection") { return false }
    return minorVersion >= 1 || has("keep-alive", in: "connection")
  }

  /// The values of all cookies of that name (RFC 6265, section 5.4): of several, some may have been
  /// planted.
  func cookies(_ name: String) -> [String] {
    fields.filter { $0.name == "cookie" }.flatMap { field in
      field.value.split(atByte: ";").map { $0.trimmingBlanks() }
    }.filter { $0.utf8.starts(with: "\(name)=".utf8) }
      .map { String($0.utf8.dropFirst(name.utf8.count + 1)) ?? "" }
  }
}
