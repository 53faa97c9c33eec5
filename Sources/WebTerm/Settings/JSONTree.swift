// A configuration file's text as a tree of values. The only user of the toolchain's JSON decoder,
// which reads JSON5: comments, trailing commas, keys without quotes.

import FoundationEssentials

/// A JSON value.
indirect enum JSONTree: Equatable {
  case object([String: JSONTree])
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
    // The toolchain's decoder traps where a text is not UTF-8.
    guard String(validating: text, as: UTF8.self) != nil else {
      throw ConfigurationProblem(
        file: file, path: "", expected: "UTF-8", found: "a byte that is none")
    }
    let decoder = JSONDecoder()
    decoder.allowsJSON5 = true
    do {
      return try decoder.decode(JSONTree.self, from: Data(text))
    } catch {
      let place = JSON5Locator.place(in: text).map { "something else at \($0)" }
      throw ConfigurationProblem(
        file: file, path: "", expected: "JSON5", found: place ?? "\(error)")
    }
  }

  /// As many characters of a string are enough to find it by.
  private static let mostTold = 200

  /// What it is, for an error message.
  var description: String {
    switch self {
    case .object: "an object"
    case .array: "an array"
    case .string(let text):
      "\"\(JSONText.escape(String(text.prefix(Self.mostTold))))\(text.count > Self.mostTold ? "…" : "")\""
    case .integer(let number): "\(number)"
    case .number(let number): "\(number)"
    case .boolean(let value): "\(value)"
    case .null: "null"
    }
  }
}

extension JSONTree: Decodable {
  init(from decoder: any Decoder) throws {
    if let fields = try? decoder.container(keyedBy: AnyKey.self) {
      var object: [String: JSONTree] = [:]
      for key in fields.allKeys {
        object[key.stringValue] = try fields.decode(Self.self, forKey: key)
      }
      self = .object(object)
      return
    }
    if var elements = try? decoder.unkeyedContainer() {
      var array: [JSONTree] = []
      while !elements.isAtEnd { array.append(try elements.decode(Self.self)) }
      self = .array(array)
      return
    }
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .null
    } else if let boolean = try? value.decode(Bool.self) {
      self = .boolean(boolean)
    } else if let integer = try? value.decode(Int.self) {
      self = .integer(integer)
    } else if let number = try? value.decode(Double.self) {
      self = .number(number)
    } else {
      self = .string(try value.decode(String.self))
    }
  }

  private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) {
      self.stringValue = stringValue
    }

    init?(intValue: Int) {
      nil
    }
  }
}
