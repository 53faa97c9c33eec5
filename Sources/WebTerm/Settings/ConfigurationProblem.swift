// What is wrong with a configuration, said so that it can be mended.

/// One mistake in a configuration: where, what was expected, what was found.
package struct ConfigurationProblem: Error, Equatable, CustomStringConvertible {
  /// How much it matters.
  package enum Weight: Sendable {
    /// It cannot count as it is.
    case error
    /// It counts, and is not likely to be what is wanted.
    case doubt
  }

  package var weight = Weight.error
  /// The file's path; "command line" for an option.
  let file: String
  /// The key path, such as `targets[0].ssh.ports[1]`; empty for the whole file.
  let path: String
  let expected: String
  let found: String

  /// One line, in which nothing of what was found can be taken for anything else.
  package var description: String {
    let subject = path.isEmpty ? file : "\(file): \(path)"
    return Self.printable("\(subject): expected \(expected), found \(found)")
  }

  /// A text with all that cannot be seen escaped, for a terminal.
  package static func printable(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: \.isHidden) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      if scalar.isHidden {
        result += "\\u" + scalar.value.hex(digits: 4)
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
