// Which characters a reader can see and tell from others, and how the rest is written down.

/// Characters that show as themselves.
package enum VisibleText {
  /// Whether a character shows, and is no other than it looks: no control (C0, C1), no format
  /// character (zero width, bidi), no space but the plain one, no filler, and not the one that
  /// stands for bytes that could not be read.
  static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return (0x20...0x7e).contains(scalar.value) }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
      .paragraphSeparator, .spaceSeparator:
      return false
    default:
      // U+2800 is a Braille pattern without dots.
      return !scalar.properties.isDefaultIgnorableCodePoint && scalar != "\u{2800}"
        && scalar != "\u{FFFD}"
    }
  }

  /// A text for a person's terminal: what does not show is written as `\u{202E}`.
  package static func escaped(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if isVisible(scalar) {
        result.append(scalar)
      } else {
        result.append(
          contentsOf: "\\u{\(String(scalar.value, radix: 16, uppercase: true))}".unicodeScalars)
      }
    }
    return String(result)
  }
}
