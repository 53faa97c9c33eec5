// What a configuration's file says, as a tree of values.

/// A JSON value.
indirect enum JSONTree: Equatable {
  /// A key that stands in an object a second time; the first one counts.
  struct Repeat: Equatable {
    let key: String
    /// Where it stands, as `line 3, column 7`.
    let place: String
  }

  case object([String: JSONTree], repeats: [Repeat] = [])
  case array([JSONTree])
  case string(String)
  case integer(Int)
  case number(Double)
  case boolean(Bool)
  case null

  /// Parses JSON5.
  ///
  /// - Throws: ``ConfigurationProblem`` that names line and column.
  static func parse(_ text: [UInt8], file: String) throws(ConfigurationProblem) -> JSONTree {
    do throws(JSON5Reader.Problem) {
      var reader = try JSON5Reader(text)
      let tree = try reader.value()
      try reader.end()
      return tree
    } catch {
      throw ConfigurationProblem(error, file: file)
    }
  }

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

extension ConfigurationProblem {
  /// What a file says that is no JSON5.
  init(_ problem: JSON5Reader.Problem, file: String) {
    let isText = problem.expected == "UTF-8"
    self.init(
      file: file, path: "", expected: isText ? "UTF-8" : "JSON5 (\(problem.expected))",
      found: "\(problem.found) at \(problem.place)")
  }
}
