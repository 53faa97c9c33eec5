// Colours of devices, so that none is taken for another: for everybody, from the configuration.

/// What gives targets a colour (`colors`): the first rule that matches one counts.
struct ColorRule: Equatable, Sendable {
  /// The page has each of them for light and for dark.
  enum Color: String, CaseIterable {
    case red, orange, yellow, green, blue, violet
  }

  /// What is looked at: `group`, `name`, or what a label is called.
  let key: String
  /// What has to stand there, with `*` for anything; what is below a group belongs to it.
  let pattern: UserPattern
  let color: Color

  /// Reads `colors`.
  static func all(_ root: inout Section) -> [ColorRule] {
    var rules: [ColorRule] = []
    for (value, path) in root.elements("colors", "an array of colours") ?? [] {
      Section.read(value, at: path, root.problems) { section in
        let match = section.required("match", "a label and its value, such as \"env=prod\"") {
          parts(of: $0) != nil
        }
        let colors = Color.allCases.map(\.rawValue).joined(separator: ", ")
        let color = section.required("color", "one of \(colors)") { Color(rawValue: $0) != nil }
        guard let match, let (key, pattern) = parts(of: match),
          let color = color.flatMap(Color.init(rawValue:))
        else { return }
        rules.append(ColorRule(key: key, pattern: UserPattern(pattern: pattern), color: color))
      }
    }
    return rules
  }

  /// What stands before the first equals sign and behind it; nil where one of them is empty.
  private static func parts(of match: String) -> (key: String, pattern: String)? {
    guard let sign = match.firstIndex(of: "=") else { return nil }
    let (key, pattern) = (match[..<sign], match[match.index(after: sign)...])
    guard DisplayName.isValid(String(key)), DisplayName.isValid(String(pattern)) else { return nil }
    return (String(key), String(pattern))
  }

  /// Whether it is for that target.
  func matches(_ target: Target) -> Bool {
    switch key {
    case "name": return pattern.matches(target.name)
    case "group":
      guard var group = target.group?[...] else { return false }
      while !pattern.matches(String(group)) {
        guard let slash = group.lastIndex(of: "/") else { return false }
        group = group[..<slash]
      }
      return true
    default: return target.labels[key].map(pattern.matches) ?? false
    }
  }
}

extension [ColorRule] {
  /// The colour of a target; nil where it has none.
  func color(of target: Target) -> ColorRule.Color? {
    first { $0.matches(target) }?.color
  }
}
