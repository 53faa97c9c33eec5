// How a page loads its scripts and styles: joined in one file each, or as they lie in the folder.

/// The elements that load a page's modules and style sheets.
///
/// `make assets` joins what a page needs into `bundle/`. A bundle's first line names what it was
/// made of; one that was left over from older files is passed over, so that a changed file shows at
/// the next start.
struct PageParts {
  private let files: StaticFiles

  init(files: StaticFiles) {
    self.files = files
  }

  /// The elements for a module and all that it imports.
  ///
  /// - Parameter entry: A path below the folder, such as `js/terminal-page.js`.
  /// - Returns: HTML.
  func modules(_ entry: String) -> String {
    let bundle = self.bundle(for: entry)
    // What a bundle imports is known only once it is there: the browser is told before.
    let preload =
      bundle.map { String(decoding: files[$0]?.bytes ?? [], as: UTF8.self) }
        .map { $0.contains("../vendor/xterm.js\"") } == true
      ? "<link rel=\"modulepreload\" href=\"static/vendor/xterm.js\">\n" : ""
    return preload + "<script type=\"module\" src=\"static/\(bundle ?? entry)\"></script>"
  }

  /// The elements for style sheets that follow each other.
  func styles(_ paths: [String]) -> String {
    let bundle = paths.last.flatMap { self.bundle(for: $0) }
    return (bundle.map { [$0] } ?? paths).map { path in
      "<link rel=\"stylesheet\" href=\"static/\(path)\">"
    }.joined(separator: "\n")
  }

  private func bundle(for path: String) -> String? {
    let name = "bundle/\(path.split(separator: "/").last ?? "")"
    guard let bundle = files[name] else { return nil }
    let line = String(
      decoding: bundle.bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    let parts = line.split(separator: " ")
    guard parts.count > 4, parts[0] == "/*", parts.count.isMultiple(of: 2) else {
      return nil
    }
    // `/* made of PATH SUM PATH SUM … */`
    let pairs = parts.dropFirst(3).dropLast()
    for index in stride(from: pairs.startIndex, to: pairs.endIndex - 1, by: 2) {
      guard files[String(pairs[index])]?.sum == UInt32(pairs[index + 1], radix: 16) else {
        return nil
      }
    }
    return name
  }
}
