// The HTML pages: templates from the page's files, filled with what the server knows.

/// Fills the templates in `static/pages/`.
struct Pages {
  /// What a template that is missing is reported by.
  struct MissingTemplate: Error, CustomStringConvertible {
    let name: String

    var description: String { "pages/\(name).html is missing" }
  }

  private let directoryTemplate: String
  private let terminalTemplate: String
  private let errorTemplate: String
  private let basePath: String

  /// - Throws: ``MissingTemplate``.
  init(files: StaticFiles, basePath: String) throws(MissingTemplate) {
    let parts = PageParts(files: files)
    func template(_ name: String) throws(MissingTemplate) -> String {
      guard let file = files["pages/\(name).html"] else { throw MissingTemplate(name: name) }
      return String(decoding: file.bytes, as: UTF8.self)
    }
    let head = try template("head")
    func page(_ name: String) throws(MissingTemplate) -> String {
      Self.complete(try template(name).replacing("{{head}}", with: head), parts)
    }
    directoryTemplate = try page("directory")
    terminalTemplate = try page("terminal")
    errorTemplate = try page("error")
    self.basePath = basePath
  }

  /// Puts the elements in place that load scripts and styles: `{{modules:ENTRY}}`, `{{styles:PATH PATH}}`.
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

  /// The terminal page.
  ///
  /// - Parameters:
  ///   - destination: Where it leads.
  ///   - idlePatience: How long its visitor may do nothing; zero is for ever.
  ///   - login: Who has logged in to this server, where that is asked for.
  /// - Returns: The document.
  func terminal(_ destination: Destination, idlePatience: Duration, login: String?) -> String {
    let name = destination.target.title ?? destination.target.name
    // The device first: where there is little room, its name is not what is cut off.
    let title = "\(destination.name) \(destination.user.text)"
    let data: [(String, JSONText)] = [
      ("base", .string(basePath)),
      ("target", .string(destination.target.name)),
      ("title", .string(name)),
      ("name", .string(destination.name)),
      ("method", .string(destination.method.rawValue)),
      ("user", .string(destination.user.text)),
      ("port", .number(Int(destination.port))),
      ("charset", .string(destination.target.charset)),
      ("backspace", .string(destination.target.backspace.rawValue)),
      ("login", .string(login ?? "")),
      ("paste", destination.target.paste.json),
      ("outdated", .boolean(destination.isOutdated)),
      ("idle", .number(Int(idlePatience.components.seconds))),
    ]
    return fill(terminalTemplate, title: title, data: .object(data))
  }

  /// The directory: where one can go, and what is open already.
  ///
  /// - Parameters:
  ///   - devices: The targets, as a ``DeviceListing`` has them.
  ///   - terminals: The visitor's own live ones.
  ///   - login: Who has logged in to this server, where that is asked for.
  /// - Returns: The document.
  func directory(
    _ devices: [UInt8], terminals: [TerminalSummary], login: String?
  ) -> [UInt8] {
    let open = terminals.map { terminal in
      JSONText.object([
        ("id", .string(terminal.terminal)),
        ("target", .string(terminal.target)),
        ("title", .string(terminal.title)),
        ("name", .string(terminal.destination.name)),
        ("method", .string(terminal.destination.method.rawValue)),
        ("user", .string(terminal.destination.user.text)),
        ("port", .number(Int(terminal.destination.port))),
        ("output", .number(terminal.output)),
        ("attached", .boolean(terminal.isAttached)),
      ])
    }
    let data = JSONText.object([
      ("base", .string(basePath)), ("login", .string(login ?? "")), ("terminals", .array(open)),
    ])
    // The devices may be half a megabyte: they are copied once, and never looked through.
    let parts = directoryTemplate.split(separator: "{{data}}", maxSplits: 1)
      .map { fill(String($0), title: "Devices") }
    var page = Array(parts[0].utf8)
    page.reserveCapacity(page.count + devices.count + 16384)
    page += data.text.utf8.dropLast()
    page += ",\"targets\":".utf8
    page += devices
    page += "}".utf8
    for part in parts.dropFirst() { page += part.utf8 }
    return page
  }

  /// A small page that says what is wrong.
  func error(_ status: ResponseHead.Status, _ message: String) -> String {
    fill(errorTemplate, title: status.reason, data: .object([]))
      .replacing("{{message}}", with: Self.escape(message))
      .replacing("{{status}}", with: "\(status.rawValue)")
  }

  private func fill(_ template: String, title: String, data: JSONText? = nil) -> String {
    template
      .replacing("{{base}}", with: Self.escape(basePath))
      .replacing("{{title}}", with: Self.escape(title))
      .replacing("{{data}}", with: data?.text ?? "")
  }

  private static func escape(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
  }
}
