// What a page and the server say to each other of preferences, in the directory's channel. Pure.

/// A message of a page's about preferences.
enum PreferenceMessage: Equatable {
  /// Asks for all of them, and for each that changes from now on.
  case ask
  /// One was changed.
  case keep(PreferenceSet.Name, PreferenceSet.Value)

  /// Reads a message; nil where it is none of these.
  init?(_ text: [UInt8]) {
    guard let message = try? Self.read(text) else { return nil }
    self = message
  }

  private static func read(_ text: [UInt8]) throws(JSONScanner.Problem) -> PreferenceMessage? {
    var (type, name, value, changed) = ("", "", String?.none, Int?.none)
    var scanner = JSONScanner(text)
    try scanner.object { (scanner, key) throws(JSONScanner.Problem) in
      switch key {
      case "type": type = try scanner.string()
      case "name": name = try scanner.string()
      case "text": value = try scanner.string()
      case "changed": changed = try scanner.integer()
      default: try scanner.skipValue()
      }
    }
    try scanner.end()
    switch type {
    case "preferences": return .ask
    case "preference":
      guard let name = PreferenceSet.Name(rawValue: name), let value, let changed, changed >= 0
      else { return nil }
      return .keep(name, PreferenceSet.Value(changed: changed, text: value))
    default: return nil
    }
  }

  /// What a page is told of one.
  ///
  /// - Parameters:
  ///   - name: Of what.
  ///   - value: As it is now.
  /// - Returns: JSON.
  static func telling(_ name: PreferenceSet.Name, _ value: PreferenceSet.Value) -> [UInt8] {
    JSONText.object([
      ("type", .string("preference")), ("name", .string(name.rawValue)),
      ("changed", .number(value.changed)), ("text", .string(value.text)),
    ]).bytes
  }

  /// What a page is told when it has been told of all: what it has itself may be kept now.
  static let all = #"{"type":"preferences"}"#
}
