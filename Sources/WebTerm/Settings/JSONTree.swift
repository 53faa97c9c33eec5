// What a configuration's file says, as a tree of values.

/// A JSON value.
indirect enum JSONTree: Equatable {
  /// A key that stands in an object a second time; the first one counts.
  struct Repeat: Equatable {
    let key: String
    /// Where it stands, as `line 3, column 7`.
    let position: String
  }

  case object([String: JSONTree], repeats: [Repeat] = [])
  case array([JSONTree])
  case string(String)
  case integer(Int)
  case number(Double)
  case boolean(Bool)
  case null

  /// As many characters of a string are enough to find it by.
  private static let mostTold = 200

  /// What it is, for an error message.
  var description: String {
    switch self {
    case .object: "an object"
    case .array(let elements): elements.isEmpty ? "an empty array" : "an array"
    case .string(let text):
      "\"\(JSONText.escape(String(text.prefix(Self.mostTold))))\(text.count > Self.mostTold ? "…" : "")\""
    case .integer(let number): "\(number)"
    case .number(let number): "\(number)"
    case .boolean(let value): "\(value)"
    case .null: "null"
    }
  }
}
