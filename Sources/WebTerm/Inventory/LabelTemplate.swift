// Texts in which labels stand: `{{site}}/{{rack}}`.

/// A text with places for labels.
struct LabelTemplate: Equatable, Sendable {
  private enum Part: Equatable {
    case text(String)
    case label(String)
  }

  private let parts: [Part]

  /// Nil where braces open and do not close, or name nothing.
  init?(_ text: String) {
    var parts: [Part] = []
    var rest = text[...]
    while let start = rest.firstRange(of: "{{") {
      guard let end = rest[start.upperBound...].firstRange(of: "}}") else { return nil }
      let name = rest[start.upperBound..<end.lowerBound].trimmingBlanks()
      guard !name.isEmpty, !name.contains("{") else { return nil }
      if start.lowerBound > rest.startIndex {
        parts.append(.text(String(rest[..<start.lowerBound])))
      }
      parts.append(.label(String(name)))
      rest = rest[end.upperBound...]
    }
    if !rest.isEmpty { parts.append(.text(String(rest))) }
    self.parts = parts
  }

  /// The text with its labels; one that is not there is nothing.
  func text(_ labels: [String: String]) -> String {
    parts.map { part in
      switch part {
      case .text(let text): text
      case .label(let name): labels[name] ?? ""
      }
    }.joined()
  }
}
