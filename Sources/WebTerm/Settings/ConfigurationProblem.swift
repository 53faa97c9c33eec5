// What is wrong with a configuration, said so that it can be mended.

/// One mistake in a configuration: where, what was expected, what was found.
package struct ConfigurationProblem: Error, Equatable, CustomStringConvertible {
  /// The file's path; "command line" for an option.
  let file: String
  /// The key path, such as `targets[0].ssh.ports[1]`; empty for the whole file.
  let path: String
  let expected: String
  let found: String

  package var description: String {
    "\(file): \(path.isEmpty ? "" : "\(path): ")expected \(expected), found \(found)"
  }
}
