// What a login keeps at the server: texts of the page's, with the times of their changes. Pure.

/// The preferences of one login.
struct PreferenceSet: Equatable, Sendable {
  /// What a page may keep.
  enum Name: String, CaseIterable, Sendable {
    case settings, stars, layouts, snippets, keys
  }

  struct Value: Equatable, Sendable {
    /// When it was changed, by the page's clock: Unix time in milliseconds.
    let changed: Int
    /// What the page made of it. It is not looked at here.
    let text: String
  }

  /// The longest text, in bytes.
  static let longest = 32768
  /// A page's clock may be so far ahead, in milliseconds: a change from further on counts as from
  /// there, or no other would ever be later.
  static let mostAhead = 60_000

  private(set) var values: [Name: Value] = [:]

  /// Keeps a change, where it is later than what is kept.
  ///
  /// - Parameters:
  ///   - value: The change.
  ///   - name: Of what.
  ///   - now: Unix time in milliseconds.
  /// - Returns: Whether it is kept now, and was not before.
  mutating func keep(_ value: Value, as name: Name, now: Int) -> Bool {
    guard value.text.utf8.count <= Self.longest, value.changed >= 0 else { return false }
    let value = Value(changed: min(value.changed, now + Self.mostAhead), text: value.text)
    if let kept = values[name], kept.changed >= value.changed { return false }
    values[name] = value
    return true
  }

  // MARK: As a file

  /// As JSON, with the login for who looks at the file.
  func json(of login: String) -> [UInt8] {
    let fields = Name.allCases.compactMap { name in
      values[name].map { (name.rawValue, $0.json) }
    }
    return JSONText.object([("login", .string(login))] + fields).bytes + "\n".utf8
  }

  /// Reads what ``json(of:)`` has written. What is not understood is left out.
  ///
  /// - Throws: `JSONScanner.Problem` where it is no JSON object.
  init(json bytes: [UInt8]) throws(JSONScanner.Problem) {
    var scanner = JSONScanner(bytes)
    var values: [Name: Value] = [:]
    try scanner.object { (scanner, key) throws(JSONScanner.Problem) in
      guard let name = Name(rawValue: key) else { return try scanner.skipValue() }
      values[name] = try Value(from: &scanner)
    }
    try scanner.end()
    self.values = values.filter { $1.text.utf8.count <= Self.longest }
  }

  init() {}
}

extension PreferenceSet.Value {
  fileprivate var json: JSONText {
    .object([("changed", .number(changed)), ("text", .string(text))])
  }

  fileprivate init(from scanner: inout JSONScanner) throws(JSONScanner.Problem) {
    var (changed, text) = (0, "")
    try scanner.object { (scanner, key) throws(JSONScanner.Problem) in
      switch key {
      case "changed": changed = try scanner.integer()
      case "text": text = try scanner.string()
      default: try scanner.skipValue()
      }
    }
    self.init(changed: changed, text: text)
  }
}
