// Texts in which labels stand: `{{site}}/{{rack}}`.

/// A text with gaps for labels.
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
  func text(_ labels: EntryLabels) -> String {
    if parts.count == 1, case .label(let name) = parts[0] { return labels[name] ?? "" }
    var text = ""
    for part in parts {
      switch part {
      case .text(let piece): text += piece
      case .label(let name): text += labels[name] ?? ""
      }
    }
    return text
  }

  /// The first label that an entry does not have; nil where it has all.
  func missing(in labels: EntryLabels) -> String? {
    for case .label(let name) in parts where labels[name] == nil { return name }
    return nil
  }
}
