// The HTML pages: templates from the page's files, filled with what the server knows.

/// Fills the templates in `static/pages/`.
struct Pages {
  /// What a template or a table of words that is missing, or cannot be read, is reported by.
  struct MissingTemplate: Error, CustomStringConvertible {
    let name: String

    var description: String { "\(name) is missing or cannot be read" }
  }

  /// All pages in one language.
  private struct Edition {
    let words: PageWords
    let directory: HTMLTemplate
    let terminal: HTMLTemplate
    let workspace: HTMLTemplate
    let watch: HTMLTemplate
    let operate: HTMLTemplate
    let error: HTMLTemplate
  }

  private let languages: PageLanguages
  /// By language.
  private let editions: [String: Edition]
  private let standard: Edition
  private let basePath: String

  /// - Throws: ``MissingTemplate``.
  init(files: StaticFiles, basePath: String) throws(MissingTemplate) {
    let parts = PageParts(files: files)
    func template(_ name: String) throws(MissingTemplate) -> String {
      let path = "pages/\(name).html"
      guard let file = files[path] else { throw MissingTemplate(name: path) }
      return String(decoding: file.bytes, as: UTF8.self)
    }
    /// What several pages have in common stands in templates of its own.
    let common = try ["head", "pane", "desk", "ask"].map { (name) throws(MissingTemplate) in
      (mark: "{{\(name)}}", text: try template(name))
    }
    func edition(_ path: String) throws(MissingTemplate) -> Edition {
      let language = String(path.dropFirst(Self.wordsFolder.count).dropLast(".js".count))
      guard let words = PageWords(language, script: files[path]?.bytes ?? []) else {
        throw MissingTemplate(name: path)
      }
      let known = [(mark: "{{language}}", text: language), (mark: "{{words}}", text: path)]
      func page(_ name: String) throws(MissingTemplate) -> HTMLTemplate {
        let text = (common + known).reduce(try template(name)) {
          $0.replacing($1.mark, with: $1.text)
        }
        return HTMLTemplate(words.filling(Self.complete(text, parts)))
      }
      return Edition(
        words: words, directory: try page("directory"), terminal: try page("terminal"),
        workspace: try page("workspace"), watch: try page("watch"), operate: try page("operate"),
        error: try page("error"))
    }
    standard = try edition("\(Self.wordsFolder)\(PageLanguages.standard).js")
    var editions: [String: Edition] = [:]
    for path in files.paths(below: Self.wordsFolder) where path.hasSuffix(".js") {
      let each = try edition(path)
      editions[each.words.language] = each
    }
    self.editions = editions
    languages = PageLanguages(editions.values.map(\.words).sorted { $0.language < $1.language })
    self.basePath = basePath
  }

  /// Where the tables of words are, by language.
  private static let wordsFolder = "words/"

