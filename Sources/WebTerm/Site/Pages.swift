// The HTML pages: templates from the page's files, filled with what the server knows.

/// Fills the templates in `static/pages/`.
struct Pages {
  /// What a template that is missing is reported by.
  struct MissingTemplate: Error, CustomStringConvertible {
    let name: String

    var description: String { "pages/\(name).html is missing" }
  }

  private let directoryTemplate: HTMLTemplate
  private let terminalTemplate: HTMLTemplate
  private let workspaceTemplate: HTMLTemplate
  private let errorTemplate: HTMLTemplate
  private let basePath: String

  /// - Throws: ``MissingTemplate``.
  init(files: StaticFiles, basePath: String) throws(MissingTemplate) {
    let parts = PageParts(files: files)
    func template(_ name: String) throws(MissingTemplate) -> String {
      guard let file = files["pages/\(name).html"] else { throw MissingTemplate(name: name) }
      return String(decoding: file.bytes, as: UTF8.self)
    }
    /// What several pages have in common stands in templates of its own.
    let common = try ["head", "pane", "desk"].map { (name) throws(MissingTemplate) in
      (mark: "{{\(name)}}", text: try template(name))
    }
    func page(_ name: String) throws(MissingTemplate) -> HTMLTemplate {
      let text = common.reduce(try template(name)) { $0.replacing($1.mark, with: $1.text) }
      return HTMLTemplate(Self.complete(text, parts))
    }
    directoryTemplate = try page("directory")
    terminalTemplate = try page("terminal")
    workspaceTemplate = try page("workspace")
    errorTemplate = try page("error")
    self.basePath = basePath
  }

  /// Puts the elements in place that load scripts and styles: `{{modules:ENTRY}}`, `{{styles:PATH
  /// PATH}}`.
  private static func complete(_ template: String, _ parts: PageParts) -> String {
    var text = template
    for kind in ["modules", "styles"] {
      while let start = text.firstRange(of: "{{\(kind):"),
        let end = text[start.upperBound...].firstRange(of: "}}")
      {
        let named = text[start.upperBound..<end.lowerBound].split(separator: " ").map(String.init)
        let elements = kind == "modules" ? parts.modules(named.first ?? "") : parts.styles(named)
        text.replaceSubrange(start.lowerBound..<end.upperBound, with: elements)
      }
    }
    return text
  }

  /// What a terminal's page is told.
  ///
  /// - Parameters:
  ///   - destination: Where it leads.
  ///   - configuration: What holds for all terminals.
  ///   - login: Who has logged in to this server, where that is asked for.
  /// - Returns: The page's data.
  func data(
    of destination: Destination, _ configuration: Configuration, login: String?
  ) -> JSONText {
    let notices = [configuration.notice, destination.target.notice].compactMap(\.self)
    let color = configuration.colors.color(of: destination.target)
    return .object([
      ("base", .string(basePath)),
      ("target", .string(destination.target.name)),
      ("title", .string(destination.target.title ?? destination.target.name)),
      ("name", .string(destination.name)),
      ("group", .string(destination.target.group ?? "")),
      ("method", .string(destination.method.rawValue)),
      ("user", .string(destination.user.text)),
      ("port", .number(Int(destination.port))),
      ("charset", .string(destination.target.charset)),
      ("backspace", .string(destination.target.backspace.rawValue)),
      ("login", .string(login ?? "")),
      ("paste", destination.target.paste.json),
      ("outdated", .boolean(destination.isOutdated)),
      ("color", .string(color?.rawValue ?? "")),
      ("shared", .boolean(destination.isShared)),
      ("confirmBreak", .boolean(destination.confirmsBreak)),
      ("related", .array(destination.target.related.map(\.json))),
      ("notices", .array(notices.map { .string($0) })),
      ("mayShare", .boolean(configuration.sharing != .off)),
      ("idle", .number(Int(configuration.timeouts.idle.components.seconds))),
    ])
  }

  /// The page of one terminal.
  func terminal(_ destination: Destination, _ data: JSONText) -> [UInt8] {
    // The device first: where there is little room, its name is not what is cut off.
    fill(terminalTemplate, title: "\(destination.name) \(destination.user.text)", data: data)
  }

  /// The page of many.
  ///
  /// - Parameters:
  ///   - layouts: Those of the configuration that are open to the visitor.
  ///   - snippets: Those of the configuration.
  ///   - login: Who has logged in to this server, where that is asked for.
  /// - Returns: The document.
  func workspace(_ layouts: [JSONText], snippets: [JSONText], login: String?) -> [UInt8] {
    let data: [(String, JSONText)] = [
      ("base", .string(basePath)), ("login", .string(login ?? "")), ("layouts", .array(layouts)),
      ("snippets", .array(snippets)),
    ]
    return fill(workspaceTemplate, title: "Workspace", data: .object(data))
  }

  /// The directory.
  ///
  /// - Parameters:
  ///   - devices: What can be reached, as JSON; nil where that comes apart from the page.
  ///   - terminals: The visitor's own live ones.
  ///   - login: Who has logged in to this server, where that is asked for.
  ///   - hearsNews: Whether it can have a channel.
  /// - Returns: The document.
  func directory(
    _ devices: [UInt8]?, terminals: [TerminalSummary], login: String?, hearsNews: Bool
  ) -> [UInt8] {
    let data: [(String, JSONText)] = [
      ("base", .string(basePath)), ("login", .string(login ?? "")), ("news", .boolean(hearsNews)),
      ("terminals", .array(terminals.map { .object($0.placeFields) })),
      ("targets", devices.map { .verbatim($0) } ?? .null),
    ]
    let preload = "<link rel=\"preload\" href=\"devices\" as=\"fetch\" crossorigin=\"anonymous\">"
    return fill(
      directoryTemplate, title: "Devices", data: .object(data),
      ["preload": .markup(devices == nil ? preload : "")])
  }

  /// A small page that says what is wrong.
  func error(_ status: ResponseHead.Status, _ message: String) -> [UInt8] {
    fill(
      errorTemplate, title: status.reason, data: .object([]),
      ["message": .text(message), "status": .text("\(status.rawValue)")])
  }

  private func fill(
    _ template: HTMLTemplate, title: String, data: JSONText,
    _ more: [String: HTMLTemplate.Value] = [:]
  ) -> [UInt8] {
    var values = more
    values["base"] = .text(basePath)
    values["title"] = .text(title)
    values["data"] = .json(data)
    return template.filled(values)
  }
}
