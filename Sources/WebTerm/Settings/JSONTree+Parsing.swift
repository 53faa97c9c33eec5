// From a file's text to its tree of values, with what is wrong as a problem of that file.

extension JSONTree {
  /// Parses JSON5.
  ///
  /// - Throws: ``ConfigurationProblem`` that names line and column.
  static func parse(_ text: [UInt8], file: String) throws(ConfigurationProblem) -> JSONTree {
    do throws(JSON5Problem) {
      var reader = try JSON5Reader(text)
      let tree = try reader.value()
      try reader.end()
      return tree
    } catch {
      throw ConfigurationProblem(error, file: file)
    }
  }
}

extension ConfigurationProblem {
  /// What a file says that is no JSON5.
  init(_ problem: JSON5Problem, file: String) {
    let isText = problem.expected == "UTF-8"
    self.init(
      file: file, path: "", expected: isText ? "UTF-8" : "JSON5 (\(problem.expected))",
      found: "\(problem.found) at \(problem.position)")
  }
}