  /// The pages in the language that a request asks for.
  private func edition(for request: RequestHead?) -> Edition {
    editions[languages.choose(for: request)] ?? standard
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

  /// A terminal that is looked at by its ID.
  struct Watched {
    let terminal: String
    /// Whether the viewer is asked for a name.
    let isGuest: Bool

    fileprivate var fields: [(String, JSONText)] {
      [("terminal", .string(terminal)), ("guest", .boolean(isGuest)), ("as", .string("watch"))]
    }
  }

  /// What a terminal's page is told.
  ///
  /// - Parameters:
  ///   - destination: Where it leads.
  ///   - configuration: What holds for all terminals.
  ///   - login: Who has logged in to this server, where that is asked for.
  ///   - standing: By what right the visitor comes.
  ///   - watched: The terminal that is looked at by its ID; nil where one of the visitor's own is
  ///     opened or come back to.
  /// - Returns: The page's data.
  func data(
    of destination: Destination, _ configuration: Configuration, login: String?,
    as standing: Standing, watched: Watched? = nil
  ) -> JSONText {
    let notices = [configuration.notice, destination.target.notice].compactMap(\.self)
    // What lies beside it is behind a door that no link opens.
    let related = watched?.isGuest == true ? [] : destination.target.related
    let color = configuration.colors.color(of: destination.target)
    let fields: [(String, JSONText)] = [
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
      ("related", .array(related.map(\.json))),
      ("notices", .array(notices.map { .string($0) })),
      ("mayType", .boolean(standing.mayType)),
      ("mayTake", .boolean(standing.mayForce)),
      ("mayShare", .boolean(configuration.sharing != .off && standing.mayShare)),
      ("idle", .number(Int(configuration.timeouts.idle.components.seconds))),
    ]
    return .object(fields + (watched?.fields ?? []))
  }

  /// The page of one terminal.
  func terminal(
    _ destination: Destination, _ data: JSONText, for request: RequestHead
  ) -> [UInt8] {
    // The device first: where there is little room, its name is not what is cut off.
    fill(
      edition(for: request).terminal, title: "\(destination.name) \(destination.user.text)",
      data: data)
  }

  /// The page of many.
  ///
  /// - Parameters:
  ///   - layouts: Those of the configuration that are open to the visitor.
  ///   - snippets: Those of the configuration.
  ///   - login: Who has logged in to this server, where that is asked for.
  ///   - request: Says in which language.
  /// - Returns: The document.
  func workspace(
    _ layouts: [JSONText], snippets: [JSONText], login: String?, for request: RequestHead
  ) -> [UInt8] {
    let edition = edition(for: request)
    let data: [(String, JSONText)] = [
      ("base", .string(basePath)), ("login", .string(login ?? "")), ("layouts", .array(layouts)),
      ("snippets", .array(snippets)),
    ]
    return fill(edition.workspace, title: edition.words["workspace"], data: .object(data))
  }

  /// The operators' list of all terminals.
  ///
  /// - Parameters:
  ///   - login: Who has logged in.
  ///   - request: Says in which language.
  /// - Returns: The document.
  func operate(login: String, for request: RequestHead) -> [UInt8] {
    let edition = edition(for: request)
    let data: [(String, JSONText)] = [("base", .string(basePath)), ("login", .string(login))]
    return fill(edition.operate, title: edition.words["allTerminals"], data: .object(data))
  }

  /// The directory.
  ///
  /// - Parameters:
  ///   - devices: What can be reached, as JSON; nil where that comes apart from the page.
  ///   - terminals: The visitor's own live ones.
  ///   - login: Who has logged in to this server, where that is asked for.
  ///   - isOperator: Whether the visitor may see all terminals.
  ///   - hearsNews: Whether it can have a channel.
  ///   - request: Says in which language.
  /// - Returns: The document.
  func directory(
    _ devices: [UInt8]?, terminals: [TerminalSummary], login: String?, isOperator: Bool,
    hearsNews: Bool, for request: RequestHead
  ) -> [UInt8] {
    let edition = edition(for: request)
    let data: [(String, JSONText)] = [
      ("base", .string(basePath)), ("login", .string(login ?? "")), ("news", .boolean(hearsNews)),
      ("operator", .boolean(isOperator)),
      ("terminals", .array(terminals.map { .object($0.placeFields) })),
      ("targets", devices.map { .verbatim($0) } ?? .null),
    ]
    let preload = "<link rel=\"preload\" href=\"devices\" as=\"fetch\" crossorigin=\"anonymous\">"
    return fill(
      edition.directory, title: edition.words["devices"], data: .object(data),
      ["preload": .markup(devices == nil ? preload : "")])
  }

  /// The page in place of a terminal that is not there, or not theirs. It sends the token of its
  /// address.
  func watch(for request: RequestHead) -> [UInt8] {
    let edition = edition(for: request)
    return fill(
      edition.watch, title: edition.words["link.title"], data: .object([]),
      ["message": .text(edition.words["link.nothing"] ?? "")])
  }

  /// A small page that says what is wrong.
  func error(
    _ status: ResponseHead.Status, _ message: String, for request: RequestHead?
  ) -> [UInt8] {
    let edition = edition(for: request)
    return fill(
      edition.error, title: edition.words["status.\(status.rawValue)"] ?? status.reason,
      data: .object([]),
      ["message": .text(message), "status": .text("\(status.rawValue)")])
  }

  private func fill(
    _ template: HTMLTemplate, title: String?, data: JSONText,
    _ more: [String: HTMLTemplate.Value] = [:]
  ) -> [UInt8] {
    var values = more
    values["base"] = .text(basePath)
    values["title"] = .text(title ?? "")
    values["data"] = .json(data)
    return template.filled(values)
  }
}
